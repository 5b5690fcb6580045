"""The messages of a page to its board: what is heard, and what is dropped."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from core.drawn.strokes import Stroke
from tests.support.board_visitor import panel
from widgets.board.plotly_bundle import packed_plotly_js
from widgets.board.views import MAX_VIEWS

if TYPE_CHECKING:
    from tests.support.board_visitor import BoardVisitor
    from widgets.board.live_board import LiveBoard

RUBBISH = [None, {}, {"a": 1}, float("nan"), float("inf"), 10**400, "", "y" * 10_000, b"z", {"loss"}, ((),)]


def test_visible_and_hidden_are_what_the_live_views_show(
    live_board: LiveBoard, visitor: BoardVisitor, events: list[Any]
) -> None:
    visitor.look("one", ("loss", "nonsense"))
    visitor.look("two", ("surface",), hidden=True)
    assert live_board.visible == {"loss"}
    assert not live_board.hidden
    visitor.look("one", ("loss", "surface"))
    visitor.look("one", ("loss", "surface"), hidden=True)
    assert live_board.visible == frozenset()
    assert live_board.hidden
    assert events == [
        ("mounted", {}),
        ("mounted", {}),
        ("visible", {"panels": {"loss", "surface"}}),
        ("visible", {"panels": frozenset()}),
    ]


def test_a_click_and_a_switch_reach_the_callback(visitor: BoardVisitor, events: list[Any]) -> None:
    visitor.say(kind="click", panel="surface", x=1, y=-2.5)
    visitor.say(kind="switch", panel="loss", name="scale", value="log")
    assert events == [
        ("click", {"panel": "surface", "x": 1.0, "y": -2.5}),
        ("switch", {"panel": "loss", "name": "scale", "value": "log"}),
    ]


@pytest.mark.parametrize("rubbish", RUBBISH, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"kind": "click", "panel": "loss", "x": 1.0, "y": 2.0}, "kind"),
        ({"kind": "click", "panel": "loss", "x": 1.0, "y": 2.0}, "panel"),
        ({"kind": "click", "panel": "loss", "x": 1.0, "y": 2.0}, "x"),
        ({"kind": "click", "panel": "loss", "x": 1.0, "y": 2.0}, "y"),
        ({"kind": "switch", "panel": "loss", "name": "scale", "value": "log"}, "panel"),
        ({"kind": "switch", "panel": "loss", "name": "scale", "value": "log"}, "name"),
        ({"kind": "switch", "panel": "loss", "name": "scale", "value": "log"}, "value"),
        ({"kind": "view", "view": "v1", "visible": ["loss"], "hidden": False}, "view"),
        ({"kind": "view", "view": "v1", "visible": ["loss"], "hidden": False}, "visible"),
        ({"kind": "view", "view": "v1", "visible": ["loss"], "hidden": False}, "hidden"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["kind"],
)
def test_rubbish_from_the_page_is_dropped(
    visitor: BoardVisitor, events: list[Any], message: dict[str, Any], field: str, rubbish: Any
) -> None:
    visitor.board._receive(rubbish)  # past ipywidgets' dispatcher, which would hide an exception
    visitor.board._receive({**message, field: rubbish})
    assert events == []
    assert visitor.sent == []


def test_strokes_reach_the_callback_from_a_chart_that_takes_them_and_from_no_other(
    live_board: LiveBoard, visitor: BoardVisitor, events: list[Any]
) -> None:
    live_board.show([panel("loss"), replace(panel("boundary"), drawable=("0", "1"))])
    stroke = {"tool": "erase", "label": 0, "path": [[1, 2]], "reach": [0.5, 0.5]}
    visitor.say(kind="draw", panel="loss", strokes=[stroke])
    visitor.say(kind="draw", panel="boundary", strokes=[{**stroke, "path": "all"}])
    visitor.say(kind="draw", panel="boundary", strokes=[stroke])
    taken = (Stroke("erase", ((1.0, 2.0),), 0, (0.5, 0.5)),)
    assert events == [("draw", {"panel": "boundary", "strokes": taken})]


def test_a_page_that_invents_views_cannot_fill_the_memory(live_board: LiveBoard, visitor: BoardVisitor) -> None:
    for number in range(10 * MAX_VIEWS):
        visitor.look(f"v{number}")
    assert len(live_board._views) == MAX_VIEWS


def test_plotly_js_is_sent_packed_when_asked_for(visitor: BoardVisitor) -> None:
    visitor.say(kind="plotly")
    content, buffers = visitor.sent[-1]
    assert content == {"kind": "plotly"}
    source = gzip.decompress(buffers[0]).decode()
    assert source.startswith('"use strict";var Plotly=(()=>{')  # the library alone, without a loader's wrapper
    assert source.endswith("window.Plotly = Plotly;")
    assert len(buffers[0]) < 1_600_000
    assert packed_plotly_js() is buffers[0]


def test_a_press_is_told_by_its_number_on_a_chart_that_has_points_to_press_and_on_no_other(
    live_board: LiveBoard, visitor: BoardVisitor, events: list[Any]
) -> None:
    live_board.show([panel("loss"), replace(panel("trials"), has_points_to_press=True)])
    for name, number in (("loss", 1), ("trials", 2), ("trials", "3"), ("trials", 4.0), ("trials", True), ("no", 5)):
        visitor.say(kind="press", panel=name, number=number)
    assert events == [("press", {"panel": "trials", "number": 2})]
