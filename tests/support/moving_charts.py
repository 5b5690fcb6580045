"""Two charts with each kind of trace that changes with every frame, on a page of their own, and how they look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from tests.support.board_page import BoardPage
from widgets.board.panel import Panel, Role
from widgets.charts.parts.style import LOSS, figure, line

if TYPE_CHECKING:
    from playwright.sync_api import Page

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
# Counts the full updates.
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


def moving_charts(page: Page) -> BoardPage:
    """The charts on `page`, their full updates counted."""
    panels = [("linear", "Linear", chart()), ("log", "Log", chart(True))]
    board = BoardPage(page, [Panel(*panel, role=Role.LEAD) for panel in panels])
    page.evaluate(COUNT)
    # What fades in and out over the charts: the mode bar, and the hint at the double click.
    page.add_style_tag(content=".modebar, .plotly-notifier { display: none !important; }")
    return board


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
