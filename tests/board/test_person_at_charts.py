"""What a person does at charts that are drawn fast: labels, zoom, drags, another theme, another size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.support.moving_charts import POINT, assert_same_as_redrawn, chart, drag, drawn_fast, frame, label, ranges
from tests.support.pseudo_locale import in_use
from widgets.board.panel import Panel, Role

if TYPE_CHECKING:
    from tests.support.board_page import BoardPage


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


def test_a_double_click_that_takes_a_zoom_back_is_no_click_on_the_chart(board: BoardPage) -> None:
    clicks = "() => model.said.filter((one) => one.kind === 'click').length"
    plane = board.page.locator("[data-panel=linear] .nsewdrag").first
    before = ranges(board, "linear")
    drag(board, "linear", (0.3, 0.3), (0.6, 0.7))
    said = board.page.evaluate(clicks)
    plane.click()
    board.page.wait_for_function(f"said => ({clicks})() === said + 1", arg=said)
    plane.dblclick()
    board.page.wait_for_function(
        "x => document.querySelector('[data-panel=linear]')._fullLayout.xaxis.range[1] === x", arg=before[0][1]
    )
    plane.click()  # as what follows the chart again is clicked on at once, no click of before is still to come
    board.page.wait_for_function(f"said => ({clicks})() === said + 2", arg=said)


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


def test_in_another_language_data_and_zoom_stay(board: BoardPage) -> None:
    drag(board, "linear", (0.2, 0.3), (0.5, 0.7))
    zoomed = ranges(board, "linear")
    board.draw(frame(5))
    translated = chart().update_traces(name="损失").update_xaxes(title_text="步数")
    with in_use(Path(), "zh"):
        board.show(
            [Panel("linear", "线性", translated, role=Role.LEAD), Panel("log", "对数", chart(True), role=Role.LEAD)]
        )
    board.page.wait_for_function("document.querySelector('[data-panel=linear] .xtitle').textContent === '步数'")
    assert ranges(board, "linear") == zoomed
    assert drawn_fast(board, frame(6)) == 0
    assert_same_as_redrawn(board)


def test_an_axis_zoomed_between_two_of_its_labels_has_others_until_it_is_given_back(board: BoardPage) -> None:
    labels = "() => [...document.querySelectorAll('[data-panel=log] .ytick text')].map((label) => label.textContent)"
    decades = {"yaxis.range": [-6, 0], "yaxis.dtick": 2, "yaxis.tickformat": "~g"}
    board.draw({"step": 4, "panels": {"log": {"layout": decades}}})
    before = board.page.evaluate(labels)
    assert len(before) == 4
    drag(board, "log", (0.3, 0.36), (0.6, 0.62))  # a decade and a half
    board.page.wait_for_function(f"({labels})().length >= 3 && ({labels})().join() !== {','.join(before)!r}")
    zoomed = board.page.evaluate(labels)
    board.draw({"step": 5, "panels": {"log": {"layout": {"yaxis.range": [-7, 0], "yaxis.dtick": 2}}}})
    assert board.page.evaluate(labels) == zoomed
    board.page.locator("[data-panel=log] .nsewdrag").first.dblclick()
    board.page.wait_for_function("document.querySelector('[data-panel=log]')._fullLayout.yaxis.dtick === 2")
