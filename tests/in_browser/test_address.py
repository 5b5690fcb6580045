"""The address bar of a Voilà page: it says the settings of now, and leads back to them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.browser import READY
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Visit
    from tests.support.browser import Host


@pytest.fixture(scope="module")
def page_in_voila(visit: Visit, voila: Host) -> Iterator[Visitor]:
    """One page for the tests of this file, opened with another program's parameter and a view."""
    with visit(voila, "seed=5&ticket=a%26b&view=theme:dark") as visitor:
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        yield visitor


def settings(visitor: Visitor) -> dict[str, list[str]]:
    """What the address bar says, by name."""
    return parse_qs(urlsplit(visitor.page.url).query)


def wait_for(visitor: Visitor, **wanted: str) -> None:
    """Waits until the address bar says `wanted` of these names."""
    visitor.page.wait_for_function(
        """(wanted) => Object.entries(wanted).every(([name, value]) =>
          new URLSearchParams(location.search).get(name) === value)""",
        arg=wanted,
    )


def test_the_address_follows_settings_and_view_and_keeps_what_is_not_ours(page_in_voila: Visitor) -> None:
    visitor = page_in_voila
    length = visitor.page.evaluate("history.length")
    visitor.enter("Learning rate", "0,05")
    wait_for(visitor, learning_rate="0.05", seed="5")
    visitor.press("Light theme")
    wait_for(visitor, view="theme:light")
    assert settings(visitor) == {
        "seed": ["5"],
        "learning_rate": ["0.05"],
        "ticket": ["a&b"],
        "view": ["theme:light"],
    }
    assert visitor.page.evaluate("history.length") == length  # Back leads to where the visitor came from


def test_reload_and_back_come_back_to_the_settings_of_the_page_that_was_left(page_in_voila: Visitor) -> None:
    visitor = page_in_voila
    visitor.enter("Learning rate", "０．０７")
    wait_for(visitor, learning_rate="0.07")
    before = visitor.page.url
    for come_back in (
        visitor.page.reload,
        lambda: (visitor.page.goto("about:blank"), visitor.page.go_back(wait_until="commit")),
    ):
        come_back()
        visitor.page.wait_for_selector(READY, timeout=PREPARED_MS)
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        assert visitor.box("Learning rate").input_value() == "0.07"
        assert visitor.box("Seed").input_value() == "5"
        visitor.page.wait_for_selector(".dl-root[data-theme=light]")
        assert visitor.page.url == before


def test_a_page_that_played_by_itself_does_so_once_and_keeps_the_speed_of_now(visit: Visit, voila: Host) -> None:
    with visit(voila, "epochs=100000&view=autoplay:on,speed:50") as visitor:
        visitor.button("Pause").wait_for(timeout=PREPARED_MS)
        wait_for(visitor, view="speed:50")
        visitor.set_speed("20")
        wait_for(visitor, view="speed:20")
        visitor.pause()
        visitor.page.reload()
        visitor.page.wait_for_selector(READY, timeout=PREPARED_MS)
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        assert visitor.rest_at(0) == 0
        assert visitor.page.get_by_role("slider", name="Speed", exact=True).get_attribute("aria-valuetext") is not None
        wait_for(visitor, view="speed:20")


def test_a_copied_link_says_the_view_only_if_that_is_asked_for(page_in_voila: Visitor) -> None:
    visitor = page_in_voila
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def copied(button: str) -> dict[str, list[str]]:
        visitor.page.get_by_role("button", name=button, exact=True).click()
        visitor.button("Copied").wait_for()
        visitor.button(button).wait_for()
        return parse_qs(urlsplit(visitor.page.evaluate("navigator.clipboard.readText()")).query)

    plain = copied("Copy link")
    assert {"view", "ticket"} & plain.keys() == set()
    assert copied("Copy link with view") == {**plain, "view": ["theme:light"]}
