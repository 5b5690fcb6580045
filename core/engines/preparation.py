"""The trainer, the data and the probes that a task asks for, made in the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.findings.validated_part import evaluated_counts
from core.learning.facts import LearnerFacts
from core.learning.learner import build_learner
from core.learning.setup import ModelSetup
from core.optimizers.registry import OPTIMIZERS
from core.probes.probe_schedule import ProbeSchedule
from core.probes.registry import build_probes
from core.runs.past.inherited_weights import inherit
from core.training.build import build_objective, build_trainer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from core.engines.prepared_trainer import PreparedTrainer
    from core.learning.learner import Learner
    from core.learning.model_objective import ModelObjective
    from core.remote.task import Task
    from core.runs.run_requests import RunRequests
    from core.training.trainer import Trainer
    from core.training.update_loop import Program


class Preparation:
    """Makes what `task` is trained with, once. `learner` and `facts` stay None where no model learns."""

    def __init__(
        self,
        task: Task,
        requests: RunRequests,
        on_progress: Callable[[], None],
        prepared: PreparedTrainer | None = None,
    ) -> None:
        """`on_progress` is called as data are downloaded; `prepared` is taken if it is what `task` asks for."""
        self.learner: Learner | None = None
        self.facts: LearnerFacts | None = None
        self.initial: Sequence[np.ndarray] = ()
        self.downloaded: float | None = None
        self._trainer: Trainer | None = None
        self._task, self._requests, self._on_progress = task, requests, on_progress
        self._prepared = prepared if prepared is not None and prepared.fits(task) else None

    def build(self) -> Trainer:
        """The trainer; with it the number of steps is known."""
        self._trainer = self._built()
        return self._trainer

    @property
    def program(self) -> Program | None:
        """The kind of compiled program that was chosen; None before that, and where there is no choice."""
        return None if self._trainer is None else self._trainer.loop.kind

    def _built(self) -> Trainer:
        config, prepared = self._task.config, self._prepared
        if self._task.own is None and not config.learns:
            objective = build_objective(config) if prepared is None else prepared.trainer.objective
            self.initial = objective.initial
        else:
            learner = None if prepared is None else prepared.learner
            objective = self._note_learner(learner or self._build_learner())
        if prepared is not None:
            return prepared.trainer
        return build_trainer(config, objective, self._task.program, self._task.rise)

    def _note_learner(self, learner: Learner) -> ModelObjective:
        """Notes what is known of a run with its learner."""
        self.learner = learner
        self.facts, self.initial = LearnerFacts.of(learner, evaluated_counts(learner)[1]), learner.objective.initial
        self._requests.total_steps = self._task.config.epochs * self.facts.updates_per_epoch
        return learner.objective

    def _build_learner(self) -> Learner:
        if self._task.own is None:
            learner = build_learner(ModelSetup.of(self._task.config, self._task.table), self._download)
        else:
            own = self._task.own.unpack()
            learner = own.learner(own.setup(self._task.config))
        if self._task.weights is not None:
            inherit(learner.objective, self._task.weights)
        return learner

    def probes(self) -> ProbeSchedule:
        """The probes of the model, if there is one."""
        if self.learner is None:
            return ProbeSchedule({})
        return build_probes(self.learner, OPTIMIZERS[self._task.config.optimizer])

    def weights(self) -> list[np.ndarray]:
        """The model's weights as they are now."""
        return [] if self.learner is None else self.learner.objective.model.get_weights()

    def _download(self, share: float) -> None:
        self.downloaded = share
        self._on_progress()
