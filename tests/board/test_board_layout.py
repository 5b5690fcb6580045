"""The places of the cards on a real page: leads first and large, no gap in a row, diagnostics folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import pytest

from tests.support.board_page import BoardPage
from tests.support.board_visitor import line
from widgets.board.panel import Offer, Panel, Role, Switch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

PLANE = Switch("plane", ("off", "path"), "off", "Plane")
PANELS = [
    Panel("model", "Model", line()),
    Panel("layers", "Layers", line(), role=Role.DIAGNOSTIC),
    Panel("loss", "Loss", line(), note="a note " * 40, role=Role.LEAD),
    Panel("surface", "Surface", line(), role=Role.LEAD),
    Panel(
        "landscape", "Landscape", line(), switches=(PLANE,), role=Role.DIAGNOSTIC,
        placeholder="The loss on a plane.", offer=Offer("Draw it", "plane", "path"),
    ),
    Panel("next-step", "Next step", line()),
]  # fmt: skip
BOX = "id => document.querySelector(`[data-panel=${id}]`).closest('.dl-card').getBoundingClientRect().toJSON()"
PLOTTED = "id => Boolean(document.querySelector(`[data-panel=${id}]`).data)"
VISIBLE = "model.said.filter((one) => one.kind === 'view').at(-1).visible"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1200, "height": 1400}) as context:
        yield context.new_page()


def box(page: Page, panel: str) -> dict[str, float]:
    found: dict[str, float] = page.evaluate(BOX, panel)
    return found


def chart_area(page: Page, panel: str) -> float:
    area: float = page.locator(f"[data-panel={panel}]").evaluate("chart => chart.clientWidth * chart.clientHeight")
    return area


def at_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1400})
    page.wait_for_function("innerWidth === " + str(width))


def test_leads_stand_first_and_have_twice_the_area(page: Page) -> None:
    BoardPage(page, PANELS)
    leads, rest = [box(page, id) for id in ("loss", "surface")], [box(page, id) for id in ("model", "next-step")]
    assert max(lead["bottom"] for lead in leads) <= min(ordinary["top"] for ordinary in rest)
    assert chart_area(page, "loss") == pytest.approx(2 * chart_area(page, "model"), rel=0.01)


def test_four_charts_stand_two_by_two_and_none_is_smaller_on_a_wider_screen(page: Page) -> None:
    BoardPage(page, PANELS)
    before: dict[str, float] = {}
    for width in (840, 1200, 1440, 1920, 2560):
        at_width(page, width)
        assert box(page, "loss")["top"] == box(page, "surface")["top"]
        assert box(page, "model")["top"] == box(page, "next-step")["top"]
        areas = {id: chart_area(page, id) for id in ("loss", "surface", "model", "next-step")}
        assert all(area >= before.get(id, 0) for id, area in areas.items())
        before = areas


@pytest.mark.parametrize("height", [720, 900, 1400])
def test_each_of_three_leads_has_at_least_twice_the_area_of_every_other_chart(page: Page, height: int) -> None:
    page.set_viewport_size({"width": 1200, "height": height})
    BoardPage(page, [*PANELS, Panel("samples", "Samples", line(), role=Role.LEAD)])
    page.get_by_role("button", name="Diagnostics").click()
    rest = max(chart_area(page, id) for id in ("model", "next-step", "layers"))
    assert [chart_area(page, id) for id in ("loss", "surface")] == pytest.approx([2 * rest] * 2, rel=0.01)
    assert chart_area(page, "samples") >= 2 * rest
    assert box(page, "samples")["width"] == pytest.approx(2 * box(page, "loss")["width"] + 12)


def test_an_enlarged_chart_fills_the_stage_whichever_lead_it_is(page: Page) -> None:
    BoardPage(page, [*PANELS, Panel("samples", "Samples", line(), role=Role.LEAD)])
    page.locator(".dl-card:has([data-panel=samples]) .dl-card-enlarge").first.click()
    assert page.locator("[data-panel=samples]").evaluate("chart => chart.clientHeight") == 1400 - 270


def test_a_phone_has_one_column(page: Page) -> None:
    BoardPage(page, PANELS)
    at_width(page, 420)
    tops = [box(page, id)["top"] for id in ("loss", "surface", "model", "next-step")]
    assert tops == sorted(set(tops))
    assert page.evaluate("document.documentElement.scrollWidth") == 420


def test_the_last_of_an_odd_number_has_a_row_to_itself(page: Page) -> None:
    BoardPage(page, [*PANELS, Panel("units", "Units", line())])
    assert box(page, "units")["width"] == pytest.approx(2 * box(page, "model")["width"] + 12)
    assert box(page, "next-step")["width"] == box(page, "model")["width"]


def test_folded_diagnostics_are_neither_plotted_nor_visible_until_they_are_opened(page: Page) -> None:
    BoardPage(page, PANELS)
    page.wait_for_function(f"{VISIBLE}.includes('next-step')")
    assert not page.evaluate(PLOTTED, "layers")
    assert not set(page.evaluate(VISIBLE)) & {"layers", "landscape"}
    page.get_by_role("button", name="Diagnostics").click()
    page.wait_for_function(PLOTTED, arg="layers")
    page.wait_for_function(f"{VISIBLE}.includes('layers')")
    page.get_by_role("button", name="Diagnostics").click()
    page.wait_for_function(f"!{VISIBLE}.includes('layers')")


def test_a_chart_that_nobody_asked_for_is_a_button_that_asks(page: Page) -> None:
    BoardPage(page, PANELS)
    page.get_by_role("button", name="Diagnostics").click()
    assert page.get_by_text("The loss on a plane.").is_visible()
    page.get_by_role("button", name="Draw it").click()
    assert {"kind": "switch", "panel": "landscape", "name": "plane", "value": "path"} in page.evaluate("model.said")


def test_the_cover_leaves_with_the_first_frame_that_has_something_to_show(page: Page) -> None:
    board = BoardPage(page, [Panel("loss", "Loss", line(), placeholder="The loss of each batch.")])
    covered = page.get_by_text("The loss of each batch.")
    assert covered.is_visible()
    board.draw(frame({"placeholder": "The loss of each batch."}))
    assert covered.is_visible()
    board.draw(frame({"traces": {0: {"y": [1.0, 2.0, 3.0]}}}))
    assert not covered.is_visible()


def test_a_long_note_is_cut_in_its_line_and_can_be_read_whole(page: Page) -> None:
    board = BoardPage(page, PANELS)
    tall = "document.querySelector('.dl-card-head').clientHeight"
    height = page.evaluate(tall)
    board.draw({"step": 1, "panels": {"loss": {"note": "short", "footer": "of step 1"}}})
    assert page.evaluate(tall) == height
    assert page.locator("[title='short']").count() == 1
    top = box(page, "model")["top"]
    board.draw({"step": 2, "panels": {"loss": {"note": "long " * 99}}})
    assert page.evaluate(tall) == height
    assert box(page, "model")["top"] == top


def test_html_fills_its_slots_as_text(page: Page) -> None:
    html = "<b data-dl-slot='said'>-</b>"
    board = BoardPage(page, [Panel("text", "Text", go.Figure(), html=html)])
    board.draw({"step": 1, "panels": {"text": {"slots": {"said": "<i>one</i>"}}}})
    assert page.locator("[data-dl-slot=said]").inner_text() == "<i>one</i>"


def frame(update: dict[str, Any]) -> dict[str, Any]:
    return {"step": 1, "panels": {"loss": update}}
