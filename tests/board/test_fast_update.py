"""The fast path of a frame draws what a full update draws, in a real browser: lines, points, heat maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.moving_charts import (
    CURVE,
    assert_same_as_redrawn,
    drawn_fast,
    frame,
    moving_charts,
    pictures,
    ranges,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.board_page import BoardPage


def test_frames_with_fixed_ranges_take_no_full_update_and_draw_what_one_draws(board: BoardPage) -> None:
    assert drawn_fast(board, *(frame(step) for step in range(4, 12))) == 0
    assert_same_as_redrawn(board)


def test_the_picture_has_the_very_pixels_of_a_page_that_drew_only_the_last_frame(
    board: BoardPage, browser: Browser
) -> None:
    assert drawn_fast(board, *(frame(step) for step in range(4, 9))) == 0
    with browser.new_context(viewport={"width": 1400, "height": 700}) as context:
        other = moving_charts(context.new_page())
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


def test_where_plotlys_inside_has_changed_a_full_update_draws(board: BoardPage) -> None:
    script = "document.querySelector('[data-panel=linear]')._fullData.forEach((trace) => (trace._module = {calc: {}}))"
    board.page.evaluate(script)
    assert drawn_fast(board, {"panels": {"linear": {"traces": frame(5)["panels"]["linear"]["traces"]}}}) == 1
    assert_same_as_redrawn(board)
