"""A trainer that most people begin with, compiled before anybody has asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.engines.starts import key_of
from core.learning.learner import build_learner
from core.learning.setup import ModelSetup
from core.training.build import build_objective, build_trainer

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig
    from core.learning.learner import Learner
    from core.remote.task import Task
    from core.training.trainer import Trainer


@dataclass(frozen=True)
class PreparedTrainer:
    """The `trainer` of `config`, at step 0, with the `learner` where a model learns. It is good for one run."""

    config: TrainingConfig
    trainer: Trainer
    learner: Learner | None = None

    @classmethod
    def of(cls, config: TrainingConfig) -> PreparedTrainer:
        """Builds and compiles; by then TensorFlow and XLA have begun, also for other models."""
        learner = build_learner(ModelSetup.of(config)) if config.learns else None
        trainer = build_trainer(config, build_objective(config) if learner is None else learner.objective)
        if learner is not None:
            trainer.preview()
        trainer.compile()
        return cls(config, trainer, learner)

    def fits(self, task: Task) -> bool:
        """Whether it is the one that `task` asks for; how many epochs it will train is no part of a trainer."""
        if task.own is not None or task.weights is not None or task.rise != 1.0:
            return False
        if task.program not in (None, self.trainer.loop.kind):
            return False
        return key_of(task.config) == key_of(self.config)
