"""A kept run is opened only where its data and its model are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from core.config.training_config import TrainingConfig
from core.learning.setup import ModelSetup
from core.tables.dataset import NO_TABLE
from widgets.scenes.same_data import is_same_data

DIGITS = ModelSetup.of(TrainingConfig.suited_to("digits"))


def kept(data: str, parameters: int) -> Any:
    return SimpleNamespace(data=data, parameters=parameters)


def test_the_same_model_on_the_same_data_and_any_surface_pass() -> None:
    assert is_same_data(kept(DIGITS.dataset.label, DIGITS.parameters), DIGITS)
    assert is_same_data(kept("", 2), None)


def test_another_size_or_another_table_does_not() -> None:
    table = ModelSetup.of(TrainingConfig.suited_to("csv"), NO_TABLE)
    assert not is_same_data(kept(DIGITS.dataset.label, DIGITS.parameters + 1), DIGITS)
    assert not is_same_data(kept("houses.csv, price", table.parameters), table)
