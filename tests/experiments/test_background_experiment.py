from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.engines.pool import EnginePool, TrainingError
from core.experiments.background_experiment import FAULT, BackgroundExperiment
from core.experiments.kept_results import keep
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 20.0


def begun(measure: Callable[[EnginePool], Iterator[int]]) -> BackgroundExperiment[int]:
    """An experiment that asks for no run, so that no engine is needed."""
    connect: Any = None
    return BackgroundExperiment(measure, connect, lambda: None)


def test_the_newest_result_stands_when_it_ends() -> None:
    experiment = begun(lambda _pool: iter([1, 2, 3]))
    experiment.join(PATIENCE)
    assert (experiment.latest, experiment.is_running, experiment.error) == (3, False, "")


def test_cancelled_it_takes_no_further_result() -> None:
    first, go_on = threading.Event(), threading.Event()

    def measure(_pool: EnginePool) -> Iterator[int]:
        yield 1
        first.set()
        go_on.wait(PATIENCE)
        yield 2

    experiment = begun(measure)
    assert first.wait(PATIENCE)
    experiment.cancel()
    go_on.set()
    experiment.join(PATIENCE)
    assert (experiment.latest, experiment.is_running, experiment.is_cancelled) == (1, False, True)


@pytest.mark.parametrize(
    ("error", "said"), [(TrainingError("It cannot be trained."), "It cannot be trained."), (KeyError("x"), FAULT)]
)
def test_why_it_ended_early_is_said_and_what_was_found_stays(error: Exception, said: str) -> None:
    def measure(_pool: EnginePool) -> Iterator[int]:
        yield 1
        raise error

    experiment = begun(measure)
    experiment.join(PATIENCE)
    assert (experiment.latest, experiment.error) == (1, said)


def test_a_run_of_an_experiment_is_a_kept_run_hidden_in_the_chart() -> None:
    config = TrainingConfig.suited_to("circle").replace(epochs=2, seed=7)
    future: Future[RecordedColumns] = Future()
    evaluations = {"step": np.array([4]), "validation_loss": np.array([0.25])}
    future.set_result(RecordedColumns({"step": np.arange(4), "loss": np.array([4.0, 1.0, 0.5, 2.0])}, evaluations))
    done: Any = future
    done.config, done.diverged, done.facts, done.began, done.ended = config, False, None, 100.0, 103.0
    store = RunStore()
    keep(store, done, "A, seed 7")
    (run,) = store
    assert (run.title, run.hidden, run.state, run.seconds, run.steps) == ("A, seed 7", True, "finished", 3.0, 4)
    assert (run.config, run.steps_per_epoch, run.best_loss, run.best_validation_loss) == (config, 2.0, 0.5, 0.25)
