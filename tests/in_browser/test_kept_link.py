"""Kept runs in the served app: a link leads to one and to a step of it, and a branch has its parent's way behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.browser import Host, voila_server
from tests.support.visitor import PREPARED_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.conftest import Visit
    from tests.support.visitor import Visitor

STEPS = 6
PATH, NOW = 3, 7  # traces of the surface: the path, and the point at its end
BEHIND = """() => {
  const { data } = document.querySelector("[data-panel=surface]") ?? { data: [] };
  const behind = data?.find((trace) => trace.line?.dash === "dash");
  return behind && { type: behind.type, x: Array.from(behind.x), y: Array.from(behind.y) };
}"""


@pytest.fixture(scope="module")
def keeping(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The served app with a file in which runs are kept."""
    folder = tmp_path_factory.mktemp("keeping")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DESCENT_LAB_RUNS", str(folder / "runs.db"))
        with voila_server(folder) as server:
            yield Host("voila", server)


def step_to(visitor: Visitor, step: int) -> None:
    for reached in range(int(visitor.state()["kernel"]) + 1, step + 1):
        visitor.press("Step")
        visitor.rest_at(reached)


def go_back(visitor: Visitor, step: int) -> None:
    scrubber = visitor.page.locator(".dl-scrubber")
    scrubber.focus()
    scrubber.fill(str(step))
    visitor.rest_at(step)


def asked(visitor: Visitor) -> dict[str, str]:
    """What the address bar says, by name."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(visitor.page.url).query).items()}


def test_a_link_leads_to_a_kept_run_at_a_step_and_on_from_there(visit: Visit, keeping: Host) -> None:
    with visit(keeping, "problem=rosenbrock") as first:
        first.wait("s => s.offered === 'Play'", PREPARED_MS)
        step_to(first, STEPS)
        last = first.slot("loss")
        first.page.get_by_role("tab", name="Compare").click()
        first.page.get_by_role("button", name=re.compile("where it stood")).click()
        first.page.wait_for_function("new URLSearchParams(location.search).has('run')")
        said = asked(first)
    with visit(keeping, f"runs={said['runs']}&run={said['run']}&step=4") as second:
        second.rest_at(4)
        assert asked(second)["problem"] == "rosenbrock"
        assert len(second.trace("surface", PATH)["x"]) == 5
        step_to(second, STEPS)
        assert second.slot("loss") == last


def test_a_link_to_a_run_of_somebody_else_says_that_it_is_not_kept_here(visit: Visit, keeping: Host) -> None:
    with visit(keeping, "problem=bowl&run=0123456789abcdef&step=2") as visitor:
        visitor.page.get_by_text("The run that the link names is not kept here.").first.wait_for()
        visitor.rest_at(0)


def test_a_branch_on_a_surface_has_its_parents_way_behind_it_from_above_and_in_space(
    visit: Visit, keeping: Host
) -> None:
    with visit(keeping, "problem=rosenbrock") as visitor:
        visitor.wait("s => s.offered === 'Play'", PREPARED_MS)
        step_to(visitor, STEPS)
        way = visitor.trace("surface", PATH)
        go_back(visitor, 4)
        visitor.choose("Optimizer", "Adam")
        visitor.page.wait_for_function(BEHIND)
        behind = visitor.page.evaluate(BEHIND)
        assert behind["type"] == "scatter"
        assert (behind["x"], behind["y"]) == (pytest.approx(way["x"][:5]), pytest.approx(way["y"][:5]))
        assert visitor.trace("surface", NOW)["x"] == pytest.approx(way["x"][4:5])
        visitor.switch("Surface view", "3-D")
        visitor.page.wait_for_function(f"({BEHIND})()?.type === 'scatter3d'")
        assert visitor.page.evaluate(BEHIND)["x"] == pytest.approx(way["x"][:5])
