"""The fast path of a frame draws what a full update draws, in a real browser: lines, points, heat maps, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.support.board_page import BoardPage
from widgets.board.panel import Panel
from widgets.charts.parts.style import LOSS, figure, line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

HEAT, CURVE, POINT, ARROW, STEPS, BAND, WORDS = range(7)  # the traces
N = 400  # points of the curve

# The charts' pictures, and what Plotly draws from its own data when told to begin again.
PICTURES = """async () => {
  const picture = (chart) => [...chart.querySelectorAll("svg.main-svg")].map((svg) => svg.outerHTML).join("");
  const charts = [...document.querySelectorAll(".dl-chart")];
  const before = charts.map(picture);
  for (const chart of charts) await Plotly.redraw(chart);
  return [before, charts.map(picture)];
}"""
COUNT = """() => {
  globalThis.updates = 0;
  const { update } = Plotly;
  Plotly.update = (...all) => { globalThis.updates += 1; return update(...all); };
}"""


def chart(log: bool = False) -> go.Figure:
    """A chart with each kind of trace that changes with every frame."""
    traces = [
        go.Heatmap(
            z=np.zeros((8, 8)), x=np.linspace(0, 10, 8), y=np.linspace(0.1, 9, 8), zmin=-1, zmax=1, zsmooth="fast",
            showscale=False, opacity=0.5,
        ),
        go.Scatter(x=[0, 1], y=[1, 2], mode="lines", line=line(LOSS), hovertemplate="step %{x}<extra></extra>"),
        go.Scatter(
            x=[0], y=[1], mode="markers", marker={"size": 11, "color": LOSS}, cliponaxis=False, text=["start"],
            hovertemplate="%{text}: %{x}, %{y}<extra></extra>",
        ),
        go.Scatter(
            x=[0, 1], y=[1, 2], mode="lines+markers", hoverinfo="skip",
            marker={"symbol": "arrow", "size": [0, 15], "angleref": "previous"},
        ),
        go.Scatter(x=[0, 1], y=[1, 2], mode="lines+markers", line={"shape": "hv"}, marker={"maxdisplayed": 10}),
        go.Scatter(x=[0, 1, 1], y=[1, 2, 1], mode="lines", fill="toself", line={"width": 0}),
        go.Scatter(x=[0, 1], y=[1, 2], mode="text", text=["a", "b"], textposition=["bottom left", "top right"]),
    ]  # fmt: skip
    # Without a title beside the y axis, which Plotly moves with the next full update only, zoomed or not.
    made = figure(traces, "step", "", showlegend=True)
    made.update_xaxes(range=[0, 10])
    made.update_yaxes(range=[-1, 1] if log else [0, 10], type="log" if log else "linear")
    return made


def frame(step: int, end: float = 10) -> dict[str, Any]:
    """The frame of a step: everything has moved, the curve has a gap, part of it is out of sight."""
    x = np.linspace(0, end, N + step)
    y = 5 + 6 * np.sin(x + step) * np.exp(-x / 8)
    y[[3, 4, N // 2]] = np.nan
    grid = np.linspace(0, 1, 8)
    traces = {
        HEAT: {"z": np.sin(grid[:, None] * step + grid[None, :])},
        CURVE: {"x": x, "y": y},
        POINT: {"x": x[-1:], "y": np.array([step / 10 + 0.5]), "text": [f"step {step}"]},
        ARROW: {"x": np.array([2, 3 + step / 10]), "y": np.array([2.0, 1.0])},
        STEPS: {"x": x[::5], "y": 4 + np.cos(x[::5] * step)},
        BAND: {"x": np.array([5 + step / 20, 9, 9]), "y": np.array([1.0, 1.0, 8.0])},
        WORDS: {"x": np.array([6.0, np.nan]), "y": np.array([7 - step / 20, 1]), "text": [f"at {step}", ""]},
    }
    panel = {"traces": traces, "layout": {"xaxis.range": [0, end]}}
    return {"step": step, "panels": {"linear": panel, "log": panel}}


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[BoardPage]:
    """One page for all tests, whose full updates are counted."""
    with browser.new_context(viewport={"width": 1400, "height": 700}) as context:
        board = BoardPage(context.new_page(), [Panel("linear", "Linear", chart()), Panel("log", "Log", chart(True))])
        board.page.evaluate(COUNT)
        # What fades in and out over the charts: the mode bar, and the hint at the double click.
        board.page.add_style_tag(content=".modebar, .plotly-notifier { display: none !important; }")
        yield board


@pytest.fixture
def board(shared: BoardPage) -> BoardPage:
    """That page, the pointer aside, after frames that were drawn fast."""
    shared.page.mouse.move(0, 0)
    shared.page.set_viewport_size({"width": 1400, "height": 700})
    for step in range(1, 4):
        shared.draw(frame(step))
    return shared


def drawn_fast(board: BoardPage, *frames: dict[str, Any]) -> int:
    """Draw them and return how many full updates that took."""
    board.page.evaluate("globalThis.updates = 0")
    for each in frames:
        board.draw(each)
    return int(board.page.evaluate("updates"))


def assert_same_as_redrawn(board: BoardPage) -> None:
    """Every element of the charts is as a redraw makes it.

    Sorted, and without a scale of one: after a zoom Plotly leaves its grid lines in another order than a redraw.
    """
    board.page.mouse.move(0, 0)
    board.page.wait_for_function("!document.querySelector('.hovertext')")
    seen, redrawn = board.page.evaluate(PICTURES)
    assert [elements(picture) for picture in seen] == [elements(picture) for picture in redrawn]


def elements(picture: str) -> list[str]:
    return sorted(picture.replace("scale(1,1)", "").split("><"))


def pictures(board: BoardPage) -> list[bytes]:
    charts = [board.page.locator(f"[data-panel={panel}]") for panel in ("linear", "log")]
    return [chart.screenshot(animations="disabled") for chart in charts]


def drag(board: BoardPage, panel: str, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one place of a chart to another; shares of its plot's width and height."""
    box = board.page.locator(f"[data-panel={panel}] .nsewdrag").first.bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (begin, end)]
    board.page.mouse.move(*places[0])
    board.page.mouse.down()
    board.page.mouse.move(*places[1], steps=5)
    board.page.mouse.up()


