"""The trainer of the page that most people open first, compiled before anybody has asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config.training_config import TrainingConfig
from core.training.build import build_objective, build_trainer

if TYPE_CHECKING:
    from core.remote.task import Task
    from core.training.trainer import Trainer


@dataclass(frozen=True)
class PreparedTrainer:
    """The `trainer` of `config`, at step 0. It is good for one run."""

    config: TrainingConfig
    trainer: Trainer

    @classmethod
    def of_starting_page(cls) -> PreparedTrainer:
        """Builds and compiles what a page opens with; by then TensorFlow and XLA have begun, also for other models."""
        config = TrainingConfig()
        trainer = build_trainer(config, build_objective(config))
        trainer.compile()
        return cls(config, trainer)

    def fits(self, task: Task) -> bool:
        """Whether it is the one that `task` asks for; how many epochs it will train is no part of a trainer."""
        return task.own is None and task.config.replace(epochs=self.config.epochs) == self.config
