"""Branching: a run that was taken back hands its weights on to the next one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.remote.remote_run import RemoteRun
from core.runs.past.branch import Branch
from core.runs.status import Status
from widgets.scenes.config_change import keeps_weights

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig
    from core.store.kept_run import KeptRun
    from core.store.recorder import Recorder
    from widgets.scenes.staged_run import StagedRun

PATIENCE_S = 2.0  # until a run that was just taken back rests there, and until it is kept


def branch_from(staged: StagedRun, config: TrainingConfig, recorder: Recorder) -> Branch | None:
    """Where a new run of `config` branches off from the one that is `staged`; None if it begins with fresh weights.

    It does where that run was taken back in an engine, and the settings leave the shapes of the weights as they are. A
    branch that has made no step yet gives way to one from the same place.
    """
    run = staged.run
    if run.status is Status.FAILED or not keeps_weights(staged.config, config):
        return None
    if staged.branch is not None and run.recorded == 0:
        anew = staged.branch.draws_data_anew or config.seed != staged.config.seed
        return replace(staged.branch, draws_data_anew=anew)
    if not isinstance(run, RemoteRun) or run.wants_to_play or not run.wait(PATIENCE_S) or run.recorded <= run.step:
        return None
    parent = _kept(staged, recorder)
    id, number = (None, None) if parent is None else (parent.id, parent.number)
    return Branch(run.step, id, number, run.request("handed_weights"), config.seed != staged.config.seed)


def _kept(staged: StagedRun, recorder: Recorder) -> KeptRun | None:
    """The run as it is kept, which it was before it was taken back."""
    if recorder.id_of(staged) is None:
        recorder.flush(PATIENCE_S)
    id = recorder.id_of(staged)
    return None if id is None else recorder.store.get(id)
