"""Lines of the Compare chart: where runs are many, those of one colour share a line with gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.experiments.curve_cache import CurveCache
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import COLOURS, RunStore
from tests.support.board_page import BoardPage
from tests.support.kept_runs import columns_of
from tests.support.moving_charts import drag
from widgets.board.pressing import PLACES
from widgets.compare.overlay_chart import FEW_CURVES, ID, OverlayChart

if TYPE_CHECKING:
    from playwright.sync_api import Page

MANY = FEW_CURVES + 3
DOUBLE_CLICK_MS = 400  # Plotly takes a click within 300 ms after another for the second of a double click


@pytest.fixture
def store() -> RunStore:
    """Runs "#1", "#2" and so on, whose losses are flat lines of 5 points at 1, 2 and so on."""
    store = RunStore()
    for number in range(1, MANY + 1):
        id = store.add(name=f"<#{number}>", **columns_of(TrainingConfig(learning_rate=0.01 * number), started=number))
        store.record(id, RecordedColumns({"step": np.arange(5), "loss": np.full(5, float(number))}, {}), steps=5)
    return store


def chart(store: RunStore, **chosen: str) -> OverlayChart:
    return OverlayChart(store.runs(sort="started"), {"scale": "linear", **chosen}, CurveCache().curve)


def curves(update: dict[str, Any]) -> dict[str, tuple[list[float], list[float]]]:
    """The points of each run among those of the lines, which gaps divide; faint lines left out."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    for place in range(1, 2 * COLOURS, 2):
        trace = update["traces"][place]
        for x, y, name in zip(trace["x"], trace["y"], trace["text"].tolist(), strict=True):
            xs, ys = found.setdefault(name, ([], []))
            xs.append(float(x))
            ys.append(float(y))
    return found


def test_many_runs_have_a_line_and_a_faint_one_for_each_colour(store: RunStore) -> None:
    lines = [trace for trace in chart(store).panel().figure.data if trace.mode == "lines"]
    assert [trace.line.color for trace in lines] == [f"var(--dl-run-{n // 2})" for n in range(2 * COLOURS)]


def test_each_run_keeps_its_points_and_its_name_and_a_gap_divides_it_from_the_next(store: RunStore) -> None:
    found = curves(chart(store).update())
    assert set(found) == {f"&lt;#{number}>" for number in range(1, MANY + 1)}
    for number in range(1, MANY + 1):
        x, y = found[f"&lt;#{number}>"]
        np.testing.assert_array_equal(x, [0, 1, 2, 3, 4, np.nan])
        np.testing.assert_array_equal(y, [*[number] * 5, np.nan])


def test_what_is_drawn_of_many_runs_is_a_frame_whatever_the_filter(store: RunStore) -> None:
    before = chart(store)
    few = OverlayChart(store.runs(sort="started")[1:], {}, CurveCache().curve)
    assert few.are_many
    assert few.key == before.key
    assert "&lt;#1>" not in curves(few.update())


def test_smoothed_lines_of_many_runs_have_the_raw_ones_behind_them(store: RunStore) -> None:
    plain, smooth = chart(store).update()["traces"], chart(store, smoothing="0.9").update()["traces"]
    assert [plain[place]["visible"] for place in (0, 1)] == [False, True]
    assert [smooth[place]["visible"] for place in (0, 1)] == [True, True]
    np.testing.assert_array_equal(smooth[0]["y"], plain[1]["y"])
    np.testing.assert_allclose(smooth[1]["y"], plain[1]["y"], rtol=1e-6)  # a flat line smoothed is itself


def test_under_the_pointer_a_shared_line_says_which_run_it_is(store: RunStore, page: Page) -> None:
    shown = chart(store)
    board = BoardPage(page, [shown.panel()])
    board.draw({"step": 0, "panels": {ID: shown.update()}})
    x, y = page.evaluate(
        """number => {
          const { _fullLayout: { xaxis, yaxis, _size }, offsetLeft } = document.querySelector(".dl-chart");
          const { left, top } = document.querySelector(".dl-chart").getBoundingClientRect();
          return [left + _size.l + xaxis.d2p(2), top + _size.t + yaxis.d2p(number)];
        }""",
        12,
    )
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    page.locator(".hoverlayer text").filter(has_text="<#12>: 12").wait_for()


def axes(page: BoardPage) -> list[list[float]]:
    ranges: list[list[float]] = page.page.evaluate(
        """id => {
          const { xaxis, yaxis } = document.querySelector(`[data-panel=${id}]`)._fullLayout;
          return [xaxis.range, yaxis.range];
        }""",
        ID,
    )
    return ranges


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_zoom_and_a_double_click_leave_the_page_alive_and_the_axes_as_they_were(
    store: RunStore, page: Page, scale: str
) -> None:
    shown = chart(store, scale=scale)
    board = BoardPage(page, [shown.panel()])
    board.draw({"step": 0, "panels": {ID: shown.update()}})
    before = axes(board)
    drag(board, ID, (0.2, 0.5), (0.6, 0.5))  # the horizontal axis alone
    assert axes(board)[0] != before[0]
    page.locator(f"[data-panel={ID}] .nsewdrag").first.dblclick()
    page.wait_for_function(
        "([id, end]) => document.querySelector(`[data-panel=${id}]`)._fullLayout.xaxis.range[1] === end",
        arg=[ID, before[0][1]],
    )
    assert axes(board) == before


def pressed(page: BoardPage, x: float, y: float) -> int:
    """The number that the page tells of a press on the chart at these values."""
    page.page.evaluate("() => { model.said.length = 0; }")
    page.page.wait_for_timeout(DOUBLE_CLICK_MS)
    page.page.mouse.move(0, 0)
    page.page.wait_for_function("!document.querySelector('.hovertext')")
    place = page.page.evaluate(
        """([id, x, y]) => {
          const chart = document.querySelector(`[data-panel=${id}]`), { xaxis, yaxis } = chart._fullLayout;
          const box = chart.getBoundingClientRect();
          return [box.x + xaxis._offset + xaxis.d2p(x), box.y + yaxis._offset + yaxis.d2p(y)];
        }""",
        [ID, x, y],
    )
    page.page.mouse.move(*place)
    page.page.wait_for_function("document.querySelector('.hovertext')")
    page.page.mouse.click(*place)
    page.page.wait_for_function("model.said.some(({ kind }) => kind === 'press')")
    number: int = page.page.evaluate("model.said.find(({ kind }) => kind === 'press').number")
    return number


@pytest.mark.parametrize("count", [3, MANY])
def test_a_point_that_is_pressed_is_of_the_run_and_step_on_which_it_lies(
    store: RunStore, page: Page, count: int
) -> None:
    runs = store.runs(sort="started")[:count]
    shown = OverlayChart(runs, {"scale": "linear"}, CurveCache().curve, can_open=True)
    board = BoardPage(page, [shown.panel()])
    board.draw({"step": 0, "panels": {ID: shown.update()}})
    for step, number in ((2, 1), (3, count - 1), (1, 2)):  # run number `number` is a line at that height
        found = shown.pressed(pressed(board, step, number))
        assert found is not None
        run, at = found
        assert (run.name, at) == (f"<#{number}>", step)


def test_a_press_that_is_of_no_curve_opens_nothing(store: RunStore) -> None:
    shown = chart(store)
    assert shown.pressed(5) is None  # the gap between two curves of one line
    assert [shown.pressed(number) for number in (-1, 999 * PLACES, 2**70)] == [None, None, None]
