"""A page whose wire to the server is cut, for a moment or for so long that it says so, and mended again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.visitor import KERNEL_ID, PREPARED_MS, REST_MS
from tests.support.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Visit
    from tests.support.browser import Host
    from tests.support.visitor import Visitor

SOON_MS = 8000
# JupyterLab's client sends nothing for 3 s where it has a question of its own left from before, and where a try of the
# page to connect fails, the next is 8 s later. A board that is no longer heard draws once in 30 s.
ON_AGAIN_MS = 20_000
BANNER = ".dl-banner:not([hidden])"


@pytest.fixture
def wire(host: Host) -> Iterator[Wire]:
    """The wire to that host."""
    port = urlsplit(host.server.url).port
    assert port is not None
    with Wire(port) as wire:
        yield wire


@pytest.fixture
def visitor(visit: Visit, host: Host, wire: Wire) -> Iterator[Visitor]:
    """A visitor at the other end of the wire, whose run plays."""
    port = urlsplit(host.server.url).port
    through = replace(host, server=replace(host.server, url=host.server.url.replace(f":{port}", f":{wire.port}")))
    with visit(through, "epochs=1000000000") as visitor:
        dialog = visitor.page.locator("dialog.jp-Dialog .jp-Dialog-footer button").last  # "Close" or "Ok"
        visitor.page.add_locator_handler(dialog, lambda button: button.click())  # JupyterLab's own word on an outage
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        visitor.play()
        assert visitor.runs_on()
        yield visitor


def draws_on(visitor: Visitor) -> bool:
    """Whether the page shows later steps soon."""
    step = visitor.state()["kernel"]
    visitor.wait(f"s => s.kernel > {step} + 20", ON_AGAIN_MS)
    return True


def test_a_wire_that_was_cut_for_a_moment_costs_a_moment(visitor: Visitor, wire: Wire) -> None:
    for _cut in range(8):  # one in thirty was an end
        wire.cut()
        wire.mend()
        assert draws_on(visitor)
    assert visitor.page.locator(BANNER).count() == 0
    assert visitor.pause() > 0


def test_after_an_outage_the_page_goes_on_or_says_that_it_was_paused(visitor: Visitor, wire: Wire) -> None:
    wire.cut()
    visitor.page.locator(BANNER).wait_for(timeout=REST_MS)
    begun = len(connections(visitor))
    visitor.page.wait_for_timeout(SOON_MS)  # three pings long
    assert len(connections(visitor)) <= begun + 1  # of JupyterLab's own tries: each that fails cuts a later one off
    wire.mend()
    visitor.page.locator(BANNER).wait_for(state="hidden", timeout=REST_MS)
    visitor.wait(f"s => s.kernel > {visitor.state()['kernel']} || s.notice === 'Paused: the connection was lost.'")
    if visitor.state()["offered"] == "Play":
        visitor.play()
    assert visitor.runs_on()


def connections(visitor: Visitor) -> list[str]:
    """The addresses of the websockets to a kernel that the page has begun to open."""
    return [url for url in visitor.sockets if KERNEL_ID.search(urlsplit(url).path)]
