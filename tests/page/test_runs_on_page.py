"""Runs side by side on a page without a browser: a real net, whose size is changed while it learns."""

from __future__ import annotations

import gc
import re
import time
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from core.config.training_config import TrainingConfig
from core.number_format import format_number
from core.runs.status import Status
from tests.support.waiting import wait_until
from widgets.board.frame_loop import FrameLoop
from widgets.dashboard import Dashboard
from widgets.page import stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.runs.run_summary import RunSummary

PATIENCE = 90.0  # seconds; a bound for a busy machine that imports TensorFlow, not a wait
SPIRAL = TrainingConfig.suited_to("spiral").replace(width=None, depth=None, size=100, epochs=100_000, seed=3)


@pytest.fixture
def dash(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    """A page that opened the spiral; its frames are drawn when a test calls `_draw`."""
    monkeypatch.setattr(FrameLoop, "start", lambda self: None)
    monkeypatch.setattr(stage, "LOST_SECONDS", 10 * PATIENCE)  # nobody answers for this page's frames
    made = Dashboard(SPIRAL)
    made._board._receive({"kind": "view", "view": "a", "visible": ["loss"], "hidden": False})
    yield made
    made.close()


def until(dash: Dashboard, wanted: Callable[[], bool]) -> None:
    """Draws, as the frame loop would, until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < deadline, f"{dash._session.run} never got there"
        dash._stage.draw()
        dash._session.staged.observed.wait(0.02)


def play(dash: Dashboard) -> None:
    """Plays until it was evaluated on the way, and rests."""
    run = dash._session.run
    run.play()
    until(dash, lambda: run.step > 0 and run.findings.get("evaluation") is not None)
    run.pause()
    until(dash, lambda: run.status is Status.PAUSED and run.findings["evaluation"].step == run.step)


def rows(dash: Dashboard) -> list[str]:
    """The rows of past runs, as HTML, the newest first."""
    return re.findall(r'<tr><th scope="row">(?:(?!</tr>).)*</tr>', dash._session.staged.cards())


def slots(dash: Dashboard) -> dict[str, Any]:
    return dash._stage.frame(dash._session.staged)["slots"]


def summary(dash: Dashboard) -> RunSummary:
    learning = dash._session.staged.learning
    assert learning is not None
    found = learning.summary(dash._session.run, dash.config)
    assert found is not None
    return found


def test_another_size_keeps_the_run_before_beside_the_new_one(dash: Dashboard) -> None:
    play(dash)
    before = dash._session.run
    small, steps = summary(dash).parameters, before.step
    assert rows(dash) == []
    dash._changes.change({"size": 1000})
    (row,) = rows(dash)
    assert f"<td>{format_number(small)}</td><td>{format_number(steps)}</td>" in row
    play(dash)
    told = {name: text.replace("\u00a0", " ") for name, text in slots(dash).items() if name.startswith("runs-")}
    assert (told["runs-settings-0"], told["runs-settings-1"]) == ("Model size 1 000", "Model size 100")
    large = int(told["runs-parameters"].replace(" ", ""))
    assert float(told["runs-sentence"].split()[0]) == pytest.approx(large / small, rel=0.01)
    assert "times the parameters of the last run on the same data. Best accuracy" in told["runs-sentence"]
    assert rows(dash) == [row]


def test_a_reset_keeps_a_run_once_and_only_if_it_took_steps(dash: Dashboard) -> None:
    until(dash, lambda: dash._session.run.status is Status.PAUSED)
    dash.reset()
    assert rows(dash) == []
    play(dash)
    dash.reset()
    dash.reset()
    until(dash, lambda: dash._session.run.step == 0)
    assert len(rows(dash)) == 1
    dash._changes.change({"seed": 4})
    assert len(rows(dash)) == 1


def test_a_rate_changed_on_the_way_is_told_as_it_was_last(dash: Dashboard) -> None:
    play(dash)
    steps = dash._session.run.step
    dash._changes.change({"learning_rate": 0.5})
    until(dash, lambda: bool(dash._session.run.marks))
    dash._changes.change({"size": 200})
    until(dash, lambda: dash._session.run.status is Status.PAUSED)
    assert f"Learning rate\u00a00.5 since step {format_number(steps)}" in slots(dash)["runs-settings-1"]


def test_runs_stay_while_a_surface_is_looked_at_which_is_not_listed_itself(dash: Dashboard) -> None:
    play(dash)
    dash._changes.change({"problem": "bowl"})
    assert dash._session.staged.cards() == ""
    run = dash._session.run
    run.take_steps()
    until(dash, lambda: run.step == 1)
    dash._changes.change({"problem": "xor"})
    (row,) = rows(dash)
    assert "on Spiral" in row


def test_a_run_that_is_over_leaves_no_model_in_memory(dash: Dashboard) -> None:
    play(dash)
    run, model = dash._session.run, weakref.ref(dash._session.scene.learner)  # type: ignore[attr-defined]  # a ModelScene
    dash._changes.change({"size": 200})
    until(dash, lambda: dash._session.run.status is Status.PAUSED)
    assert run.join(PATIENCE)
    del run
    assert len(rows(dash)) == 1

    def is_gone() -> bool:
        gc.collect()
        return model() is None

    wait_until(is_gone)  # a look that is compiled ends with that
