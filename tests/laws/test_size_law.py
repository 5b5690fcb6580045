"""The law of model size over real runs, beside single runs and a law of the same losses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.engines.pool import EnginePool
from core.laws.power_law import ScalingLaw
from core.laws.size_law import SizeRung, measure_size_law

if TYPE_CHECKING:
    from core.engines.launcher import EngineLauncher

CONFIG = TrainingConfig.suited_to("circle").replace(epochs=2, samples=100)
SIZES = (400, 100, 200, 800)
FACTORS = (1.0, 3.0)


@pytest.fixture(scope="module")
def rungs(launcher: EngineLauncher) -> list[SizeRung]:
    with EnginePool(2, launcher.connect) as pool:
        return list(measure_size_law(CONFIG, SIZES, pool, seeds=1, rate_factors=FACTORS))


def test_sizes_are_climbed_from_the_smallest_each_at_a_rate_of_its_own_test(rungs: list[SizeRung]) -> None:
    assert [rung.size for rung in rungs] == sorted(SIZES)
    tried = [factor * CONFIG.learning_rate for factor in FACTORS]
    assert all(min(abs(rung.learning_rate / rate - 1) for rate in tried) < 1e-9 for rung in rungs)


def test_a_loss_is_the_lowest_validation_loss_of_the_run(rungs: list[SizeRung], launcher: EngineLauncher) -> None:
    rung = rungs[0]
    config = CONFIG.replace(size=rung.size, width=None, depth=None, learning_rate=rung.learning_rate)
    with EnginePool(1, launcher.connect) as pool:
        again = pool.submit(config).result()
    # Evaluations stand at other steps each time, but at the start and the end always.
    assert rung.losses[0] <= min(again["validation_loss"][[0, -1]]) * (1 + 1e-6)
    assert rung.losses[0] == pytest.approx(float(np.min(again["validation_loss"])), rel=0.05)


def test_from_the_fourth_size_on_a_law_of_the_smaller_ones_has_foretold_it(rungs: list[SizeRung]) -> None:
    assert [rung.law is not None for rung in rungs] == [False, False, True, True]
    assert [len(rung.graded) for rung in rungs] == [0, 0, 0, 1]
    seen = [(rung.size, loss) for rung in rungs[:3] for loss in rung.losses if math.isfinite(loss)]
    foretold = ScalingLaw([size for size, _loss in seen], [loss for _size, loss in seen])
    for run, loss in zip(rungs[3].graded, rungs[3].losses, strict=True):
        grade = run.grade
        assert grade.predicted == pytest.approx(foretold.predict(rungs[3].size), rel=1e-12)
        assert grade.z == pytest.approx((loss - grade.predicted) / foretold.deviation(rungs[3].size), rel=1e-9)
