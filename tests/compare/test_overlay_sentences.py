from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.experiments.curve_cache import CurveCache
from core.runs.recorded_columns import NO_EVALUATION, RecordedColumns
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.compare.overlay_chart import METRIC, TRAINING, VALIDATION, OverlayChart

EVALUATED = {name: np.array([0.0, 2.0]) for name in NO_EVALUATION} | {"step": np.array([0, 2])}


def sentences_of(runs: list[dict[str, Any]], quantity: str) -> list[str]:
    """What stands below the curves of `quantity` of runs with these columns, named #1, #2, ..."""
    store = RunStore()
    for number, columns in enumerate(runs, 1):
        config = TrainingConfig(problem=columns.pop("problem", "digits"))
        id = store.add(**columns_of(config, name=f"#{number}", **columns))
        store.record(id, RecordedColumns({"step": np.arange(3), "loss": np.ones(3)}, EVALUATED))
    return OverlayChart(store.runs(sort="started"), {"quantity": quantity}, CurveCache().curve).sentences()


@pytest.mark.parametrize("quantity", [VALIDATION, METRIC])
def test_curves_of_different_numbers_of_held_out_examples_are_said_to_be_that(quantity: str) -> None:
    runs: list[dict[str, Any]] = [
        {"validated_on": 512},
        {"validated_on": 1000},
        {"validated_on": 512},
        {"validated_on": None},
    ]
    assert sentences_of(runs, quantity) == [
        "Not validated on equally many held-out examples: #1, #3 on 512, #2 on 1\u00a0000; "
        "a small gap between these curves may come from that alone."
    ]


@pytest.mark.parametrize(
    ("second", "quantity"),
    [
        ({"validated_on": 512}, VALIDATION),
        ({"validated_on": 100, "problem": "diabetes"}, VALIDATION),
        ({"validated_on": 1000}, TRAINING),
    ],
)
def test_nothing_is_said_of_equal_numbers_of_other_problems_and_of_training(
    second: dict[str, Any], quantity: str
) -> None:
    first: dict[str, Any] = {"validated_on": 512}
    assert sentences_of([first, second], quantity) == []
