"""The tiles of the hidden units, found again in the one picture."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.support.model_moments import model_moment, setup_of
from widgets.charts.answers.hidden_units import FRAMES, HOVER, PICTURE, UnitsChart, tiled

SIDE = 10


def layer(units: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(units, SIDE, SIDE))


@pytest.mark.parametrize("counts", [(1,), (4, 2), (8, 8, 8), (3, 17)])
def test_each_tile_is_its_unit_over_its_greatest_absolute_value(counts: tuple[int, ...]) -> None:
    layers = [layer(count, seed) for seed, count in enumerate(counts)]
    tiles = tiled(layers, [f"hidden {i}" for i in range(len(counts))])
    units = np.concatenate(layers)
    assert len(tiles.x) == len(units)
    for x, y, unit in zip(tiles.x, tiles.y, units, strict=True):
        left, bottom = round(x - (SIDE - 1) / 2), round(y - (SIDE - 1) / 2)
        drawn = tiles.shade[bottom : bottom + SIDE, left : left + SIDE]
        assert drawn == pytest.approx(unit / np.abs(unit).max(), rel=1e-6)
    assert np.isfinite(tiles.shade).sum() == units.size


def test_the_first_layer_is_on_top_and_its_name_in_the_middle_of_its_tiles() -> None:
    tiles = tiled([layer(4), layer(4)], ["first", "second"])
    assert tiles.y[:4].min() > tiles.y[4:].max()
    assert tiles.rows == pytest.approx([(tiles.y[:4].min() + tiles.y[:4].max()) / 2, tiles.y[4:].mean()])


def test_a_dead_unit_is_zero_everywhere() -> None:
    tiles = tiled([np.zeros((1, SIDE, SIDE))], ["hidden 1"])
    assert tiles.shade.tolist() == np.zeros((SIDE, SIDE)).tolist()


def test_the_chart_says_of_each_tile_its_unit_and_its_range() -> None:
    maps = SimpleNamespace(layers=(np.stack([np.full((SIDE, SIDE), 0.5), -np.eye(SIDE)]),), names=("hidden 1",))
    update = UnitsChart(setup_of("spiral")).update(model_moment(1000, {"units": maps}, found_at=900))
    assert update["traces"][HOVER]["text"] == [
        "hidden 1, unit 1<br>0.500 to 0.500",
        "hidden 1, unit 2<br>−1.00 to 0.00",
    ]
    assert update["layout"]["yaxis.ticktext"] == ["hidden 1"]
    assert np.isnan(update["traces"][FRAMES]["x"]).sum() == 2
    assert np.nanmax(update["traces"][PICTURE]["z"]) == 1
    assert update["footer"] == "as of step 900"
