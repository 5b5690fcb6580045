"""What may be asked for, and what is refused in one sentence."""

from __future__ import annotations

import pytest

from core.artifacts.change import CHANGES, MOST_STEPS, steps_of
from core.field import ConfigError


def test_settings_that_are_missing_have_their_defaults() -> None:
    (step,) = steps_of([("prune", {"sparsity": "0,9"})])
    defaults = {field.name: field.default for field in CHANGES["prune"].fields}
    assert step.values == {**defaults, "sparsity": 0.9}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ([("prune", {"sparsity": "1"})], "Share removed must be between 0 and 0.99; 1 is too large."),
        ([("low_rank", {"rank": "0"})], "Rank must be between 1 and 4\u00a0096; 0 is too small."),
        (
            [("quantize", {"scheme": "int3"})],
            "Numbers must be one of int8, int8-static, int4, float16, onnx-int8, onnx-int8-static, onnx-int4, "
            "onnx-float16, onnx.",
        ),
        ([("quantize", {}), ("prune", {})], "“Quantize” comes last: “Prune weights” cannot follow it."),
        ([("prune", {}), ("distill", {})], "“Distil” comes first: it begins a new model."),
        ([("prune", {})] * (MOST_STEPS + 1), f"At most {MOST_STEPS} changes make one artifact."),
    ],
    ids=["sparsity", "rank", "scheme", "format", "order", "many"],
)
def test_what_cannot_be_made_is_refused_in_one_sentence(
    asked: list[tuple[str, dict[str, object]]], sentence: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        steps_of(asked)
    assert refused.value.sentence == sentence


def test_distilling_then_pruning_then_quantizing_is_an_order() -> None:
    steps = steps_of([("distill", {}), ("prune", {}), ("quantize", {})])
    assert [step.name for step in steps] == ["distill", "prune", "quantize"]
