"""The law of size and data against laws that are known, brute force and repeated draws."""

from __future__ import annotations

import numpy as np
import pytest

from core.field import ConfigError
from core.laws.size_data_law import SizeDataLaw

SIZES, EXAMPLES = (
    each.ravel() for each in np.meshgrid(np.geomspace(1e3, 1e5, 5), np.geomspace(1e3, 1e5, 5), indexing="ij")
)
FLOOR, OF_SIZE, A, OF_DATA, B, NOISE = 0.5, 20.0, 0.35, 30.0, 0.45, 0.03
NEXT = 10**5.5, 10**5.5  # one more step of the same ratio in both


def true_loss(size: float | np.ndarray, examples: float | np.ndarray) -> np.ndarray:
    return FLOOR + OF_SIZE * np.asarray(size) ** -A + OF_DATA * np.asarray(examples) ** -B


def noisy(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three runs of each size on each amount of data."""
    sizes, examples = np.repeat(SIZES, 3), np.repeat(EXAMPLES, 3)
    return sizes, examples, true_loss(sizes, examples) * (1 + NOISE * rng.standard_normal(len(sizes)))


def test_without_noise_the_law_is_found() -> None:
    law = SizeDataLaw(SIZES, EXAMPLES, true_loss(SIZES, EXAMPLES))
    assert (law.floor, *law.exponents) == pytest.approx((FLOOR, A, B), rel=0.01)
    assert law.predict(*NEXT) == pytest.approx(float(true_loss(*NEXT)), rel=1e-3)


def test_the_fit_is_as_good_as_the_best_of_many_laws() -> None:
    sizes, examples, losses = noisy(np.random.default_rng(1))
    law = SizeDataLaw(sizes, examples, losses)
    ours = sum(((loss - law.predict(n, d)) / loss) ** 2 for n, d, loss in zip(sizes, examples, losses, strict=True))
    rng, brute = np.random.default_rng(2), np.inf
    for _law in range(4000):
        a, b = rng.uniform(0.02, 1.5, 2)
        design = np.stack([np.ones_like(sizes), sizes**-a, examples**-b], axis=1) / losses[:, None]
        factors, left, *_more = np.linalg.lstsq(design, np.ones(len(losses)), rcond=None)
        if (factors >= 0).all():
            brute = min(brute, float(left[0]))
    assert ours <= brute * (1 + 1e-4)


def test_the_next_size_and_data_are_predicted_within_four_percent_in_four_of_five_draws() -> None:
    rng, within = np.random.default_rng(3), 0
    for _draw in range(200):
        within += abs(SizeDataLaw(*noisy(rng)).predict(*NEXT) / float(true_loss(*NEXT)) - 1) <= 0.04
    assert within >= 160


@pytest.mark.parametrize(("size", "examples", "advice"), [(1e3, 1e5, "model"), (1e5, 1e3, "data")])
def test_the_gains_are_the_laws_own_and_the_larger_one_is_advised(size: float, examples: float, advice: str) -> None:
    gains = SizeDataLaw(*noisy(np.random.default_rng(4))).marginal_gains(size, examples)
    now = float(true_loss(size, examples))
    for gain, more in ((gains.model, (2 * size, examples)), (gains.data, (size, 2 * examples))):
        assert gain.low < now - float(true_loss(*more)) < gain.high
        assert gain.low <= gain.gain <= gain.high
    assert gains.advice == advice


def test_where_both_gain_alike_nothing_is_advised() -> None:
    """With equal exponents and factors the law is symmetric: neither gain is the larger one."""
    rng, undecided = np.random.default_rng(5), 0
    sizes, examples = np.repeat(SIZES, 2), np.repeat(EXAMPLES, 2)
    for _draw in range(6):
        losses = (0.5 + 20 * sizes**-0.4 + 20 * examples**-0.4) * (1 + NOISE * rng.standard_normal(len(sizes)))
        undecided += SizeDataLaw(sizes, examples, losses).marginal_gains(1e4, 1e4).advice == "undecided"
    assert undecided >= 5


def test_a_loss_that_data_do_not_change_has_nothing_to_gain_from_them() -> None:
    law = SizeDataLaw(SIZES, EXAMPLES, 1 + 5 * SIZES**-0.5)
    gains = law.marginal_gains(1e4, 1e4)
    assert gains.data.gain == pytest.approx(0, abs=1e-4)
    assert gains.advice == "model"


@pytest.mark.parametrize(
    ("sizes", "examples", "losses", "said"),
    [
        ([1, 2, 3], [1, 2, 3], [1, 0, 1], "positive and finite"),
        ([1, 2, 3], [1, 2, 3], [1, np.inf, 1], "positive and finite"),
        ([1, 2, 2], [1, 2, 3], [1, 1, 1], "three sizes"),
        ([1, 2, 3], [1, 2, 2], [1, 1, 1], "three amounts of data"),
    ],
)
def test_what_makes_no_law_is_refused_in_a_sentence(
    sizes: list[float], examples: list[float], losses: list[float], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        SizeDataLaw(sizes, examples, losses)
