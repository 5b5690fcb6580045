"""Predictions in the target's own unit, against NumPy and the raw series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.datasets.co2 import series
from core.datasets.registry import DATASETS
from core.datasets.split import Examples
from core.findings.fitted_curve import FittedCurveProbe
from core.findings.predictions import ForecastProbe, PredictionsProbe
from tests.support.learners import assert_left_alone, learner_of, trainer_of


def test_predictions_are_those_of_numpy_in_the_unit_of_the_source() -> None:
    learner = learner_of("diabetes", family="linear")
    trainer = trainer_of(learner)
    trainer.advance(100)
    found = PredictionsProbe(learner).look(trainer.snapshot())
    split, scaling = learner.split, learner.split.y_scaling
    assert scaling is not None
    weights, bias = learner.objective.model.get_weights()
    predicted = ((split.x_val @ weights + bias) * scaling.spread + scaling.mean)[:, 0]
    assert found.predicted == pytest.approx(predicted, rel=1e-5)
    assert found.truth == pytest.approx(np.round(found.truth), abs=1e-4)  # the disease is graded in whole numbers
    ss_res, ss_tot = np.sum((found.truth - predicted) ** 2), np.sum((found.truth - found.truth.mean()) ** 2)
    assert found.r2 == pytest.approx(1 - ss_res / ss_tot, rel=1e-5)


def test_of_a_large_validation_part_the_first_2000_examples_are_predicted() -> None:
    learner = learner_of("plane", family="linear", examples=4000, train_share=0.1)
    probe, trainer = PredictionsProbe(learner), trainer_of(learner)
    found = probe.look(trainer.snapshot())
    outputs = learner.objective.predict(learner.split.x_val[:2000]).astype(float)
    y = learner.split.y_val[:2000].astype(float)
    assert len(found.truth) == len(found.predicted) == 2000
    assert found.r2 == pytest.approx(1 - np.mean((outputs - y) ** 2) / y.var(), rel=1e-4)


def test_of_one_feature_the_curve_is_the_model_along_it() -> None:
    x = np.linspace(10, 20, 40)[:, None]
    line = replace(
        DATASETS["diabetes"], input_shape=(1,), features=("x",), make=lambda: Examples(x, 3 * x[:, 0] - 7), examples=40
    )
    learner = learner_of("csv", table=line, family="linear")
    learner.objective.model.set_weights([np.ones((1, 1)), np.zeros(1)])  # y = 3 x - 7, both standardized
    found = FittedCurveProbe(learner).look(trainer_of(learner).snapshot())
    assert found.y == pytest.approx(3 * found.x - 7, rel=1e-5)
    assert (found.x[0], found.x[-1]) == pytest.approx((10, 20), rel=1e-5)
    everything = np.concatenate([found.x_train, found.x_val])
    assert np.sort(everything) == pytest.approx(x[:, 0], rel=1e-5)
    assert found.y_train == pytest.approx(3 * found.x_train - 7, rel=1e-4)
    assert found.y_val == pytest.approx(3 * found.x_val - 7, rel=1e-4)


def test_more_than_one_feature_has_no_curve() -> None:
    with pytest.raises(ValueError, match="one feature"):
        FittedCurveProbe(learner_of("diabetes", family="linear"))


def test_a_model_that_says_no_change_has_the_error_of_persistence_and_no_skill() -> None:
    learner = learner_of("co2", family="linear")
    scaling = learner.split.y_scaling
    assert scaling is not None
    learner.objective.model.set_weights([np.zeros((52, 1)), -scaling.mean / scaling.spread])
    found = ForecastProbe(learner).look(trainer_of(learner).snapshot())
    assert found.predicted == pytest.approx(np.zeros(446), abs=1e-6)
    assert found.rmse == pytest.approx(found.rmse_persistence, rel=1e-6)
    assert found.skill == pytest.approx(0, abs=1e-6)
    assert found.level_predicted[1:] == pytest.approx(found.level[:-1], abs=1e-5)  # the week before


def test_a_forecast_is_of_the_last_weeks_of_the_series_in_order() -> None:
    learner = learner_of("co2", family="linear")
    trainer = trainer_of(learner)
    trainer.advance(100)
    found = ForecastProbe(learner).look(trainer.snapshot())
    saturdays, ppm = series().times, series().levels
    assert found.truth == pytest.approx(np.diff(ppm)[-446:], abs=1e-5)
    assert found.level.tolist() == ppm[-446:].tolist()
    assert found.level_before.tolist() == ppm[-447:-1].tolist()
    assert found.level_predicted == pytest.approx(ppm[-447:-1] + found.predicted)
    assert found.time.tolist() == saturdays[-446:].tolist()
    assert found.unit == "ppm"
    assert found.rmse == pytest.approx(np.sqrt(np.mean((found.predicted - found.truth) ** 2)))
    assert found.rmse_persistence == pytest.approx(np.sqrt(np.mean(found.truth**2)))
    assert found.skill == pytest.approx(1 - found.rmse**2 / found.rmse_persistence**2)


def test_looking_leaves_the_trainer_alone() -> None:
    learner = learner_of("diabetes", dropout=0.5)
    assert_left_alone(PredictionsProbe(learner), learner)
    series = learner_of("co2", dropout=0.5)
    assert_left_alone(ForecastProbe(series), series)
