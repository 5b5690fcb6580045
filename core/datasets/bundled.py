"""The real data sets that come with the app, read from core/data with NumPy alone.

core/data/SOURCES.md says where each comes from, under which licence, and how the files were made. What a
function returns is raw: in the units of its source, nan where there is no value.
"""

from pathlib import Path

import numpy as np

from core.datasets.split import Examples

FOLDER = Path(__file__).parent / "files"

CO2_WEEKS = 52  # of history for one forecast: a year, the period of the seasons
LONGEST_UTTERANCE = 29  # frames


def diabetes() -> Examples:
    """442 patients: x float32 (442, 10), y float32 (442,), the disease's progression within a year."""
    data = _read("diabetes")
    return Examples(data["x"], data["y"])


def breast_cancer() -> Examples:
    """569 biopsies: x float32 (569, 30), y int32 (569,): 0 malignant, 1 benign."""
    data = _read("breast_cancer")
    return Examples(data["x"], data["y"].astype(np.int32))


def digits() -> Examples:
    """1797 handwritten digits: x uint8 (1797, 8, 8, 1) of 0 to 16, y int32 (1797,)."""
    return _images("digits")


def mnist() -> Examples:
    """5000 handwritten digits, 500 of each: x uint8 (5000, 28, 28, 1) of 0 to 255, y int32 (5000,)."""
    return _images("mnist")


def japanese_vowels() -> Examples:
    """640 spoken vowels: x float32 (640, 29, 12), nan after the end of each, y int32 (640,) the speaker.

    An utterance is 7 to 29 frames of 12 LPC cepstrum coefficients. Standardizing turns nan into 0, so that a
    frame that is 0 in all 12 channels is padding: what a Keras `Masking` layer masks by default.
    """
    data = _read("japanese_vowels")
    within = np.arange(LONGEST_UTTERANCE) < data["lengths"][:, None]
    x = np.full((*within.shape, data["frames"].shape[1]), np.nan, np.float32)
    x[within] = data["frames"]
    return Examples(x, data["y"].astype(np.int32))


def co2_series() -> tuple[np.ndarray, np.ndarray]:
    """The weekly series: Saturdays datetime64[D] (2284,) and CO2 in ppm, float64 (2284,).

    59 weeks have no value, the last of them in 1985; they are filled in on a straight line.
    """
    data = _read("co2")
    ppm = data["ppm"].astype(np.float64)
    week = np.arange(len(ppm))
    known = np.isfinite(ppm)
    saturdays = np.datetime64(str(data["first_week"])) + 7 * week
    return saturdays, np.interp(week, week[known], ppm[known])


def co2() -> Examples:
    """2231 forecasts: x float64 (2231, 52, 1), the last 52 weekly changes, y float64 (2231,), the next, in ppm.

    Changes and not levels, for the level rises above all it was trained on. Example i predicts week i + 53
    of `co2_series` from weeks i to i + 52. Persistence, the forecast to beat, predicts no change.
    """
    _, ppm = co2_series()
    changes = np.diff(ppm)
    windows = np.lib.stride_tricks.sliding_window_view(changes, CO2_WEEKS + 1)
    return Examples(windows[:, :-1, None], windows[:, -1])


def _images(name: str) -> Examples:
    data = _read(name)
    return Examples(data["x"][..., None], data["y"].astype(np.int32))


def _read(name: str) -> dict[str, np.ndarray]:
    with np.load(FOLDER / f"{name}.npz") as file:
        return dict(file)
