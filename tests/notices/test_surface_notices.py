"""What a good teacher would say: the right sentence for each situation, with the right numbers in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.geometry.blow_up import BlowUp
from core.geometry.step_view import step_view
from core.notices import surface_notices, waiting
from core.objectives.linear_regression import LinearRegression
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective
from tests.support.moments import observe

if TYPE_CHECKING:
    from core.notices.notice import Notice


def said(
    problem: str,
    point: tuple[float, float] | None = None,
    rate: float = 0.01,
    optimizer: str = "sgd",
    diverged: int = 0,
    rise: BlowUp | None = None,
) -> Notice:
    config = TrainingConfig(problem=problem, learning_rate=rate, optimizer=optimizer)
    objective = build_objective(config)
    seen = observe(config, point or objective.minima[0], first_moment=(0, 0))
    view = step_view(objective, OPTIMIZERS[optimizer], seen)
    if diverged:
        return surface_notices.diverged(diverged, seen, view, rise)
    return surface_notices.progress(objective, OPTIMIZERS[optimizer], seen, view)


def test_the_seed_program_after_its_epochs_has_not_converged_and_is_told_why() -> None:
    notice = said("regression", (2.6, 2.7))
    assert (notice.level, notice.title) == ("info", "Not converged yet.")
    objective = build_objective(TrainingConfig())
    assert isinstance(objective, LinearRegression)
    x = objective.x.astype(float)
    low, high = np.linalg.eigvalsh(2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1.0]]))
    needed = re.search(r"about ([\d\s\u2009\u202f\u00a0]+) steps", notice.sentence)
    below = re.search(r"(\d+) times below the limit", notice.sentence)
    assert needed is not None
    assert below is not None
    assert int(re.sub(r"\D", "", needed[1])) == pytest.approx(np.log(10) / -np.log(1 - 0.01 * low), rel=0.05)
    assert int(below[1]) == pytest.approx(2 / high / 0.01, abs=0.5)


def test_a_run_that_undo_brings_back_is_not_said_to_be_of_a_page_opened_anew() -> None:
    notice = waiting.reopened(390, 1.0)
    assert notice.title == "Going back to step 390."
    assert notice.sentence == "The run of before takes the same steps again, up to step 390."


def test_at_least_squares_it_has_converged() -> None:
    notice = said("regression")
    assert (notice.level, notice.title) == ("good", "Converged.")


def test_a_rate_above_the_limit_is_a_danger_before_it_has_diverged() -> None:
    notice = said("bowl", (1.0, 1.0), rate=0.6)
    assert (notice.level, notice.title) == ("danger", "Rate above the stability limit.")
    assert "0.6 is 3 times the limit 0.2" in notice.sentence


def test_a_rate_just_above_the_limit_is_never_once_the_limit() -> None:
    assert "0.203 is 1.015 times the limit 0.2" in said("bowl", (1.0, 1.0), rate=0.203).sentence


def test_a_diverged_run_is_told_the_limit_it_crossed() -> None:
    notice = said("bowl", (1e5, 1e5), rate=0.6, diverged=1234, rise=BlowUp(7, 5.5, 1233, 3e37, until=9))
    assert notice.level == "danger"
    assert notice.title == "Diverged at step 1\u00a0234: rate too large."
    assert "rate 0.6 is above the stability limit, about 0.2 at step 7," in notice.sentence
    assert "rose from 5.5 at step 7 to 3e37 at step 1\u00a0233, the last one that is finite." in notice.sentence


def test_a_run_that_fell_without_bound_is_not_told_of_a_limit() -> None:
    notice = said("saddle", (0.0, 1e6), rate=0.05, diverged=300)
    assert "limit" not in notice.sentence
    assert "without bound" in notice.sentence
    assert notice.title == "Fell without bound, to step 300."


def test_a_run_whose_first_step_went_too_far_for_a_number_did_not_fall() -> None:
    notice = said("rosenbrock", (-1.5, 2.0), rate=10.0, diverged=1)
    assert notice.title == "Diverged at step 1: rate too large."
    steepest = float(np.linalg.eigvalsh([[2 - 400 * (2.0 - 3 * 2.25), 600.0], [600.0, 200.0]])[-1])
    assert f"about {2 / steepest:.3g} at step 0," in notice.sentence
    assert "without bound" not in notice.sentence


def test_a_saddle_far_below_its_start_is_falling_without_bound() -> None:
    notice = said("saddle", (0.0, 1e15), rate=0.05)
    assert (notice.level, notice.title) == ("danger", "Falling without bound.")
    assert said("saddle", (0.0, 10.0), rate=0.05).title == "Not converged yet."


def test_a_loss_too_large_for_a_number_is_said_though_the_parameters_are_finite() -> None:
    config = TrainingConfig(problem="rosenbrock")
    objective, optimizer = build_objective(config), OPTIMIZERS["sgd"]
    seen = observe(config, (1.0, 1.0))
    view = step_view(objective, optimizer, seen)
    notice = surface_notices.progress(objective, optimizer, replace(seen, loss=np.inf), view)
    assert (notice.level, notice.title) == ("danger", "The loss is no longer finite.")


def test_a_local_minimum_is_not_called_converged() -> None:
    notice = said("styblinski_tang", (2.746802778, -2.903534028), rate=1e-6)
    assert notice.title == "In a local minimum."
    assert "14.1" in notice.sentence


def test_a_tiny_rate_is_not_called_converged_where_the_loss_could_still_fall() -> None:
    assert said("regression", (2.6, 2.7), rate=1e-6).title == "Not converged yet."


def test_as_close_to_a_minimum_of_zero_as_float32_gets_it_has_converged() -> None:
    """The point at which plain descent on Himmelblau's function stops moving."""
    assert said("himmelblau", (2.99999976, 2.00000024)).title == "Converged."


