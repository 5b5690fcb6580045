"""The record of a run, by update."""

from __future__ import annotations

import numpy as np
import pytest

from core.history.run_histories import RunHistories
from core.training.step_record import Steps


def test_a_gradient_norm_beyond_float32_is_recorded_as_it_is() -> None:
    huge = np.full((1, 2), 3e38, np.float32)
    record = RunHistories(2)
    record.append(Steps(0, np.ones(1, np.float32), huge, huge, huge, False))
    last = record.history.last()
    assert last is not None
    assert last["gradient_norm"] == pytest.approx(3e38 * np.sqrt(2))
