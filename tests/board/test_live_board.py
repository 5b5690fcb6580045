"""LiveBoard without a browser: what it sends, what it takes, and that one frame at a time is on its way."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.language import N_
from tests.support.pseudo_locale import TAG, in_use
from widgets.board.frame_gate import LOST_AFTER_S
from widgets.board.live_board import LiveBoard
from widgets.board.own_texts import plotly_words
from widgets.board.panel import Panel, Switch
from widgets.board.plotly_bundle import packed_plotly_js
from widgets.board.views import MAX_VIEWS

RUBBISH = [None, {}, {"a": 1}, float("nan"), float("inf"), 10**400, "", "y" * 10_000, b"z", {"loss"}, ((),)]


class Page:
    """The browser's end of a board: keeps what was sent and says what a page says."""

    def __init__(self, board: LiveBoard, monkeypatch: pytest.MonkeyPatch) -> None:
        self.board = board
        self.sent: list[tuple[dict[str, Any], list[Any]]] = []
        monkeypatch.setattr(board, "send", lambda content, buffers=None: self.sent.append((content, buffers)))

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [content for content, _ in self.sent if content["kind"] == "frame"]

    def say(self, **content: Any) -> None:
        self.board._handle_custom_msg(content, [])

    def look(self, view: str = "v1", visible: tuple[str, ...] = ("loss",), hidden: bool = False) -> None:
        self.say(kind="view", view=view, visible=list(visible), hidden=hidden)

    def answer(self, drawn: bool = True) -> None:
        self.say(kind="ack", view="v1", frame=self.frames[-1]["frame"], drawn=drawn)


def line(colour: str = "var(--dl-loss)") -> go.Figure:
    return go.Figure(go.Scatter(x=np.arange(3.0), y=np.zeros(3), line={"color": colour}))


def panel(panel_id: str = "loss", **changes: Any) -> Panel:
    scale = Switch("scale", ("linear", "log"), "linear", "Loss scale")
    return Panel(**{"id": panel_id, "title": "Loss", "figure": line(), "switches": (scale,), **changes})


@pytest.fixture
def board() -> LiveBoard:
    made = LiveBoard()
    made.show([panel("loss"), panel("surface")])
    return made


@pytest.fixture
def page(board: LiveBoard, monkeypatch: pytest.MonkeyPatch) -> Page:
    return Page(board, monkeypatch)


@pytest.fixture
def events(board: LiveBoard) -> list[tuple[str, dict[str, Any]]]:
    heard: list[tuple[str, dict[str, Any]]] = []
    board.on_event(lambda kind, payload: heard.append((kind, payload)))
    return heard


# ---- one frame at a time


def test_nothing_is_sent_before_a_page_looks(board: LiveBoard, page: Page) -> None:
    assert not board.draw({"step": 1})
    assert page.sent == []
    assert not board.mounted
    assert not board.wait_ready(0)


def test_the_second_frame_waits_for_the_answer_to_the_first(board: LiveBoard, page: Page) -> None:
    page.look()
    assert [board.draw({"step": step}) for step in range(5)] == [True, False, False, False, False]
    assert board.waiting
    page.answer()
    assert not board.waiting
    assert board.draw({"step": 5})
    assert [frame["step"] for frame in page.frames] == [0, 5]


def test_late_repeated_and_invented_answers_let_nothing_through(board: LiveBoard, page: Page) -> None:
    page.look()
    board.draw({"step": 1})
    page.answer()
    board.draw({"step": 2})
    for number in [1, 0, 3, -2, 2.0, True, "2", None, [2]]:
        page.say(kind="ack", frame=number, drawn=True)
    page.say(kind="ack", frame=2, drawn="yes")
    assert board.waiting
    page.answer()
    page.answer()
    assert not board.waiting


def test_a_frame_that_cannot_travel_does_not_block_the_next(board: LiveBoard, page: Page) -> None:
    page.look()
    with pytest.raises(TypeError):
        board.draw({"step": object()})
    assert board.draw({"step": 2})


