"""The law of size and data on the Compare tab in a browser: measured by a press, drawn, and answered in a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.axe import violations
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Visit
    from tests.support.browser import Host

MEASURED_MS = 2 * PREPARED_MS
TRACES = """() => {
  const chart = document.querySelector("[data-panel=law-of-size-and-data]");
  chart?.scrollIntoView(); // only what is in sight is drawn
  const drawn = chart?.data?.map((trace) => trace.x?.length ?? 0);
  return drawn?.slice(0, 12).every((count) => count > 0) && drawn;
}"""


@pytest.fixture(scope="module")
def visitor(visit: Visit, voila: Host) -> Iterator[Visitor]:
    """A page with a model that has made a step, and its Compare tab open."""
    with visit(voila, "problem=circle&epochs=2&examples=200") as visitor:
        visitor.wait("s => s.offered === 'Play'", PREPARED_MS)
        visitor.press("Step")
        visitor.wait("s => s.offered === 'Play' && s.kernel > 0", PREPARED_MS)
        visitor.page.get_by_role("tab", name="Compare").click()
        visitor.page.get_by_text("One run is kept.").wait_for()
        yield visitor


def test_a_press_measures_the_law_and_says_what_a_budget_gains(visitor: Visitor) -> None:
    page = visitor.page
    form = page.locator("form", has=page.get_by_role("heading", name="More data or a larger model?", exact=True))
    form.get_by_label("Sizes, and amounts of data").select_option("3")
    form.get_by_label("Seeds a pair").select_option("1")
    form.get_by_label("Examples of the fewest").fill("many")
    form.get_by_role("button", name="Measure the law of size and data").click()
    form.get_by_text("Training examples must be a").wait_for()
    form.get_by_label("Examples of the fewest").fill("50")
    form.get_by_role("button", name="Measure the law of size and data").click()
    form.get_by_text(re.compile("[0-9] of 9 pairs of size and data have trained")).wait_for()
    form.get_by_text("4 times the compute of the largest run").wait_for(timeout=MEASURED_MS)
    form.get_by_text(re.compile("^(A larger model|More data|Not decided):")).wait_for()
    form.get_by_text(re.compile("^Then measured: a model 2 times as large")).wait_for(timeout=MEASURED_MS)
    form.get_by_text(re.compile("^Running score: [0-9] of 4 predictions")).wait_for()
    form.locator("button[type=submit]:enabled").wait_for(timeout=MEASURED_MS)
    handle = page.wait_for_function(TRACES, timeout=PREPARED_MS)
    assert handle.json_value()[2:12:3] == [3, 3, 4, 1]  # sizes of each amount of data, the larger two among them


def test_axe_finds_nothing_in_light_and_dark(visitor: Visitor) -> None:
    for theme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        visitor.page.locator(f".dl-root[data-theme={theme}]").wait_for()
        assert violations(visitor.page) == []
