"""The texts of charts in a browser: large enough on a projector, one label for all curves, a description in words."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.config.training_config import TrainingConfig
from tests.support.board_page import BoardPage
from tests.support.model_moments import evaluations, model_moment, setup_of
from tests.support.moments import moment_of, observe
from widgets.board.panel import Panel, Role
from widgets.charts.answers.generated_text import GeneratedTextChart
from widgets.charts.chart import charts_for
from widgets.charts.parts.style import LOSS, REFERENCE, figure, hover, line, read_together
from widgets.charts.surface.plane_chart import PlaneSetup
from widgets.charts.surface.surface_3d import Surface3DChart
from widgets.scenes.model_charts import MODEL_CHARTS
from widgets.scenes.surface_charts import SURFACE_CHARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SIZES = """() => [...document.querySelectorAll(".dl-chart *")]
  .filter((one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => [Number.parseFloat(getComputedStyle(one).fontSize), one.textContent])
  .filter(([size]) => size < 14)"""
PROJECTOR = "document.querySelector('.dl-root').setAttribute('data-projector', '')"
DESCRIBED = (
    "id => document.getElementById(document.querySelector(`[data-panel=${id}]`).getAttribute('aria-describedby'))"
)
X = np.linspace(0, 10, 50)


def two_lines() -> Panel:
    traces = [
        go.Scatter(x=X, y=9 - X / 2, mode="lines", line=line(colour), name=name, hovertemplate=hover(f"{name} %{{y}}"))
        for name, colour in (("training", LOSS), ("validation", REFERENCE))
    ]
    chart = figure(traces, "step", "", showlegend=True)
    read_together(chart, "step %{x}")
    chart.update_xaxes(range=[0, 10]).update_yaxes(range=[0, 10])
    return Panel("loss", "Loss", chart, note="validation 4", role=Role.LEAD, shows="The loss at every step.")


def frame(step: int, **more: Any) -> dict[str, Any]:
    lines = {i: {"x": X, "y": 9 - X * step / (20 + i), **more} for i in (0, 1)}
    return {"step": step, "panels": {"loss": {"traces": lines}}}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 720}) as context:
        yield context.new_page()


def test_no_text_of_a_models_charts_is_under_14_px_on_a_projector(page: Page) -> None:
    setup = setup_of("digits", learning_rate=0.01)
    charts = [chart for chart in charts_for(MODEL_CHARTS, setup, {}) if chart.role is not Role.DIAGNOSTIC]
    board = BoardPage(page, [chart.panel() for chart in charts])
    moment = model_moment(1000, {"evaluation": evaluations(900)}, found_at=900)
    drawn = {chart.id: chart.update(moment) for chart in charts if chart.id in ("loss", "metric")}
    board.draw({"step": 1000, "panels": drawn})
    assert page.evaluate(SIZES) != []
    page.evaluate(PROJECTOR)
    page.wait_for_function(f"!({SIZES})().length")
    board.draw({"step": 1001, "panels": {"loss": {"traces": {0: {"textfont.size": 9}}}}})
    assert page.evaluate(SIZES) == []


def test_no_text_of_a_surfaces_charts_is_under_14_px_on_a_projector(page: Page) -> None:
    config = TrainingConfig(problem="rosenbrock")
    charts = charts_for(SURFACE_CHARTS, PlaneSetup.of(config), {})
    board = BoardPage(page, [chart.panel() for chart in charts])
    moment = moment_of(config, observe(config))
    board.draw({"step": moment.step, "panels": {chart.id: chart.update(moment) for chart in charts}})
    page.evaluate(PROJECTOR)
    page.wait_for_function(f"!({SIZES})().length")


@pytest.mark.parametrize("top", [1.0, 1.9, 2.1, 4.9, 5.1, 9.9])
def test_an_axis_has_three_labels_whatever_its_range(page: Page, top: float) -> None:
    board = BoardPage(page, [two_lines()])
    page.add_style_tag(content=".dl-chart { height: 180px !important }")  # Plotly counts by the room there is
    page.wait_for_function("document.querySelector('[data-panel=loss] svg').clientHeight === 180")
    board.draw({"step": 1, "panels": {"loss": {"traces": {}, "layout": {"yaxis.range": [0.05, top]}}}})
    assert page.locator(".ytick").count() >= 3


def test_one_label_reads_all_lines_at_one_place(page: Page) -> None:
    BoardPage(page, [two_lines()])
    box = page.locator("[data-panel=loss] .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    said = page.locator("[data-panel=loss] .hoverlayer .legend").text_content(timeout=5000) or ""
    assert all(word in said for word in ("step", "training", "validation"))


def test_a_line_hidden_in_the_legend_stays_hidden_while_frames_come_and_in_another_theme(page: Page) -> None:
    board = BoardPage(page, [two_lines()])
    board.draw(frame(1))
    shown = "[...document.querySelector('[data-panel=loss]')._fullData].map((trace) => trace.visible).join()"
    page.locator("[data-panel=loss] .legendtoggle").nth(1).click()
    page.wait_for_function(f"{shown} === 'true,legendonly'")
    board.draw(frame(2, visible=False))
    board.draw(frame(3, visible=True))
    assert page.evaluate(shown) == "true,legendonly"
    page.evaluate("document.querySelector('.dl-root').setAttribute('data-theme', 'dark')")
    board.draw(frame(4))
    assert page.evaluate(shown) == "true,legendonly"
    page.locator("[data-panel=loss] .legendtoggle").nth(1).click()
    page.wait_for_function(f"{shown} === 'true,true'")
    assert page.evaluate("document.querySelector('[data-panel=loss]').data[1].y[49]") == pytest.approx(9 - 40 / 21)


def test_a_double_click_in_the_legend_leaves_one_line_and_another_one_brings_all_back(page: Page) -> None:
    board = BoardPage(page, [two_lines()])
    shown = "[...document.querySelector('[data-panel=loss]')._fullData].map((trace) => trace.visible).join()"
    page.locator("[data-panel=loss] .legendtoggle").nth(1).dblclick()
    page.wait_for_function(f"{shown} === 'legendonly,true'")
    board.draw(frame(2, visible=True))
    assert page.evaluate(shown) == "legendonly,true"
    page.locator("[data-panel=loss] .legendtoggle").nth(1).dblclick()
    page.wait_for_function(f"{shown} === 'true,true'")


def test_a_chart_at_rest_is_described_with_trend_last_value_and_extremes(page: Page) -> None:
    board = BoardPage(page, [two_lines()])
    board.draw(frame(10))
    words = "training fell from 9 to 4; lowest 4, highest 9."
    page.wait_for_function(f"([id, words]) => ({DESCRIBED})(id).textContent.includes(words)", arg=["loss", words])
    said = page.evaluate(f"({DESCRIBED})('loss').textContent")
    assert said.startswith("The loss at every step. validation 4. ")
    assert page.locator("[data-panel=loss]").get_attribute("role") == "figure"


def test_what_a_model_writes_has_type_in_which_blanks_stand_below_one_another(page: Page) -> None:
    chart = GeneratedTextChart(setup_of("python_help", "decoder"))
    BoardPage(page, [chart.panel()])
    widths = """() => [...document.querySelectorAll(".dl-written")].map((place) => ["i".repeat(20), " ".repeat(20)]
      .map((text) => {
        const measured = document.createElement("span");
        measured.textContent = text;
        place.replaceChildren(measured);
        return measured.getBoundingClientRect().width;
      }))"""
    page.evaluate("document.querySelectorAll('.dl-card-cover').forEach((cover) => cover.remove())")
    assert all(narrow == blanks > 0 for narrow, blanks in page.evaluate(widths))


PIXELS = """async ([before, after]) => {
  const draw = async (png) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    context.drawImage(picture, 0, 0);
    return context.getImageData(0, 0, picture.width, picture.height).data;
  };
  const [one, other] = [await draw(before), await draw(after)];
  let count = 0;
  for (let i = 0; i < one.length; i += 4) count += Math.abs(one[i] - other[i]) > 20;
  return count;
}"""


RETITLE = """title =>
  Plotly.relayout(document.querySelector("[data-panel=surface]"), { "scene.zaxis.title.text": title })"""


def title_pixels(browser: Browser, width: int) -> int:
    """How many pixels of the surface in space the title of its heights takes, on a page of that width."""
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        BoardPage(page, [Surface3DChart(PlaneSetup.of(TrainingConfig(problem="rosenbrock"))).panel()])
        page.add_style_tag(content=".dl-chart { height: 400px !important }")
        page.wait_for_function("document.querySelector('[data-panel=surface] canvas')?.clientHeight === 400")
        pictures = []
        for title in ("log loss", ""):
            page.evaluate(RETITLE, title)
            page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            pictures.append(base64.b64encode(page.locator("[data-panel=surface]").screenshot()).decode())
        return int(page.evaluate(PIXELS, pictures))


def test_the_title_of_the_heights_is_whole_in_a_card_as_narrow_as_a_notebook_has(browser: Browser) -> None:
    wide = title_pixels(browser, 900)
    assert wide > 100
    assert title_pixels(browser, 440) == pytest.approx(wide, rel=0.1)