def test_a_page_that_is_reconnected_has_everything_drawn_again_though_it_owes_an_answer(
    board: LiveBoard, page: Page, events: list[Any]
) -> None:
    page.look()
    assert board.draw({"step": 1, "panels": {}, "slots": {"step": "1"}})
    assert not board.draw({"step": 2, "panels": {}, "slots": {"step": "1"}})
    page.say(kind="reconnected")
    assert events[-1] == ("mounted", {})
    assert board.draw({"step": 2, "panels": {}, "slots": {"step": "1"}})
    assert page.frames[-1]["slots"] == {"step": "1"}


def test_a_page_that_never_looked_cannot_be_reconnected(board: LiveBoard, page: Page) -> None:
    page.say(kind="reconnected")
    assert not board.draw({"step": 1, "panels": {}, "slots": {}})


def test_a_new_view_is_drawn_to_though_an_earlier_one_never_answered(board: LiveBoard, page: Page) -> None:
    page.look("dead")
    board.draw({"step": 1})
    page.look("alive")
    assert board.draw({"step": 2})


@pytest.fixture
def frame() -> dict[str, Any]:
    """A frame with an array, a text and a list, none of which changes."""
    traces = {0: {"y": np.arange(3.0), "line.color": "red", "text": ["a", "b"]}}
    return {"panels": {"loss": {"traces": traces, "layout": {"xaxis.type": "log"}, "note": "now"}}}


def whole(page: Page) -> bool:
    """Whether the last frame said everything, with its array."""
    content, buffers = page.sent[-1]
    told = content["panels"]["loss"]
    return (
        [memoryview(b) for b in buffers] == [np.arange(3, dtype=np.float32).data.cast("B")]
        and told["traces"]["0"].keys() == {"y", "line.color", "text"}
        and told["layout"] == {"xaxis.type": "log"}
    )


def test_what_the_page_was_told_is_not_sent_again(board: LiveBoard, page: Page, frame: dict[str, Any]) -> None:
    page.look()
    board.draw(frame)
    assert whole(page)
    page.answer()
    board.draw(frame)
    # The panel itself is named: it counts the frame, and its note and step are of now.
    assert page.sent[-1][0]["panels"] == {"loss": {"traces": {}, "layout": {}, "note": "now"}}
    assert page.sent[-1][1] == []
    page.answer()
    frame["panels"]["loss"]["traces"][0] |= {"y": np.arange(3.0) + 1, "line.color": "blue"}
    board.draw(frame)
    assert page.sent[-1][0]["panels"]["loss"]["traces"]["0"].keys() == {"y", "line.color"}


def test_a_value_that_came_back_is_sent_again(board: LiveBoard, page: Page) -> None:
    page.look()
    for visible in [True, False, True]:
        board.draw({"panels": {"loss": {"traces": {0: {"visible": visible}}}}})
        assert page.sent[-1][0]["panels"]["loss"]["traces"] == {"0": {"visible": visible}}
        page.answer()
    board.draw({"panels": {"loss": {"traces": {0: {"visible": 1}}}}})  # equals True, and is another thing
    assert page.sent[-1][0]["panels"]["loss"]["traces"] == {"0": {"visible": 1}}


