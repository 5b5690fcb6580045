"""The findings made by hand are those that the probes make: a chart that draws the one draws the other."""

from dataclasses import fields
from typing import Any

from tests import model_moments


def names(finding: Any) -> list[str]:
    return [field.name for field in fields(finding)]


def test_findings_made_by_hand_have_the_fields_of_the_real_ones() -> None:
    from core import cost, evaluation, model_curvature  # here, since they cost TensorFlow

    assert names(model_moments.Evaluations) == names(evaluation.Evaluations)
    assert names(model_moments.Sharpness) == names(model_curvature.Sharpness)
    assert names(model_moments.Cost) == names(cost.Cost)
