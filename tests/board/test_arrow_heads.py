"""Arrows in a real browser: the head never takes more than its part of an arrow, at any zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.support.board_page import BoardPage
from widgets.board.panel import Panel
from widgets.charts.surface.surface import _arrow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

MOST = 0.6  # of an arrow's length
SIZES = """() => {
  const chart = document.querySelector("[data-panel=surface]");
  const head = chart.querySelector(".points path:last-of-type").getBoundingClientRect();
  const shaft = Number.parseFloat(getComputedStyle(chart.querySelector(".js-line")).strokeWidth);
  const { xaxis } = chart._fullLayout;
  const [tail, tip] = chart.data[0].x;
  return { head: head.width, across: head.height, shaft, length: xaxis.c2p(tip) - xaxis.c2p(tail) };
}"""


@pytest.fixture
def board(browser: Browser) -> Iterator[BoardPage]:
    figure = go.Figure(_arrow("#d55e00", 8))
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(range=[0, 1])
    with browser.new_context(viewport={"width": 900, "height": 700}) as context:
        yield BoardPage(context.new_page(), [Panel("surface", "Surface", figure)])


def sizes(board: BoardPage, length: float | None = None) -> dict[str, float]:
    """Width and height of the head, width of the shaft and length of the whole arrow, which points right, in pixels."""
    if length is not None:
        ends = {"x": np.array([0.2, 0.2 + length]), "y": np.array([0.5, 0.5])}
        board.draw({"panels": {"surface": {"traces": {0: ends}}}})
    return board.page.evaluate(SIZES)


def test_a_long_arrow_has_its_whole_head(board: BoardPage) -> None:
    seen = sizes(board, 0.4)
    assert seen["head"] == pytest.approx(20, abs=0.5)  # 0.95 of the marker's 21 pixels
    assert seen["shaft"] == 8


@pytest.mark.parametrize("length", [0.02, 0.005, 0.001])
def test_a_short_arrow_is_smaller_as_a_whole(board: BoardPage, length: float) -> None:
    long, seen = sizes(board, 0.4), sizes(board, length)
    assert seen["length"] < long["head"]
    assert seen["head"] == pytest.approx(MOST * seen["length"], rel=0.02)
    shrunk = seen["head"] / long["head"]
    assert seen["across"] == pytest.approx(shrunk * long["across"], rel=0.02)
    assert seen["shaft"] == pytest.approx(shrunk * long["shaft"], rel=0.02)


def test_the_head_grows_and_shrinks_with_a_zoom_and_with_the_next_frame(board: BoardPage) -> None:
    short = sizes(board, 0.01)
    zoom = "Plotly.relayout(document.querySelector('[data-panel=surface]'), {'xaxis.range': [0.15, 0.25]})"
    board.page.evaluate(zoom)
    near = sizes(board)
    assert near["length"] == pytest.approx(10 * short["length"])
    assert near["head"] == pytest.approx(20, abs=0.5)
    assert sizes(board, 0.001)["head"] == pytest.approx(short["head"], rel=0.02)