def ranges(board: BoardPage, panel: str) -> list[list[float]]:
    script = "panel => { const l = document.querySelector(`[data-panel=${panel}]`)._fullLayout;"
    found: list[list[float]] = board.page.evaluate(f"{script} return [l.xaxis.range, l.yaxis.range]; }}", panel)
    return found


def label(board: BoardPage, panel: str, trace: int) -> str:
    """Point at the last point of a trace and return what its label says."""
    place = board.page.evaluate(
        """([panel, trace]) => {
          const chart = document.querySelector(`[data-panel=${panel}]`);
          const { xaxis, yaxis } = chart._fullLayout;
          const { left, top } = chart.getBoundingClientRect();
          const { x, y } = chart.data[trace];
          return [left + xaxis._offset + xaxis.d2p(x.at(-1)), top + yaxis._offset + yaxis.d2p(y.at(-1))];
        }""",
        [panel, trace],
    )
    board.page.mouse.move(place[0] - 3, place[1] + 1)
    return shown_label(board, panel)


def shown_label(board: BoardPage, panel: str) -> str:
    return board.page.locator(f"[data-panel={panel}] .hovertext").first.text_content(timeout=5000) or ""


def test_frames_with_fixed_ranges_take_no_full_update_and_draw_what_one_draws(board: BoardPage) -> None:
    assert drawn_fast(board, *(frame(step) for step in range(4, 12))) == 0
    assert_same_as_redrawn(board)


def test_the_picture_has_the_very_pixels_of_a_page_that_drew_only_the_last_frame(
    board: BoardPage, browser: Browser
) -> None:
    assert drawn_fast(board, *(frame(step) for step in range(4, 9))) == 0
    with browser.new_context(viewport={"width": 1400, "height": 700}) as context:
        other = BoardPage(context.new_page(), [Panel("linear", "Linear", chart()), Panel("log", "Log", chart(True))])
        other.page.evaluate(COUNT)
        empty = {"linear": {"layout": {"xaxis.range": [0, 11]}}, "log": {"layout": {"xaxis.range": [0, 11]}}}
        assert drawn_fast(other, {"panels": empty}, frame(8)) == 4  # a range moves: no fast path
        assert pictures(board) == pictures(other)


def test_another_range_takes_a_full_update(board: BoardPage) -> None:
    assert drawn_fast(board, frame(5, end=20)) == 2
    assert ranges(board, "linear")[0] == [0, 20]
    assert_same_as_redrawn(board)


@pytest.mark.parametrize(
    "change",
    [{"visible": False}, {"line.color": "red"}, {"x": np.empty(0), "y": np.empty(0)}, {"mode": "markers"}],
    ids=lambda change: next(iter(change)),
)
def test_what_the_fast_path_cannot_draw_takes_a_full_update_and_back(board: BoardPage, change: dict[str, Any]) -> None:
    ordinary = {"visible": True, "line.color": "blue", "mode": "lines"}
    board.draw({"panels": {"linear": {"traces": {CURVE: {**ordinary, "x": np.arange(3.0), "y": np.arange(3.0)}}}}})
    assert drawn_fast(board, {"panels": {"linear": {"traces": {CURVE: change}}}}) == 1
    assert_same_as_redrawn(board)
    back = {**ordinary, "x": np.arange(4.0), "y": np.arange(4.0)}
    board.draw({"panels": {"linear": {"traces": {CURVE: back}}}})
    assert drawn_fast(board, {"panels": {"linear": {"traces": {CURVE: {"y": np.arange(4.0) + 1}}}}}) == 0
    assert_same_as_redrawn(board)


