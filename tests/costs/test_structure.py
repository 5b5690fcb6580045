from __future__ import annotations

from core.config.training_config import TrainingConfig
from core.costs.structure import measured_structure


def test_a_structure_has_the_bytes_of_its_numbers_and_takes_some_time() -> None:
    found = measured_structure(TrainingConfig(problem="digits", family="linear"))
    assert found is not None
    assert 4 * 650 < found.size < 4 * 650 + 5000  # 64 weights and a bias for each of 10 classes
    assert 0 < found.service < 1


def test_what_cannot_be_built_is_not_measured() -> None:
    assert measured_structure(TrainingConfig(problem="bowl")) is None
