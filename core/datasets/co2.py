"""The carbon dioxide in the air at Mauna Loa, week by week, as a forecast."""

from __future__ import annotations

import numpy as np

from core.datasets.bundled import read
from core.datasets.dataset import Dataset
from core.datasets.series import Series, SeriesForecast
from core.language import N_


def series() -> Series:
    """The weekly series: 2284 Saturdays, datetime64[D], and CO2 in ppm.

    59 weeks have no value, the last of them in 1985; they are filled in on a straight line.
    """
    data = read("co2")
    ppm = data["ppm"].astype(np.float64)
    week = np.arange(len(ppm))
    known = np.isfinite(ppm)
    saturdays = np.datetime64(str(data["first_week"])) + 7 * week
    return Series(saturdays, np.interp(week, week[known], ppm[known]))


# The window is a year, the period of the seasons.
FORECAST = SeriesForecast(series, window=52, unit="ppm")

CO2 = Dataset(
    name="co2",
    label=N_("CO₂ at Mauna Loa"),
    also=N_("CO2 carbon dioxide climate Keeling time series forecast"),
    task="forecast",
    kind="sequence",
    make=FORECAST.examples,
    input_shape=(FORECAST.window, 1),
    target=N_("change of CO₂ in the next week"),
    unit="ppm",
    source="Keeling & Whorf, Atmospheric CO2 concentrations derived from flask air samples, 2004",
    licence=N_("public domain"),
    features=("weekly change of CO₂, ppm",),
    examples=2231,
    ordered=True,
    forecast=FORECAST,
    suggested={"family": "rnn_gru", "size": 3000, "learning_rate": 0.005, "batch_size": 64, "epochs": 20},
)
