"""Drawing on the page without a browser: strokes begin a run on their points, undo and Reset treat them as settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.config.drawing import with_strokes
from core.config.training_config import TrainingConfig
from core.drawn.points import DrawnPoints
from core.drawn.strokes import Stroke
from tests.support.page_without_browser import notice

if TYPE_CHECKING:
    from widgets.dashboard import Dashboard

DOT = {"tool": "draw", "label": 1, "path": [[1.0, -1.0]], "reach": [0.1, 0.1]}
ERASE_ALL = {"tool": "erase", "label": 0, "path": [[0.0, 0.0]], "reach": [100.0, 100.0]}


@pytest.fixture
def spiral(dash: Dashboard) -> Dashboard:
    dash.set(problem="spiral", examples=100)
    dash._stage.draw()
    return dash


def draw(dash: Dashboard, *strokes: dict[str, Any], panel: str = "boundary") -> None:
    dash._board._receive({"kind": "draw", "panel": panel, "strokes": list(strokes)})


def test_strokes_begin_a_run_on_the_points_that_they_leave_and_the_link_says_them(spiral: Dashboard) -> None:
    before, run = spiral.config, spiral._session.run
    draw(spiral, DOT)
    assert spiral.config == with_strokes(before, [Stroke("draw", ((1.0, -1.0),), 1)])
    assert spiral._session.run is not run
    assert TrainingConfig.from_query(spiral._header.query) == (spiral.config, [])
    assert notice(spiral).startswith("You draw the data.")


def test_undo_takes_back_one_drawing_after_the_other_however_soon_they_came(spiral: Dashboard) -> None:
    first = spiral.config
    draw(spiral, DOT)
    second = spiral.config
    draw(spiral, {**DOT, "path": [[2.0, 2.0]]})
    assert len(DrawnPoints.read(spiral.config.points).y) == 102
    spiral.undo()
    assert spiral.config == second
    spiral.undo()
    assert spiral.config == first


def test_reset_keeps_the_points_and_another_problem_lets_them_go(spiral: Dashboard) -> None:
    draw(spiral, DOT)
    drawn = spiral.config
    spiral.reset()
    assert spiral.config == drawn
    spiral.set(problem="circle")
    assert "points" not in spiral._header.query


def test_what_cannot_be_drawn_changes_nothing_says_why_and_is_taken_off_the_sheet(
    spiral: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(spiral._board, "send", lambda content, _buffers=None: sent.append(content))
    before, run = spiral.config, spiral._session.run
    draw(spiral, ERASE_ALL)
    assert (spiral.config, spiral._session.run) == (before, run)
    assert notice(spiral) == "Kept as it was. Each class needs at least 2 points."
    assert {"kind": "undrawn"} in sent


@pytest.mark.parametrize("problem", ["plane", "diabetes", "himmelblau"])
def test_no_page_can_draw_where_there_are_no_points_of_two_classes(dash: Dashboard, problem: str) -> None:
    dash.set(problem=problem)
    dash._stage.draw()
    before = dash.config
    for panel in ("boundary", "loss", "surface"):
        draw(dash, DOT, panel=panel)
    assert dash.config == before
