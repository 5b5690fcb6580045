"""The model of a kept run, brought back where it stood in an engine of its own: no other process holds its weights."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.datasets.dataset import CSV
from core.field import ConfigError
from core.language import N_, _, language
from core.learning.setup import ModelSetup
from core.remote.remote_run import RemoteRun
from core.remote.task import Task
from core.runs.status import Status
from core.versions import other_trainer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.formats.trained_model import TrainedModel
    from core.snapshots.packed_state import PackedState
    from core.store.kept_run import KeptRun

PATIENCE_S = 300.0
LOOK_S = 0.25  # between two looks at whether the model is still wanted
GIVEN_UP = N_("It was stopped while that run was brought back.")
OTHER_DATA = N_("That run learned from data, or with a model, that this page does not have.")
NO_WEIGHTS = N_("No weights are kept of that run, so there is no model of it to take.")
NOT_BACK = N_("That run could not be brought back where it stood.")


def is_same_data(kept: KeptRun, setup: ModelSetup | None) -> bool:
    """True if a run of `setup` learns from what `kept` did, by the names and sizes of both; None is a surface."""
    if setup is None:
        return True
    has_other_table = setup.dataset.name == CSV and setup.dataset.label not in kept.data
    return not has_other_table and setup.parameters == kept.parameters


def check_kept(kept: KeptRun, steps: Sequence[int], table: Dataset | None) -> ModelSetup:
    """The setup of a kept run whose model can be had.

    Args:
        kept: The run.
        steps: The steps of the snapshots that are kept of it.
        table: The data set of the problem "csv", None where there is none.

    Raises:
        ConfigError: It has no model, no weights, other data than there are, or was trained by other versions.
    """
    config = kept.config
    if not config.learns:
        raise ConfigError(_("A surface has no model: choose a run that learned from data."))
    setup = ModelSetup.of(config, table)
    if not is_same_data(kept, setup):
        raise ConfigError(OTHER_DATA)
    if not steps:
        raise ConfigError(NO_WEIGHTS)
    other = other_trainer(kept.versions)
    if other is not None:
        raise ConfigError(
            _("That run was trained with {then}; with {now}, which is here, its weights would come out otherwise.",
              **other)
        )  # fmt: skip
    return setup


def kept_model(
    kept: KeptRun,
    states: tuple[PackedState, ...],
    table: Dataset | None,
    connect: Callable[[TrainingConfig], Connection],
    is_wanted: Callable[[], bool] = lambda: True,
) -> TrainedModel:
    """The model of `kept` as it was last, with its held-out examples; it takes seconds.

    An engine goes on from the newest of the snapshots `states` to the last step that was recorded, by the same updates.
    Once the model is no longer wanted the engine is let go.

    Raises:
        ConfigError: It cannot be had, or is no longer wanted; the sentence says why.
        OSError: There is no engine to be had.
    """
    check_kept(kept, [state.step for state in states], table)
    saved = kept.saved_at(kept.steps, states)
    task = Task(saved.config, table, language=language(), total_steps=kept.steps).returning_to(saved)
    run = RemoteRun(task, connect, lambda: None)
    run.start()
    try:
        is_there, until = run.wait(LOOK_S), time.monotonic() + PATIENCE_S
        while not is_there and run.status is not Status.FAILED and time.monotonic() < until:
            if not is_wanted():
                raise ConfigError(GIVEN_UP)
            is_there = run.wait(LOOK_S)
        if run.status is Status.FAILED:
            raise ConfigError(run.error or NOT_BACK)
        if not is_there or run.step != kept.steps:
            raise ConfigError(NOT_BACK)
        found: TrainedModel | None = run.call("trained_model")
    finally:
        run.stop()
    if found is None:
        raise ConfigError(NOT_BACK)
    return found
