"""The law of sizes against laws that are known, brute force and repeated draws."""

from __future__ import annotations

import numpy as np
import pytest

from core.field import ConfigError
from core.laws.power_law import ScalingLaw
from core.store.predictions import Grade

SIZES = np.geomspace(1e3, 1e6, 7)
NEXT = 10**6.5  # one more step of the same ratio
FLOOR, SCALE, EXPONENT, SEEDS, NOISE = 0.5, 20.0, 0.35, 3, 0.03


def true_loss(size: float | np.ndarray) -> np.ndarray:
    return FLOOR + SCALE * np.asarray(size) ** -EXPONENT


def noisy(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Sizes and losses of seven sizes with three seeds each."""
    sizes = np.repeat(SIZES, SEEDS)
    return sizes, true_loss(sizes) * (1 + NOISE * rng.standard_normal(len(sizes)))


def test_without_noise_the_law_is_found() -> None:
    law = ScalingLaw(SIZES, true_loss(SIZES))
    assert (law.floor, law.exponent) == pytest.approx((FLOOR, EXPONENT), rel=1e-3)
    assert law.predict(NEXT) == pytest.approx(float(true_loss(NEXT)), rel=1e-5)
    assert law.floor_is_known


def test_the_fit_is_as_good_as_the_best_of_a_million_laws() -> None:
    sizes, losses = noisy(np.random.default_rng(1))
    law = ScalingLaw(sizes, losses)
    rng = np.random.default_rng(2)
    floors, exponents = rng.uniform(0, losses.min(), 10**6), rng.uniform(0.01, 2, 10**6)
    x = (sizes[:, None] / 1e4) ** -exponents
    left = losses[:, None] - floors
    scales = np.maximum((x * left / losses[:, None] ** 2).sum(0) / (x**2 / losses[:, None] ** 2).sum(0), 0)
    brute = (((left - scales * x) / losses[:, None]) ** 2).sum(axis=0).min()
    ours = (((losses - [law.predict(size) for size in sizes]) / losses) ** 2).sum()
    assert ours <= brute * (1 + 1e-6)


def test_the_next_size_is_predicted_within_four_percent_in_four_of_five_draws() -> None:
    rng, within = np.random.default_rng(3), 0
    for _draw in range(200):
        within += abs(ScalingLaw(*noisy(rng)).predict(NEXT) / float(true_loss(NEXT)) - 1) <= 0.04
    assert within >= 160


def test_its_grades_are_as_wide_as_the_errors_it_makes() -> None:
    """The z of many predictions has a standard deviation near one; below it, since the bootstrap also drops sizes."""
    rng, grades = np.random.default_rng(4), []
    for _draw in range(100):
        measured = float(true_loss(NEXT)) * (1 + NOISE * rng.standard_normal())
        law = ScalingLaw(*noisy(rng))
        grades.append(Grade(law.predict(NEXT), law.deviation(NEXT), measured).z)
    assert 0.5 < float(np.std(grades)) < 1.2
    assert abs(float(np.mean(grades))) < 0.6


def test_runs_that_fall_without_an_end_show_no_floor() -> None:
    rng = np.random.default_rng(5)
    sizes = np.repeat(SIZES[:4], SEEDS)
    losses = 20 * sizes**-0.1 * (1 + NOISE * rng.standard_normal(len(sizes)))
    assert not ScalingLaw(sizes, losses).floor_is_known


def test_a_loss_that_rises_with_size_is_a_flat_law() -> None:
    law = ScalingLaw([10, 100, 1000], [1.0, 2.0, 3.0])
    assert law.predict(10) == law.predict(1e9)


def test_the_fan_opens_beyond_the_sizes_seen() -> None:
    law = ScalingLaw(*noisy(np.random.default_rng(6)))
    inside, outside = law.fan(1e5), law.fan(1e9)
    assert np.all(np.diff(inside) >= 0)
    assert outside[-1] - outside[0] > inside[-1] - inside[0]


@pytest.mark.parametrize(
    ("sizes", "losses", "sentence"),
    [
        ([10, 10, 100], [1, 1, 1], "A law needs runs of at least three sizes."),
        ([10, 100, 1000], [1, float("inf"), 1], "A law needs sizes and losses that are positive and finite."),
        ([0, 100, 1000], [1, 1, 1], "A law needs sizes and losses that are positive and finite."),
    ],
)
def test_what_holds_no_law_is_refused(sizes: list[float], losses: list[float], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        ScalingLaw(sizes, losses)
