"""The start of a blow-up: where the loss was lowest, and what was stable there by the analytic Hessian."""

from __future__ import annotations

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.geometry.blow_up import NO_ZONES, BlowUp, blow_up, zones_at
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective


def rosenbrock_hessian(x: float, y: float) -> np.ndarray:
    """That of (1 - x)^2 + 100 (y - x^2)^2."""
    return np.array([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200.0]])


@pytest.mark.parametrize("point", [(-1.2, 1.0), (0.5, -0.3), (30.0, 2.0)])
@pytest.mark.parametrize(("optimizer", "factor"), [("sgd", 1.0), ("momentum", 1.9)])
def test_the_limit_is_that_of_the_hessian_at_the_point(
    point: tuple[float, float], optimizer: str, factor: float
) -> None:
    config = TrainingConfig(problem="rosenbrock", optimizer=optimizer)
    zones = zones_at(
        build_objective(config), OPTIMIZERS[optimizer], np.array(point), {"learning_rate": 0.01, "momentum": 0.9}
    )
    steepest = float(np.linalg.eigvalsh(rosenbrock_hessian(*point))[-1])
    assert zones.limit == pytest.approx(factor * 2 / steepest, rel=1e-4)


def test_no_limit_is_known_of_a_place_of_the_past_where_it_depends_on_past_gradients() -> None:
    config = TrainingConfig(problem="rosenbrock", optimizer="adam")
    hyper = {"learning_rate": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
    assert zones_at(build_objective(config), OPTIMIZERS["adam"], np.zeros(2), hyper) == NO_ZONES


def rows(*losses: float) -> dict[str, np.ndarray]:
    return {"step": np.arange(len(losses)), "loss": np.array(losses)}


def test_a_loss_that_fell_to_its_end_did_not_blow_up() -> None:
    assert blow_up(rows(5.0, -1.0, -1e30)) is None
    assert blow_up(rows()) is None
    assert blow_up(rows(np.nan, np.nan)) is None


def test_a_loss_that_wavered_before_rose_from_the_last_place_no_higher_than_usual() -> None:
    found = blow_up(rows(5.0, 1.0, 3.0, 1.0, 3.5, np.nan, 1e30, np.inf))  # usual were 2
    assert found == BlowUp(3, 1.0, 6, 1e30, until=4)


def test_a_lucky_batch_of_long_before_is_not_where_the_loss_rose() -> None:
    rng, kick = np.random.default_rng(0), 700
    noise = 0.5 + 0.1 * np.abs(rng.normal(size=kick))
    noise[300] = 0.1  # the lowest of all
    growth = 0.6 * 3.0 ** np.arange(1, 60)  # from a rate that was raised at the step `kick`
    found = blow_up(rows(*noise, *growth))
    assert found is not None
    assert abs(found.step - kick) <= 2
    assert found.loss < 1


def test_what_was_found_until_the_loss_was_tenfold_is_of_the_start() -> None:
    found = blow_up(rows(8.0, 2.0, 6.0, 18.0, 54.0, 1e12))
    assert found == BlowUp(1, 2.0, 5, 1e12, until=3)
    whole = blow_up(rows(8.0, 2.0, 6.0))
    assert whole == BlowUp(1, 2.0, 2, 6.0, until=2)


def test_a_loss_whose_next_value_is_no_number_did_not_rise() -> None:
    assert blow_up(rows(5.0, np.inf)) is None