def test_a_line_that_was_hidden_shows_its_newest_data_when_it_comes_back(board: BoardPage) -> None:
    board.draw({"panels": {"linear": {"traces": {CURVE: {"visible": False}}}}})
    news = {CURVE: {"x": np.array([1.0, 2.0]), "y": np.array([7.0, 8.0])}}
    assert drawn_fast(board, {"panels": {"linear": {"traces": news}}}) == 0
    board.draw({"panels": {"linear": {"traces": {CURVE: {"visible": True}}}}})
    script = "document.querySelector('[data-panel=linear]').calcdata.map((points) => points.map(({ y }) => y))"
    assert board.page.evaluate(script)[CURVE] == [7, 8]
    assert_same_as_redrawn(board)


# ---- what a person does after fast frames


def test_a_label_says_what_the_last_frame_drew_and_follows_the_next_one(board: BoardPage) -> None:
    board.draw(frame(4))
    assert label(board, "linear", POINT) == "step 4: 10, 0.9"
    news = {POINT: {"y": np.array([0.95]), "text": ["step 5"]}}
    assert drawn_fast(board, {"panels": {"linear": {"traces": news}}}) == 0
    board.page.wait_for_function(
        "document.querySelector('[data-panel=linear] .hovertext')?.textContent === 'step 5: 10, 0.95'"
    )


def test_zoomed_the_frames_are_drawn_where_the_person_looks_until_a_double_click(board: BoardPage) -> None:
    before = ranges(board, "linear")
    drag(board, "linear", (0.3, 0.3), (0.6, 0.7))
    zoomed = ranges(board, "linear")
    assert zoomed != before
    assert drawn_fast(board, frame(6)) == 0
    assert_same_as_redrawn(board)
    board.draw(frame(7, end=20))
    assert ranges(board, "linear") == zoomed
    assert ranges(board, "log")[0] == [0, 20]
    assert_same_as_redrawn(board)
    board.page.locator("[data-panel=linear] .nsewdrag").first.dblclick()
    board.page.wait_for_function("document.querySelector('[data-panel=linear]')._fullLayout.xaxis.range[1] === 20")
    assert ranges(board, "linear") == [[0, 20], before[1]]
    board.draw(frame(8, end=40))
    assert ranges(board, "linear")[0] == [0, 40]
    assert_same_as_redrawn(board)


def test_a_zoomed_chart_stays_as_it_is_in_another_theme(board: BoardPage) -> None:
    drag(board, "linear", (0.2, 0.3), (0.5, 0.7))
    zoomed = ranges(board, "linear")
    board.draw(frame(5, end=20))
    for theme in ("dark", "light"):
        board.page.evaluate("theme => document.querySelector('.dl-root').setAttribute('data-theme', theme)", theme)
        board.draw(frame(6, end=30))
        assert ranges(board, "linear") == zoomed
        assert_same_as_redrawn(board)
    board.page.locator("[data-panel=linear] .nsewdrag").first.dblclick()
    board.page.wait_for_function("document.querySelector('[data-panel=linear]')._fullLayout.xaxis.range[1] === 30")


def test_while_a_button_is_down_the_chart_stands_still_and_then_shows_the_newest_frame(board: BoardPage) -> None:
    script = "document.querySelector('[data-panel=linear]').dataset.step"
    box = board.page.locator("[data-panel=linear] .nsewdrag").first.bounding_box()
    assert box is not None
    board.page.mouse.move(box["x"] + 50, box["y"] + 50)
    board.page.mouse.down()
    board.draw(frame(9))
    board.draw(frame(10))
    assert board.page.evaluate(script) == "3"
    board.page.mouse.up()
    board.page.wait_for_function(f"{script} === '10'")
    assert_same_as_redrawn(board)


def test_another_size_draws_the_newest_data(board: BoardPage) -> None:
    board.draw(frame(6))
    board.page.set_viewport_size({"width": 1000, "height": 700})
    board.page.wait_for_function("document.querySelector('[data-panel=linear]')._fullLayout.width < 500")
    assert_same_as_redrawn(board)
    assert drawn_fast(board, frame(7)) == 0
    assert_same_as_redrawn(board)


def test_where_plotlys_inside_has_changed_a_full_update_draws(board: BoardPage) -> None:
    script = "document.querySelector('[data-panel=linear]')._fullData.forEach((trace) => (trace._module = {calc: {}}))"
    board.page.evaluate(script)
    assert drawn_fast(board, {"panels": {"linear": {"traces": frame(5)["panels"]["linear"]["traces"]}}}) == 1
    assert_same_as_redrawn(board)
