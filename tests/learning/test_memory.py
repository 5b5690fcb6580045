"""What would not fit in memory is said before it is built."""

from __future__ import annotations

import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.learning.memory import GIB, check_memory, free_bytes, training_bytes
from core.learning.setup import ModelSetup

LARGE = ModelSetup.of(TrainingConfig(problem="digits", size=30_000_000))


def test_a_model_that_needs_more_than_is_free_is_refused_with_both_numbers() -> None:
    with pytest.raises(
        ConfigError, match=r"^29.* need about .* GiB of memory .* and 0\.5 GiB is free: choose a smaller"
    ):
        check_memory(LARGE, moments=2, free=GIB // 2)


def test_a_model_that_fits_is_let_through() -> None:
    check_memory(LARGE, moments=2, free=64 * GIB)


def test_what_is_needed_covers_weights_gradient_and_moments() -> None:
    assert training_bytes(LARGE, 2) >= (1 + 1 + 2) * 4 * LARGE.parameters
    assert training_bytes(LARGE, 2) > training_bytes(LARGE, 0)


def test_this_machine_has_some_memory_free() -> None:
    free = free_bytes()
    assert free is None or 10_000_000 < free < 2**50
