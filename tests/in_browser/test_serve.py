"""The Serve tab in a browser: a model trained on the page is served, asked from outside, and put under load."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.support.axe import violations
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Visit
    from tests.support.browser import Host

SERVED_MS = 90_000
QUERY = "problem=digits&family=mlp&size=2000&epochs=2"


@pytest.fixture(scope="module")
def visitor(visit: Visit, voila: Host) -> Iterator[Visitor]:
    """A page whose digits MLP is served."""
    with visit(voila, QUERY) as visitor:
        visitor.wait("s => s.offered === 'Play' && s.kernel === 0", PREPARED_MS)
        visitor.press("Play")
        visitor.wait("s => s.offered === 'Play' && s.kernel > 0", PREPARED_MS)
        visitor.page.get_by_role("tab", name="Serve").click()
        visitor.page.get_by_role("button", name="Serve", exact=True).click()
        visitor.page.get_by_text("It is served.").wait_for(timeout=SERVED_MS)
        yield visitor


def test_the_line_for_a_terminal_gets_an_answer(visitor: Visitor) -> None:
    line = visitor.page.locator(".dl-serve-curl code").text_content() or ""
    answer = subprocess.run(["bash", "-c", line.replace("curl", "curl -s", 1)], capture_output=True, check=True)
    assert len(json.loads(answer.stdout)["predictions"][0]) == 10
    visitor.page.get_by_text(re.compile(r"The file passed.*100.0\s% equal answers")).wait_for()


def test_load_is_put_and_its_percentiles_are_said(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("Requests per second", exact=True).fill("200")
    page.get_by_label("Seconds", exact=True).fill("3")
    page.get_by_role("button", name="Put load").click()
    page.get_by_text(re.compile(r"p50 .* p90 .* p95 ")).wait_for(timeout=30_000)
    page.get_by_role("button", name="Stop the load").wait_for(state="hidden", timeout=30_000)
    page.get_by_label("Requests per second", exact=True).fill("a lot")
    page.get_by_role("button", name="Put load").click()
    page.locator(".dl-serve-sections .dl-desk-refusal").wait_for()


def test_axe_finds_nothing_in_light_and_dark(visitor: Visitor) -> None:
    for theme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        visitor.page.locator(f".dl-root[data-theme={theme}]").wait_for()
        if folder := os.environ.get("DESCENT_LAB_SHOTS"):
            visitor.page.screenshot(path=f"{folder}/serve-{theme}.png", full_page=True)
        assert violations(visitor.page) == []


def test_a_server_that_is_killed_is_said_and_served_again(visitor: Visitor) -> None:
    page = visitor.page
    served = [each for each in psutil.process_iter(["cmdline"]) if "core.serving" in (each.info["cmdline"] or [])]
    address = page.get_by_text(re.compile(r"^http://127\.0\.0\.1:\d+$")).text_content() or ""
    port = int(address.rpartition(":")[2])
    (own,) = [
        each for each in served if any(c.laddr.port == port for c in each.net_connections() if c.status == "LISTEN")
    ]
    os.kill(own.pid, signal.SIGKILL)
    page.get_by_text("The server has ended by itself; press Serve to start it again.").wait_for(timeout=2_000)
    page.get_by_role("button", name="Serve", exact=True).click()
    page.get_by_text("It is served.").wait_for(timeout=SERVED_MS)
    page.get_by_role("button", name="Stop serving").click()
    page.get_by_text("Nothing is served.").wait_for()
