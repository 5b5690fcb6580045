"""Branching: a run that was taken back hands on to the next one where it stands, or was just sent to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.field import ConfigError
from core.remote.remote_run import RemoteRun
from core.runs.past.branch import Branch
from core.runs.status import Status
from widgets.scenes.config_change import keeps_place, keeps_weights

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig
    from core.store.recorder import Recorder
    from widgets.scenes.staged_run import StagedRun

PATIENCE_S = 0.2  # until it is known where a run stands; a page may be held so long


def branch_from(staged: StagedRun, config: TrainingConfig, recorder: Recorder) -> tuple[TrainingConfig, Branch | None]:
    """The settings of a new run and where it branches off from the one that is `staged`; None if it does not.

    It does where that run was taken back in an engine, and can begin there: a model with the weights of that step, if
    the settings leave their shapes as they are; on a surface with that step's place as its start, which `config` then
    says. A branch that has made no step yet gives way to one from the same place.
    """
    run, branch = staged.run, staged.branch
    if run.status is Status.FAILED or not (keeps_weights if config.learns else keeps_place)(staged.config, config):
        return config, None
    if branch is not None and run.recorded == 0:
        return config, replace(branch, draws_data_anew=branch.draws_data_anew or config.seed != staged.config.seed)
    if not isinstance(run, RemoteRun) or run.wants_to_play:
        return config, None
    if config.learns:
        step = run.taken_back_to
        if step is None and run.wait(PATIENCE_S):
            step = run.taken_back_to
        if step is None:
            return config, None
        weights, draws_anew = run.request("handed_weights"), config.seed != staged.config.seed
        return config, Branch(step, recorder.find_kept(run), weights, draws_anew)
    return _from_place(staged, run, config, recorder)


def _from_place(
    staged: StagedRun, run: RemoteRun, config: TrainingConfig, recorder: Recorder
) -> tuple[TrainingConfig, Branch | None]:
    """The same on a surface, from the place where its run stands."""
    rests = run.wait(PATIENCE_S)
    step, seen = run.taken_back_to, run.observation
    if step is None or not rests or seen is None or seen.step != step or len(seen.parameters) != 2:
        return config, None
    try:
        start_x, start_y = (float(str(np.float32(value))) for value in seen.parameters)  # the fewest digits that say it
        return config.replace(start_x=start_x, start_y=start_y), Branch(step, recorder.find_kept(run), None)
    except ConfigError:  # beyond where a run may start
        return config, None
