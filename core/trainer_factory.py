"""The trainer a config asks for. Importing this module costs no TensorFlow; calling it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.optimizers import OPTIMIZERS

if TYPE_CHECKING:
    from core.config import TrainingConfig
    from core.objectives import Objective
    from core.trainer import Trainer


def build_trainer(config: TrainingConfig, objective: Objective) -> Trainer:
    """A trainer of `objective` with the optimizer, batch size and seed of `config`, at its initial point."""
    from core.trainer import Trainer

    rule = OPTIMIZERS[config.optimizer]
    return Trainer(objective, rule.build(config), config.batch_size, seed=config.seed, slots=rule.slots)
