"""The series of carbon dioxide against what is published about it, and the forecasts made of it."""

import numpy as np
import pytest

from core.datasets.co2 import CO2, series


def test_co2_begins_in_1958_ends_in_2001_and_has_the_published_annual_mean() -> None:
    """316.1 ppm on 29 March 1958; the mean of the year 2000 at Mauna Loa was 369.5 ppm."""
    saturdays, ppm = series().times, series().levels
    assert len(saturdays) == len(ppm) == 2284
    assert (str(saturdays[0]), str(saturdays[-1])) == ("1958-03-29", "2001-12-29")
    assert ppm[0] == pytest.approx(316.1)
    year = (saturdays >= np.datetime64("2000-01-01")) & (saturdays < np.datetime64("2001-01-01"))
    assert ppm[year].mean() == pytest.approx(369.5, abs=0.5)


def test_a_gap_in_co2_is_filled_on_a_straight_line() -> None:
    """19580816 is 315.0, 19580823 is missing, 19580830 is 314.1."""
    saturdays, ppm = series().times, series().levels
    week = np.flatnonzero(saturdays == np.datetime64("1958-08-23")).item()
    np.testing.assert_allclose(ppm[week - 1 : week + 2], [315.0, 314.55, 314.1], atol=1e-4)


def test_a_forecast_of_co2_adds_up_to_the_next_weeks_level() -> None:
    made, ppm = CO2.make(), series().levels
    assert made.x.shape == (2231, 52, 1)
    for example in (0, 1000, 2230):
        level_now = ppm[example] + made.x[example].sum()
        assert level_now == pytest.approx(ppm[example + 52])
        assert level_now + made.y[example] == pytest.approx(ppm[example + 53])
