"""A run goes back to any step that it has recorded, and its updates are the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.runs.past.rewind import Rewind
from core.runs.past.setting_changes import SettingChange
from core.runs.run import Run
from core.runs.status import Status
from core.training.build import build_objective, build_trainer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.training.trainer import Trainer

CONFIG = TrainingConfig(optimizer="momentum", learning_rate=0.02, batch_size=30, epochs=50)  # the last batch has ten
STEPS, PATIENCE = 200, 60
CHANGES = (SettingChange(50, "learning_rate", 0.02, 0.05), SettingChange(120, "momentum", 0.9, 0.5))


def trainer_of() -> Trainer:
    return build_trainer(CONFIG, build_objective(CONFIG))


@pytest.fixture(scope="module")
def trained() -> tuple[Trainer, Rewind, np.ndarray, list[np.ndarray]]:
    """A trainer after 200 updates, what takes it back, and the loss and the point before each update."""
    trainer, rewind, losses, points = trainer_of(), Rewind(), [], []
    rewind.begin(trainer)
    changes = {change.step: change for change in CHANGES}
    for step in range(STEPS):
        if step in changes:
            trainer.set(**{changes[step].name: changes[step].new})
        points.append(trainer.variables[0].numpy().copy())
        losses.append(trainer.advance(1).loss[0])
        rewind.note(trainer, played=step * 10.0)
    rewind.snapshots._states = rewind.snapshots._states[::7]
    return trainer, rewind, np.array(losses), points


def test_every_step_is_found_again_with_its_point_and_its_loss(
    trained: tuple[Trainer, Rewind, np.ndarray, list[np.ndarray]],
) -> None:
    trainer, rewind, losses, points = trained
    for step in (150, 3, 50, 51, 120, 121, 199, 0, 77):
        rewind.go_to(trainer, step, CHANGES, lambda: True)
        assert trainer.step == step
        np.testing.assert_array_equal(trainer.variables[0].numpy(), points[step])
        assert abs(rewind.advance(trainer, 1).loss[0] - losses[step]) <= 1e-6


def test_a_way_that_is_broken_off_ends_between_two_updates(
    trained: tuple[Trainer, Rewind, np.ndarray, list[np.ndarray]],
) -> None:
    trainer, rewind, _losses, points = trained
    rewind.go_to(trainer, 0, CHANGES, lambda: True)
    rewind.go_to(trainer, 199, CHANGES, lambda: False)
    np.testing.assert_array_equal(trainer.variables[0].numpy(), points[trainer.step])


@pytest.fixture
def run() -> Iterator[Run]:
    made = Run(trainer_of, STEPS)
    made.start()
    yield made
    made.stop()
    made.join(PATIENCE)


def test_a_run_that_went_back_plays_to_the_same_end_and_records_no_step_twice(run: Run) -> None:
    run.play()
    assert run.wait(PATIENCE)
    record, before = run.record, run.history.rows() if run.history else {}
    run.go_to(40)
    assert run.wait(PATIENCE)
    assert (run.step, run.recorded, run.status) == (40, STEPS, Status.PAUSED)
    assert run.observation is not None
    assert run.observation.step == 40
    np.testing.assert_allclose(run.observation.loss, before["loss"][40], rtol=1e-6)
    run.take_steps(2)
    assert run.wait(PATIENCE)
    assert run.step == 42
    run.play()
    assert run.wait(PATIENCE)
    assert (run.step, run.status, run.record) == (STEPS, Status.FINISHED, record)
    assert run.history is not None
    np.testing.assert_array_equal(run.history.rows()["loss"], before["loss"])


def test_another_setting_at_an_earlier_step_begins_another_run_with_the_same_beginning(run: Run) -> None:
    run.take_steps(100)
    assert run.wait(PATIENCE)
    record, before = run.record, run.history.rows()["loss"] if run.history else np.empty(0)
    run.go_to(30)
    run.set(learning_rate=0.04)
    run.take_steps(10)
    assert run.wait(PATIENCE)
    assert run.record is not None
    assert run.record is not record
    assert record is not None
    after = run.record.history.rows()["loss"]
    np.testing.assert_array_equal(after[:31], before[:31])
    assert (run.step, run.recorded, len(after)) == (40, 40, 40)
    assert after[35] != before[35]
    np.testing.assert_array_equal(record.history.rows()["loss"], before)
    assert [mark.step for mark in run.marks] == [30]


def test_a_fork_keeps_the_beginning_and_forgets_the_rest(run: Run) -> None:
    run.take_steps(60)
    run.wait(PATIENCE)
    run.go_to(20)
    run.fork()
    assert run.wait(PATIENCE)
    assert (run.step, run.recorded) == (20, 20)
    assert run.history is not None
    assert len(run.history.rows()["step"]) == 20
