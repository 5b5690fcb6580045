"""The bands of the layers' norms: extremes and means of all steps, those that were thinned away too."""

import numpy as np
import pytest

from core.history.layer_history import LAYER_POINTS, MOST_BAND_POINTS, LayerHistory

NORMS = ("gradient", "update", "weight")


def norms(steps: int, layers: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(5)
    return {f"{norm}_{i}": np.exp(random.normal(size=steps)) for norm in NORMS for i in range(layers)}


def filled(steps: int, layers: int = 2, capacity: int = 100_000) -> tuple[LayerHistory, dict[str, np.ndarray]]:
    history, columns = LayerHistory(NORMS, layers, capacity), norms(steps, layers)
    for first in range(0, steps, 91):
        step = np.arange(first, min(first + 91, steps))
        history.append(step=step, loss=1.0 / (1 + step), **{name: values[step] for name, values in columns.items()})
    return history, columns


@pytest.mark.parametrize("capacity", [300, 100_000])
def test_a_band_has_the_extremes_and_the_mean_of_every_step_even_of_rows_no_longer_kept(capacity: int) -> None:
    history, columns = filled(4001, capacity=capacity)
    columns |= {f"ratio_{i}": columns[f"update_{i}"] / columns[f"weight_{i}"] for i in range(2)}
    bands = history.bands()
    assert set(bands) == set(columns)
    for name, band in bands.items():
        assert (band.first[0], band.last[-1]) == (0, 4000)
        for first, last, low, high, mean in zip(band.first, band.last, band.low, band.high, band.mean, strict=True):
            steps = columns[name][first : last + 1]
            assert (low, high, mean) == pytest.approx((steps.min(), steps.max(), steps.mean()), rel=1e-12)


def test_while_every_row_can_be_drawn_there_are_no_bands() -> None:
    assert filled(LAYER_POINTS)[0].bands() == {}
    assert filled(LAYER_POINTS + 1)[0].bands() != {}


def test_weights_of_zero_have_no_ratio_in_a_band() -> None:
    history = LayerHistory(("update", "weight"), 1, 1000)
    weight = np.ones(400)
    weight[7] = 0
    history.append(step=np.arange(400), loss=np.ones(400), update_0=np.full(400, 0.5), weight_0=weight)
    assert np.unique(history.bands()["ratio_0"].high).tolist() == [0.5]


def test_a_history_before_a_step_has_the_bands_of_the_steps_before_it() -> None:
    history, columns = filled(3000)
    earlier = history.before(1000)
    assert len(earlier) == 1000
    band = earlier.bands()["gradient_1"]
    assert band.high.max() == pytest.approx(columns["gradient_1"][:1000].max())
    assert band.last[-1] == 999
    assert history.bands_before(1000)["gradient_1"].last[-1] < 1000


@pytest.mark.parametrize("layers", [1, 10, 24])
def test_however_many_layers_there_are_their_bands_have_no_more_points_than_a_frame_can_carry(layers: int) -> None:
    bands = filled(3000, layers)[0].bands()
    assert sum(len(band.first) for name, band in bands.items() if name.startswith("gradient")) <= MOST_BAND_POINTS
    assert min(len(band.first) for band in bands.values()) >= 10
