"""PED-ANOVA: against Optuna's, against a sum by hand, and on a loss that one setting alone decides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import optuna
import pytest

from core.config.training_config import TrainingConfig
from core.sweeps.importance import counted_density, importances, ordered, smooth_density
from core.sweeps.setting_range import SettingRange
from core.sweeps.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIG = TrainingConfig()
RATE = SettingRange("learning_rate", low=1e-4, high=1.0, is_log=True)
NOISE = SettingRange("noise", low=0.0, high=5.0)
OPTIMIZER = SettingRange("optimizer", values=("sgd", "adam", "lion"))


def trials(losses: Sequence[float | None], **settings: Sequence[object]) -> list[Trial]:
    rows = [dict(zip(settings, values, strict=True)) for values in zip(*settings.values(), strict=True)]
    return [
        Trial(i, row, CONFIG, "diverged" if loss == math.inf else "finished", loss or 0.0)
        for i, (row, loss) in enumerate(zip(rows, losses, strict=True))
    ]


def test_a_setting_that_alone_decides_has_nearly_all_of_the_importance() -> None:
    rng = np.random.default_rng(1)
    rates, noises = 10 ** rng.uniform(-4, 0, 200), rng.uniform(0, 5, 200)
    losses = [float((math.log10(rate) + 2) ** 2) for rate in rates]
    found = importances(trials(losses, learning_rate=list(rates), noise=list(noises)), (RATE, NOISE))
    assert sum(found.values()) == pytest.approx(1)
    assert found["learning_rate"] > 0.85
    assert ordered(found)[0][0] == "learning_rate"


def test_of_a_list_it_is_the_sum_by_hand() -> None:
    """Of nine trials the best three all have adam: p = (3, 3, 3) of 9, p' = 3 of adam, each with one trial's prior."""
    optimizers = ["adam"] * 3 + ["sgd", "lion"] * 3
    p = np.array([3 + 1 / 3] * 3) / 10
    best = np.array([1 / 3, 3 + 1 / 3, 1 / 3]) / 4
    by_hand = float((p * (best / p - 1) ** 2).sum())
    np.testing.assert_allclose(counted_density(np.array([1] * 3 + [0, 2] * 3), 3), p)
    rates = [1e-4 * 10 ** (i % 3) for i in range(9)]
    found = importances(
        trials([1.0, 1.1, 1.2, *np.arange(2.0, 8.0)], optimizer=optimizers, learning_rate=rates), (OPTIMIZER, RATE)
    )
    places = np.round(np.array([i % 3 for i in range(9)]) / 4 * 49).astype(int)
    among_all, among_best = smooth_density(places, 50), smooth_density(places[:3], 50)
    other = float((among_all * (among_best / among_all - 1) ** 2).sum())
    assert found["optimizer"] == pytest.approx(by_hand / (by_hand + other))


def test_it_ranks_and_weighs_settings_as_optuna_does() -> None:
    def objective(trial: optuna.Trial) -> float:
        rate = trial.suggest_float("learning_rate", 1e-4, 1.0, log=True)
        return (math.log10(rate) + 2) ** 2 + 0.3 * (trial.suggest_float("noise", 0, 5) - 2) ** 2

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=4))
    study.optimize(objective, n_trials=300)
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=0.2)
    theirs = optuna.importance.get_param_importances(study, evaluator=evaluator)
    settings = {name: [t.params[name] for t in study.trials] for name in ("learning_rate", "noise")}
    ours = importances(trials([t.value for t in study.trials], **settings), (RATE, NOISE))
    for name in theirs:
        assert ours[name] == pytest.approx(theirs[name], abs=0.08)


def test_diverged_trials_are_the_worst_and_few_trials_tell_nothing() -> None:
    rates = [float(rate) for rate in np.geomspace(1e-4, 1, 30)]
    losses = [math.inf if rate > 0.1 else 1 / rate for rate in rates]
    ours = importances(trials(losses, learning_rate=rates, noise=[float(i % 5) for i in range(30)]), (RATE, NOISE))
    assert ours["learning_rate"] > 0.7
    assert importances(trials([1.0] * 4, learning_rate=rates[:4]), (RATE,)) == {}
    assert importances(trials([1.0] * 30, learning_rate=rates), (RATE,)) == {}


def test_densities_sum_to_one() -> None:
    places = np.random.default_rng(0).integers(0, 50, 40)
    assert smooth_density(places, 50).sum() == pytest.approx(1)
    assert smooth_density(places[:1], 50).sum() == pytest.approx(1)
