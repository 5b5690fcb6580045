"""The band: lowest, highest and mean of stretches of steps are those of NumPy, however the steps came."""

import numpy as np
import pytest

from core.history.band import MOST_SINGLE, MOST_STRETCHES, GrowingBand, GrowingBands
from core.history.history import History

COLUMNS = {"step": np.int64, "loss": np.float32}


def noise(n: int) -> np.ndarray:
    return np.random.default_rng(3).normal(size=n).astype(np.float32)


def filled(values: np.ndarray, capacity: int = 1_000_000, at_once: int = 777) -> History:
    history = History(COLUMNS, capacity)
    for first in range(0, len(values), at_once):
        part = values[first : first + at_once]
        history.append(step=np.arange(first, first + len(part)), loss=part)
    return history


@pytest.mark.parametrize("n", [MOST_SINGLE + 1, 4 * MOST_STRETCHES, 3001, 100_003])
def test_each_stretch_has_the_extremes_and_the_mean_of_its_steps(n: int) -> None:
    values = noise(n)
    band = filled(values).band()
    assert band is not None
    assert MOST_STRETCHES / 2 <= len(band.first) <= MOST_STRETCHES
    assert (band.first[0], band.last[-1]) == (0, n - 1)
    np.testing.assert_array_equal(band.first[1:], band.last[:-1] + 1)
    for first, last, low, high, mean in zip(band.first, band.last, band.low, band.high, band.mean, strict=True):
        steps = values[first : last + 1].astype(float)
        assert (low, high) == (steps.min(), steps.max())
        assert mean == pytest.approx(steps.mean(), abs=1e-12)
        assert last - first < band.width


def test_while_every_row_can_be_drawn_there_is_no_band() -> None:
    history = filled(noise(MOST_SINGLE))
    assert history.band() is None
    assert history.band_before(10) is None


def test_rows_that_a_full_history_has_thinned_away_still_count() -> None:
    values = noise(20_000)
    thinned, whole = filled(values, capacity=1000).band(), filled(values).band()
    assert thinned is not None
    assert whole is not None
    for name in ("first", "last", "low", "high", "mean"):
        np.testing.assert_array_equal(getattr(thinned, name), getattr(whole, name))


def test_looking_all_along_changes_nothing() -> None:
    values, watched = noise(5000), History(COLUMNS)
    for first in range(0, 5000, 37):
        watched.append(step=np.arange(first, min(first + 37, 5000)), loss=values[first : first + 37])
        watched.band()
    seen, once = watched.band(), filled(values).band()
    assert seen is not None
    assert once is not None
    np.testing.assert_allclose(seen.mean, once.mean, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(seen.low, once.low)


def test_a_value_that_is_not_finite_belongs_to_no_stretch() -> None:
    growing = GrowingBand()
    growing.add(np.arange(4), np.array([1.0, np.inf, np.nan, 3.0]))
    band = growing.band()
    assert (band.first.tolist(), band.mean.tolist()) == ([0, 3], [1.0, 3.0])


def test_steps_that_begin_later_or_leave_gaps_are_counted_from_the_first() -> None:
    growing = GrowingBand()
    growing.add(np.arange(1000, 1000 + 4 * MOST_STRETCHES, 4), noise(MOST_STRETCHES))
    band = growing.band()
    assert (band.width, band.first[0], band.last[-1]) == (4, 1000, 1000 + 4 * (MOST_STRETCHES - 1))


def test_before_a_step_are_the_stretches_that_had_ended() -> None:
    band = filled(noise(2000)).band_before(1003)
    assert band is not None
    assert band.width == 8
    assert (band.first[-1], band.last[-1]) == (992, 999)
    assert band.middle[-1] == 995.5


def test_columns_that_grow_together_have_each_its_own_band() -> None:
    values = np.stack([noise(5000), np.exp(noise(5000))])
    values[1, 100:200] = np.nan
    together, alone = GrowingBands(2), [GrowingBand(), GrowingBand()]
    for first in range(0, 5000, 313):
        steps = np.arange(first, min(first + 313, 5000))
        together.add(steps, values[:, steps])
        for growing, column in zip(alone, values, strict=True):
            growing.add(steps, column[steps])
    for band, growing in zip(together.bands(), alone, strict=True):
        for name in ("first", "last", "low", "high", "mean"):
            np.testing.assert_array_equal(getattr(band, name), getattr(growing.band(), name))
