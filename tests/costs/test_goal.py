"""What models are measured by follows from their problem."""

from __future__ import annotations

from core.config.training_config import TrainingConfig
from core.costs.goal import Goal
from core.learning.setup import ModelSetup


def goal_of(problem: str) -> Goal:
    return Goal.of(ModelSetup.of(TrainingConfig.suited_to(problem)))


def test_classes_are_measured_by_right_answers_and_quantities_by_variance_or_error_in_their_unit() -> None:
    assert goal_of("digits") == Goal("digits", ("accuracy",), "")
    assert goal_of("diabetes") == Goal("diabetes", ("R2", "MAE"), "")
    assert goal_of("co2") == Goal("co2", ("R2", "MAE"), "ppm")
