"""R² and paired errors against closed forms, and the bootstrap against the normal theory it approaches."""

from __future__ import annotations

import numpy as np
import pytest

from core.artifacts.quantity import ErrorChange, Explained

RNG = np.random.default_rng(1)
TRUTHS = RNG.normal(3, 2, 400)
NEAR = TRUTHS + RNG.normal(0, 1, 400)


def test_the_share_explained_is_one_minus_the_ratio_of_the_variances() -> None:
    found = Explained.of(NEAR, TRUTHS)
    assert found.value == pytest.approx(1 - ((TRUTHS - NEAR) ** 2).mean() / TRUTHS.var())
    assert found.interval[0] < found.value < found.interval[1]
    assert Explained.of(np.full(400, TRUTHS.mean()), TRUTHS).value == pytest.approx(0)
    assert Explained.of(TRUTHS, TRUTHS).interval == (1.0, 1.0)


def test_the_interval_of_the_change_is_that_of_a_mean_of_differences() -> None:
    second = NEAR + RNG.normal(0, 0.5, 400)
    change = ErrorChange.between(NEAR, second, TRUTHS)
    grown = ((TRUTHS - second) ** 2 - (TRUTHS - NEAR) ** 2) / TRUTHS.var()
    half = 1.96 * grown.std() / np.sqrt(400)
    assert change.value == pytest.approx(grown.mean())
    assert change.interval == pytest.approx((grown.mean() - half, grown.mean() + half), abs=0.15 * half)
    assert change.largest == pytest.approx(np.abs(second - NEAR).max())


def test_models_that_differ_by_chance_alone_cannot_be_told_apart_and_a_worse_one_can() -> None:
    sure = [
        ErrorChange.between(TRUTHS + RNG.normal(0, 1, 400), TRUTHS + RNG.normal(0, 1, 400), TRUTHS).is_sure
        for _ in range(40)
    ]
    assert sum(sure) <= 6  # 2 expected; more than 6 once in 300 times
    assert ErrorChange.between(NEAR, NEAR + 2, TRUTHS).is_sure
    assert not ErrorChange.between(NEAR, NEAR, TRUTHS).is_sure
