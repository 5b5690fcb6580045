"""The snapshots that a session's runs leave in the store: a trainer goes on from each as the run did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.learning.learner import build_learner
from core.learning.setup import ModelSetup
from core.store.run_store import RunStore
from core.training.build import build_objective, build_trainer
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engines.launcher import EngineLauncher
    from core.store.kept_run import KeptRun
    from core.training.trainer import Trainer

WAIT_S = 120.0
MODEL = TrainingConfig.suited_to("spiral").replace(
    epochs=30, examples=200, dropout=0.2, normalization="batch", optimizer="adam", learning_rate=0.01
)
SURFACE = TrainingConfig(optimizer="momentum", learning_rate=0.02, batch_size=30, epochs=50)


def trainer_of(run: KeptRun) -> Trainer:
    """A trainer of the run's settings in this process, by the same kind of program."""
    config, learns = run.config, run.config.learns
    objective = build_learner(ModelSetup.of(config)).objective if learns else build_objective(config)
    trainer = build_trainer(config, objective, run.saved.program)
    trainer.set_total(run.steps)
    return trainer


@pytest.fixture(scope="module", params=[MODEL, SURFACE], ids=["model", "surface"])
def kept(launcher: EngineLauncher, request: pytest.FixtureRequest) -> Iterator[tuple[RunStore, KeptRun]]:
    """A run that was played to its end in an engine, as it was kept."""
    store = RunStore()
    session = Session(request.param, lambda urgent=False: None, connect=launcher.connect, store=lambda: store)
    session.play()
    assert session.wait(WAIT_S)
    assert session.keep(WAIT_S)
    yield store, store[0]
    session.close()


def test_a_run_leaves_few_states_among_them_that_of_its_start(kept: tuple[RunStore, KeptRun]) -> None:
    store, run = kept
    steps = [state.step for state in store.snapshots(run.id)]
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert 2 <= len(steps) <= 32
    assert steps[-1] <= run.steps


def test_a_trainer_that_resumes_from_a_state_makes_the_updates_that_were_recorded(
    kept: tuple[RunStore, KeptRun],
) -> None:
    store, run = kept
    trainer, losses = trainer_of(run), run.history["loss"]
    states = [state.unpack() for state in store.snapshots(run.id) if state.step < run.steps]
    for state in (states[-1], states[len(states) // 2]):
        trainer.resume(state.step, state.values)
        steps = trainer.advance(run.steps - state.step)
        np.testing.assert_allclose(steps.loss, losses[state.step :], rtol=0, atol=1e-6)
