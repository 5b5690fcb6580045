"""The figures that a board sends: each once, and again only when it has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from tests.support.board_visitor import BoardVisitor, line, panel

if TYPE_CHECKING:
    from widgets.board.live_board import LiveBoard


def test_only_panels_whose_content_changed_get_a_new_revision(live_board: LiveBoard) -> None:
    before = {spec["id"]: spec["revision"] for spec in live_board.board["panels"]}
    live_board.show([panel("surface"), panel("loss", figure=line("red")), panel("new")])
    after = {spec["id"]: spec["revision"] for spec in live_board.board["panels"]}
    assert list(after) == ["surface", "loss", "new"]
    assert after["surface"] == before["surface"]
    assert len({before["loss"], before["surface"], after["loss"], after["new"]}) == 4


def test_changed_numbers_alone_make_a_figure_new(live_board: LiveBoard) -> None:
    before = live_board.board["panels"][0]["revision"]
    live_board.show(
        [panel(figure=go.Figure(go.Scatter(x=np.arange(3.0), y=np.ones(3), line={"color": "var(--dl-loss)"})))]
    )
    assert live_board.board["panels"][0]["revision"] != before


def test_the_figures_arrays_are_found_behind_their_panels_first_buffer(live_board: LiveBoard) -> None:
    heat = go.Figure(go.Heatmap(z=np.arange(6.0).reshape(2, 3)))
    live_board.show([panel("loss"), panel("surface", figure=heat)])
    spec = live_board.board["panels"][1]
    z = spec["figure"]["data"][0]["z"]
    assert (z["shape"], z["dtype"]) == ([2, 3], "float32")
    raw = live_board.board["buffers"][spec["first_buffer"] + z["$buffer"]]
    assert np.frombuffer(raw, np.float32).tolist() == [0, 1, 2, 3, 4, 5]


def test_a_frame_names_the_figures_it_was_made_for(live_board: LiveBoard, visitor: BoardVisitor) -> None:
    visitor.look()
    live_board.show([panel("loss")])
    live_board.draw({"step": 1})
    assert visitor.frames[-1]["generation"] == live_board.board["generation"]


def test_the_page_cannot_write_the_boards_state(live_board: LiveBoard) -> None:
    before = live_board.board
    live_board.set_state({"board": "rubbish", "_esm": "alert(1)"})
    assert live_board.board is before
    assert "alert" not in str(live_board._esm)
