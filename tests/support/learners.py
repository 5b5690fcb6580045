"""Learners for tests of probes: small models with fixed seeds, and whether a probe leaves a trainer alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.config.training_config import TrainingConfig
from core.learning.learner import Learner, build_learner
from core.learning.setup import ModelSetup
from core.training.build import build_trainer

if TYPE_CHECKING:
    from core.datasets.dataset import Dataset
    from core.training.probe import Probe
    from core.training.trainer import Trainer


def learner_of(problem: str, table: Dataset | None = None, **settings: Any) -> Learner:
    """The learner of a problem; a few hundred parameters where `settings` say nothing else."""
    config = TrainingConfig(**{"problem": problem, "size": 300, "batch_size": 32, "optimizer": "adam", **settings})
    return build_learner(ModelSetup.of(config, table))


def trainer_of(learner: Learner) -> Trainer:
    """A trainer of the learner's model at its initial weights."""
    return build_trainer(learner.setup.config, learner.objective)


def numpy_softmax(logits: np.ndarray) -> np.ndarray:
    """exp(z_i) / sum_j exp(z_j) along the last axis, float64."""
    powers = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def assert_left_alone(probe: Probe[Any], learner: Learner) -> None:
    """Two looks change no variable of model and optimizer, seeds and averages included, and take no step."""
    trainer = trainer_of(learner)
    variables = [*learner.objective.model.variables, *trainer.optimizer.variables]
    before = [variable.numpy().copy() for variable in variables]
    probe.look(trainer.snapshot())
    probe.look(trainer.snapshot())
    assert all(np.array_equal(variable.numpy(), b) for variable, b in zip(variables, before, strict=True))
    assert trainer.step == 0