def test_a_global_minimum_of_several_is_converged() -> None:
    assert said("himmelblau", (3.584428340330492, -1.848126526964404)).title == "Converged."


def test_a_saddle_point_is_not_called_converged() -> None:
    notice = said("saddle", (0.0, 0.0))
    assert (notice.level, notice.title) == ("info", "Hardly moving, but not at a minimum.")


def test_a_descending_saddle_is_said_to_curve_downwards() -> None:
    assert "curves downwards" in said("saddle", (0.5, 0.1)).sentence


def test_lion_is_said_to_move_by_the_learning_rate() -> None:
    assert "moves by the learning rate" in said("bowl", (1.0, 1.0), optimizer="lion").sentence


@pytest.mark.parametrize("rate", [1e-6, 0.01, 0.19, 10.0])
@pytest.mark.parametrize("point", [(1e-3, 1e-3), (-4.0, 2.0), (1e15, -1e15)])
def test_no_notice_speaks_of_nan_or_infinity(point: tuple[float, float], rate: float) -> None:
    for notice in (said("bowl", point, rate), said("bowl", point, rate, diverged=5)):
        assert re.search(r"\b(nan|inf)\b", notice.sentence) is None
        assert notice.sentence.endswith((".", "!"))


@pytest.mark.parametrize(
    ("seconds", "offer"), [(3.0, ""), (90.0, " That takes about 90 s; Reset begins anew at once.")]
)
def test_a_long_way_back_after_the_death_of_an_engine_need_not_be_waited_for(seconds: float, offer: str) -> None:
    again = "The process that trained has ended unexpectedly; another one takes the same steps again, up to step 900."
    assert waiting.returning(900, seconds).sentence == again + offer


@pytest.mark.parametrize("batch_size", [1, 7])
@pytest.mark.parametrize(("away", "title"), [(0.0, "Around the minimum."), (0.4, "Not converged yet.")])
def test_of_batches_the_verdict_is_about_the_loss_over_all_examples(batch_size: int, away: float, title: str) -> None:
    config = TrainingConfig(batch_size=batch_size, learning_rate=0.2)
    objective = build_objective(config)
    assert isinstance(objective, LinearRegression)
    (slope, intercept), rows = objective.minima[0], np.arange(batch_size)
    x, y = objective.x[rows].astype(float), objective.y[rows].astype(float)
    residual = (slope + away) * x + intercept - y
    hessian = 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1.0]])  # of one example it is flat along a line
    of_batch: dict[str, Any] = {
        "gradient": 2 * np.array([np.mean(residual * x), np.mean(residual)]),
        "hessian": hessian,
        "rows": rows,
    }
    seen = replace(observe(config, (slope + away, intercept)), **of_batch)
    view = step_view(objective, OPTIMIZERS["sgd"], seen)
    notice = surface_notices.progress(objective, OPTIMIZERS["sgd"], seen, view)
    above = away**2 * np.mean(objective.x.astype(float) ** 2)  # the quadratic around least squares
    stated = re.search(r"is (\S+) above its minimum", notice.sentence)
    assert stated is not None
    assert float(stated[1].replace("e−", "e-")) == pytest.approx(above, rel=0.01, abs=1e-6)
    assert notice.title == title
    assert "curves downwards" not in notice.sentence
    assert ("Each example" if batch_size == 1 else "Each batch of 7 examples") in notice.sentence


def test_of_a_batch_that_is_met_by_chance_a_run_has_not_converged() -> None:
    config = TrainingConfig(batch_size=1, learning_rate=0.2)
    objective = build_objective(config)
    seen = replace(observe(config, (1.0, 1.0)), gradient=np.zeros(2), rows=np.array([3]))
    view = step_view(objective, OPTIMIZERS["sgd"], seen)
    assert surface_notices.progress(objective, OPTIMIZERS["sgd"], seen, view).title == "Not converged yet."