def test_a_new_view_new_charts_and_a_lost_frame_have_everything_sent(
    board: LiveBoard, page: Page, frame: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page.look()
    board.draw(frame)
    page.look("v2")
    board.draw(frame)
    assert whole(page)
    page.answer()
    board.show([panel("loss", title="another")])
    board.draw(frame)
    assert whole(page)
    later = board._gate._clock() + LOST_AFTER_S
    monkeypatch.setattr(board._gate, "_clock", lambda: later)
    assert board.draw(frame)
    assert whole(page)


def test_a_frame_that_was_not_sent_is_not_remembered(board: LiveBoard, page: Page, frame: dict[str, Any]) -> None:
    assert not board.draw(frame)
    page.look()
    with pytest.raises(TypeError):
        board.draw({**frame, "step": object()})
    assert board.draw(frame)
    assert whole(page)


def test_the_last_view_that_leaves_stops_the_frames(board: LiveBoard, page: Page) -> None:
    page.look("one")
    page.look("two")
    page.say(kind="unmounted", view="one")
    assert board.mounted
    assert board.draw({"step": 1})
    page.say(kind="unmounted", view="two")
    assert not board.mounted
    assert not board.waiting
    assert not board.draw({"step": 2})


# ---- figures


def test_only_panels_whose_content_changed_get_a_new_revision(board: LiveBoard) -> None:
    before = {spec["id"]: spec["revision"] for spec in board.board["panels"]}
    board.show([panel("surface"), panel("loss", figure=line("red")), panel("new")])
    after = {spec["id"]: spec["revision"] for spec in board.board["panels"]}
    assert list(after) == ["surface", "loss", "new"]
    assert after["surface"] == before["surface"]
    assert len({before["loss"], before["surface"], after["loss"], after["new"]}) == 4


def test_changed_numbers_alone_make_a_figure_new(board: LiveBoard) -> None:
    before = board.board["panels"][0]["revision"]
    board.show([panel(figure=go.Figure(go.Scatter(x=np.arange(3.0), y=np.ones(3), line={"color": "var(--dl-loss)"})))])
    assert board.board["panels"][0]["revision"] != before


def test_the_figures_arrays_are_found_behind_their_panels_first_buffer(board: LiveBoard) -> None:
    heat = go.Figure(go.Heatmap(z=np.arange(6.0).reshape(2, 3)))
    board.show([panel("loss"), panel("surface", figure=heat)])
    spec = board.board["panels"][1]
    z = spec["figure"]["data"][0]["z"]
    assert (z["shape"], z["dtype"]) == ([2, 3], "float32")
    raw = board.board["buffers"][spec["first_buffer"] + z["$buffer"]]
    assert np.frombuffer(raw, np.float32).tolist() == [0, 1, 2, 3, 4, 5]


def test_a_frame_names_the_figures_it_was_made_for(board: LiveBoard, page: Page) -> None:
    page.look()
    board.show([panel("loss")])
    board.draw({"step": 1})
    assert page.frames[-1]["generation"] == board.board["generation"]


def test_the_page_cannot_write_the_boards_state(board: LiveBoard) -> None:
    before = board.board
    board.set_state({"board": "rubbish", "_esm": "alert(1)"})
    assert board.board is before
    assert "alert" not in str(board._esm)


# ---- languages


def numbers_of(board: LiveBoard, name: str) -> dict[str, int]:
    return {spec["id"]: spec[name] for spec in board.board["panels"]}


def test_retranslating_changes_the_boards_and_plotlys_words_and_no_figure(board: LiveBoard, catalogues: Path) -> None:
    before = board.board
    assert (board.texts["loading"], board.plotly_locale) == ("Loading charts…", {"locale": "en-US", "locales": {}})
    with in_use(catalogues):
        board.retranslate()
        assert [text for text in board.texts.values() if not re.fullmatch("⟦.*⟧", text)] == []
        words = board.plotly_locale["locales"][TAG]["dictionary"]
        assert board.plotly_locale["locale"] == TAG
        assert words["Reset axes"] == "⟦Reseet aaxees⟧"
        assert [word for word in words.values() if not re.fullmatch("⟦.*⟧", word)] == []
    assert board.board is before


def test_the_words_are_those_that_plotly_js_looks_up() -> None:
    source = gzip.decompress(packed_plotly_js()).decode()
    with in_use(Path(), "xx"):
        assert [key for key in plotly_words() if f'"{key}"' not in source] == []


def test_a_figure_in_another_language_comes_with_what_makes_the_old_one_it(board: LiveBoard) -> None:
    before = numbers_of(board, "revision")
    with in_use(Path(), "zh"):
        board.show([panel("loss", title="损失", figure=line().update_traces(name="损失")), panel("surface")])
    loss, surface = board.board["panels"]
    assert loss["patch"] == {"traces": {"0": {"name": "损失"}}, "layout": {}}
    assert loss["patched"] == before["loss"] != loss["revision"]
    assert surface["revision"] == before["surface"]


def test_another_figure_in_the_same_language_comes_without_a_patch(board: LiveBoard) -> None:
    board.show([panel("loss", title="Another", figure=line("red")), panel("surface")])
    assert [spec["patch"] for spec in board.board["panels"]] == [None, None]


def test_after_a_change_of_the_language_only_texts_are_said_again(
    board: LiveBoard, page: Page, frame: dict[str, Any]
) -> None:
    page.look()
    board.draw(frame)
    page.answer()
    with in_use(Path(), "zh"):
        board.show([panel("loss", title="损失"), panel("surface")])
        board.draw(frame)
    assert page.sent[-1][0]["panels"]["loss"]["traces"]["0"].keys() == {"line.color", "text"}
    assert page.sent[-1][1] == []


def test_a_switch_shows_its_options_in_the_language_in_use_and_reports_them_in_english(
    board: LiveBoard, page: Page, events: list[Any], catalogues: Path
) -> None:
    zoom = Switch("scale", (N_("Zoom"), "log"), "log", N_("Reset axes"))
    with in_use(catalogues):
        board.show([panel("loss", switches=(zoom,))])
    assert board.board["panels"][0]["switches"] == [
        {
            "name": "scale",
            "options": ["Zoom", "log"],
            "labels": ["⟦Zoooom⟧", "log"],
            "value": "log",
            "label": "⟦Reseet aaxees⟧",
        }
    ]
    page.say(kind="switch", panel="loss", name="scale", value="Zoom")
    assert events == [("switch", {"panel": "loss", "name": "scale", "value": "Zoom"})]


# ---- what the page says


def test_visible_and_hidden_are_what_the_live_views_show(board: LiveBoard, page: Page, events: list[Any]) -> None:
    page.look("one", ("loss", "nonsense"))
    page.look("two", ("surface",), hidden=True)
    assert board.visible == {"loss"}
    assert not board.hidden
    page.look("one", ("loss", "surface"))
    page.look("one", ("loss", "surface"), hidden=True)
    assert board.visible == frozenset()
    assert board.hidden
    assert events == [
        ("mounted", {}),
        ("mounted", {}),
        ("visible", {"panels": {"loss", "surface"}}),
        ("visible", {"panels": frozenset()}),
    ]


def test_a_click_and_a_switch_reach_the_callback(page: Page, events: list[Any]) -> None:
    page.say(kind="click", panel="surface", x=1, y=-2.5)
    page.say(kind="switch", panel="loss", name="scale", value="log")
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
    page: Page, events: list[Any], message: dict[str, Any], field: str, rubbish: Any
) -> None:
    page.board._receive(rubbish)  # past ipywidgets' dispatcher, which would hide an exception
    page.board._receive({**message, field: rubbish})
    assert events == []
    assert page.sent == []


def test_a_page_that_invents_views_cannot_fill_the_memory(board: LiveBoard, page: Page) -> None:
    for number in range(10 * MAX_VIEWS):
        page.look(f"v{number}")
    assert len(board._views) == MAX_VIEWS


def test_plotly_js_is_sent_packed_when_asked_for(page: Page) -> None:
    page.say(kind="plotly")
    content, buffers = page.sent[-1]
    assert content == {"kind": "plotly"}
    assert gzip.decompress(buffers[0]).lstrip().startswith(b"/**\n* plotly.js")
    assert len(buffers[0]) < 1_600_000
    assert packed_plotly_js() is buffers[0]
