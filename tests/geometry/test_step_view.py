"""The next step, foretold: against what the trainer then does, and against closed forms on a bowl."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.geometry.step_view import StepView, step_view
from core.objectives.linear_regression import LinearRegression
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective, build_trainer
from core.training.step_record import Observation

if TYPE_CHECKING:
    from core.objectives.objective import PlaneObjective
    from core.training.trainer import Trainer

KAPPA = 10.0
BOWL = np.diag([1.0, KAPPA])


@cache
def _trainer(optimizer: str, problem: str, batch_size: int) -> Trainer:
    config = TrainingConfig(optimizer=optimizer, problem=problem, batch_size=batch_size)
    return build_trainer(config, build_objective(config))


def trainer_at(rate: float, optimizer: str = "sgd", problem: str = "bowl", batch_size: int = 100) -> Trainer:
    trainer = _trainer(optimizer, problem, batch_size)
    trainer.reset(trainer.objective.initial)
    trainer.set(learning_rate=rate)
    return trainer


def objective_of(trainer: Trainer) -> PlaneObjective:
    return trainer.objective  # type: ignore[return-value]  # every objective here is one of two parameters


def view_of(trainer: Trainer, optimizer: str = "sgd") -> StepView:
    return step_view(objective_of(trainer), OPTIMIZERS[optimizer], trainer.observe())


def on_bowl(optimizer: str, rate: float, point: tuple[float, float], **slots: np.ndarray) -> StepView:
    """The view at a point of the bowl, observed by hand."""
    theta = np.array(point)
    gradient = BOWL @ theta
    hyper = {"learning_rate": rate, "momentum": 0.9, "beta_1": 0.9, "beta_2": 0.99}
    seen = Observation(3, theta, float(theta @ gradient) / 2, gradient, BOWL, slots, hyper, None)
    objective = build_objective(TrainingConfig(problem="bowl").replace(condition=KAPPA))
    return step_view(objective, OPTIMIZERS[optimizer], seen)


@pytest.mark.parametrize("rate", [0.01, 0.15, 0.3])
def test_on_a_bowl_the_prediction_is_exact(rate: float) -> None:
    view = on_bowl("sgd", rate, (-4.0, 2.0))
    assert view.predicted == pytest.approx(view.actual, rel=1e-12)
    assert view.quadratic == pytest.approx(view.losses, rel=1e-12)


def test_on_a_bowl_the_loss_rises_beyond_the_rate_of_the_closed_form() -> None:
    view = on_bowl("sgd", 0.05, (-4.0, 2.0))
    g = BOWL @ np.array([-4.0, 2.0])
    assert view.in_rates
    assert view.here == 0.05
    assert view.rise == pytest.approx(2 * (g @ g) / (g @ BOWL @ g), rel=1e-6)


def test_along_the_steepest_direction_the_loss_rises_at_the_limit_itself() -> None:
    view = on_bowl("sgd", 0.05, (0.0, 1.0))
    assert view.zones.limit == pytest.approx(2 / KAPPA)
    assert view.rise == pytest.approx(2 / KAPPA, rel=1e-6)


def test_the_line_holds_the_step_and_the_limit() -> None:
    for rate in (1e-6, 0.05, 0.2, 10.0):
        view = on_bowl("sgd", rate, (-4.0, 2.0))
        assert view.zones.limit is not None
        assert view.positions[0] == 0
        assert view.positions[-1] > max(view.here, view.zones.limit)
        assert view.losses[0] == view.loss


def test_momentum_that_carries_uphill_rises_at_once_and_counts_in_multiples_of_the_update() -> None:
    view = on_bowl("momentum", 0.01, (-4.0, 2.0), v=np.array([-3.0, 1.0]))
    assert not view.in_rates
    assert (view.here, view.rise) == (1.0, 0.0)
    assert view.predicted < 0


def test_a_loss_that_only_falls_has_no_rise() -> None:
    objective = build_objective(TrainingConfig(problem="saddle"))
    hyper = {"learning_rate": 0.1}
    hessian = np.diag([2.0, -2.0])
    seen = Observation(0, np.array([0.0, 1.0]), -1.0, np.array([0.0, -2.0]), hessian, {}, hyper, None)
    view = step_view(objective, OPTIMIZERS["sgd"], seen)
    assert view.rise is None
    assert view.actual > 0


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_foretold_step_is_the_one_that_is_taken(optimizer: str) -> None:
    trainer = trainer_at(0.02, optimizer, "beale")
    trainer.advance(7)
    view = view_of(trainer, optimizer)
    before = trainer.advance(1).parameters[0]
    after = trainer.observe()
    assert after.parameters - before == pytest.approx(view.terms.update, rel=1e-3, abs=1e-6)
    assert view.loss - after.loss == pytest.approx(view.actual, rel=1e-3, abs=1e-5)


def test_the_prediction_is_the_second_order_expansion_along_the_update() -> None:
    trainer = trainer_at(1e-4, "sgd", "rosenbrock")
    trainer.advance(5)
    seen = trainer.observe()
    view = step_view(objective_of(trainer), OPTIMIZERS["sgd"], seen)

    def along(s: float) -> float:
        return float(objective_of(trainer).value(*(seen.parameters + s * view.terms.update)))

    h = 1e-3
    slope, bend = (along(h) - along(-h)) / (2 * h), (along(h) - 2 * along(0) + along(-h)) / h**2
    assert view.predicted == pytest.approx(-(slope + bend / 2), rel=1e-3)


def test_a_mini_batch_step_is_foretold_on_its_own_batch() -> None:
    trainer = trainer_at(0.5, "sgd", "regression", batch_size=8)
    trainer.advance(3)
    seen = trainer.observe()
    assert seen.rows is not None
    view = step_view(objective_of(trainer), OPTIMIZERS["sgd"], seen)
    assert view.loss == pytest.approx(seen.loss, rel=1e-5)
    assert view.predicted == pytest.approx(view.actual, rel=1e-4)


def test_the_zones_of_the_seed_regression_are_those_of_its_hessian() -> None:
    trainer = trainer_at(0.01, "sgd", "regression")
    assert isinstance(trainer.objective, LinearRegression)
    x = trainer.objective.x.astype(float)
    low, high = np.linalg.eigvalsh(2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1.0]]))
    zones = view_of(trainer).zones
    assert zones.limit == pytest.approx(2 / high, rel=1e-5)
    assert zones.best == pytest.approx(2 / (low + high), rel=1e-5)


def test_the_limit_of_adam_parts_shrinking_from_growing_with_its_scale_frozen() -> None:
    trainer = trainer_at(0.05, "adam", "bowl")
    trainer.advance(20)
    view = view_of(trainer, "adam")
    assert view.zones.limit is not None
    for factor, grows in ((0.95, False), (1.05, True)):
        theta, m = np.ones(2), np.zeros(2)
        for _ in range(500):
            m = 0.9 * m + 0.1 * BOWL @ theta
            theta = theta - factor * view.zones.limit * view.terms.preconditioner * m
        assert (np.linalg.norm(theta) > 1) == grows


@pytest.mark.parametrize("problem", ["regression", *SURFACES])
def test_a_run_thrown_as_far_as_it_goes_still_has_a_view(problem: str) -> None:
    trainer = trainer_at(10.0, "sgd", problem)
    trainer.advance(2000)
    view = view_of(trainer)
    assert np.isfinite(view.loss)
    assert not np.isnan(view.predicted)
    assert not np.isnan(view.terms.update).any()
