"""The findings made by hand are those that the probes make: a chart that draws the one draws the other."""

from dataclasses import fields
from typing import Any

from tests.support import model_moments


def names(finding: Any) -> list[str]:
    return [field.name for field in fields(finding)]


def test_findings_made_by_hand_have_the_fields_of_the_real_ones() -> None:
    from core.findings import evaluation, inference_cost  # here, since they cost TensorFlow
    from core.geometry import sharpness  # here, since they cost TensorFlow

    assert names(model_moments.Evaluations) == names(evaluation.Evaluations)
    assert names(model_moments.Sharpness) == names(sharpness.Sharpness)
    assert names(model_moments.Cost) == names(inference_cost.Cost)
