from __future__ import annotations

import numpy as np

from core.store.run_clock import MOST_READINGS, RunClock


def test_a_long_run_keeps_bounded_readings_over_its_whole_length() -> None:
    clock = RunClock()
    for step in range(1, 20 * MOST_READINGS):
        clock.read(step, 0.5 * step)
    readings = clock.readings()
    steps = readings["step"]
    assert MOST_READINGS // 2 <= len(steps) <= MOST_READINGS
    np.testing.assert_allclose(readings["seconds"], 0.5 * steps)
    assert np.diff(steps).max() <= 80  # evenly
    assert steps[-1] > 19.9 * MOST_READINGS


def test_a_run_that_rests_or_goes_back_has_no_new_reading() -> None:
    clock = RunClock()
    for step, seconds in ((5, 1.0), (5, 1.0), (3, 2.0), (6, 0.5), (7, 2.0)):
        clock.read(step, seconds)
    assert clock.readings()["step"].tolist() == [0, 5, 7]
