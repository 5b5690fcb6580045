"""Every preset does what it says: each is trained, and what it promises is looked for in the numbers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from core.config.presets import PRESETS
from core.config.training_config import TrainingConfig
from core.findings.evaluation import EvaluationProbe
from core.learning.learner import build_learner
from core.learning.setup import ModelSetup
from core.objectives.linear_regression import LinearRegression
from core.training.batches import updates_per_epoch
from core.training.build import build_objective, build_trainer

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.training.step_record import Steps

LOOKS = 20  # at validation, evenly over a run


class Learned(NamedTuple):
    """The record of a model's first updates and, from then on, its evaluations."""

    first: Steps
    train_loss: np.ndarray
    val_loss: np.ndarray
    val_metric: np.ndarray


def descend(preset: str, **changes: object) -> Steps:
    """The whole run of a preset on a line or surface."""
    config = PRESETS[preset].config.replace(**changes)
    objective = build_objective(config)
    steps = config.epochs * updates_per_epoch(objective.n_examples, config.batch_size)
    return build_trainer(config, objective).advance(steps)


@cache
def learn(preset: str, **changes: object) -> Learned:
    """The run of a preset with a model."""
    config = PRESETS[preset].config.replace(**changes)
    learner = build_learner(ModelSetup.of(config))
    trainer, probe = build_trainer(config, learner.objective), EvaluationProbe(learner)
    steps = config.epochs * updates_per_epoch(learner.objective.n_examples, config.batch_size)
    records = []
    for _look in range(LOOKS):
        records.append(trainer.advance(steps // LOOKS))
        found = probe.look(trainer.snapshot())
    return Learned(records[0], *(np.array(v) for v in (found.train_loss, found.val_loss, found.val_metric)))


def too_large() -> bool:
    run = descend("too_large")
    half = descend("too_large", learning_rate=0.85 / 2)
    return run.diverged and bool((np.diff(run.loss.astype(float)) > 0).all()) and half.loss[-1] < 0.1


def edge() -> bool:
    run = descend("edge")  # along y the bowl is 5 y^2: each step multiplies y by 1 - 0.19 * 10 = -0.9
    np.testing.assert_allclose(run.parameters[:, 1], 2 * (-0.9) ** np.arange(100), rtol=1e-3)
    return (
        not run.diverged
        and bool((np.diff(run.loss.astype(float)) < 0).all())
        and descend("edge", learning_rate=0.21).loss[-1] > 28
    )


def overshoot() -> bool:
    past, calm = (descend("overshoot", momentum=share).parameters[:, 0].max() for share in (0.95, 0.5))
    return bool(past > 1.5 and calm < 0.4)  # it starts at -4, the minimum is 0


def ravine() -> bool:
    path = descend("ravine").parameters
    return abs(path[30, 1]) < 0.01 * abs(path[0, 1]) and abs(path[-1, 0]) > 0.2 * abs(path[0, 0])


def adam_arrives() -> bool:
    plain = TrainingConfig.suited_to("rosenbrock")
    way = np.linalg.norm(build_trainer(plain, build_objective(plain)).advance(2000).parameters[-1] - 1)
    return bool(np.linalg.norm(descend("adam_arrives").parameters[-1] - 1) < 1e-3 and way > 0.3)


def local_minimum() -> bool:
    run = descend("local_minimum")
    rolled = descend("local_minimum", optimizer="momentum")
    stuck = np.linalg.norm(run.gradient[-1]) < 1e-4 and run.loss[-1] > 0.2
    return bool(stuck and rolled.loss[-1] < 1e-6)


def saddle() -> bool:
    run = descend("saddle")
    size = np.linalg.norm(run.gradient, axis=1)
    lowest = int(np.argmin(size))
    return bool(size[lowest] < 0.02 * size[0] and 10 < lowest < 100 and run.loss[-1] < -1)


def noise() -> bool:
    config = PRESETS["noise"].config
    minimum = LinearRegression(config.samples, config.noise, config.seed).minima[0]
    shaken = [
        np.linalg.norm(descend("noise", learning_rate=rate).parameters[-500:] - minimum, axis=1).mean()
        for rate in (0.2, 0.02)
    ]
    return bool(shaken[0] > 0.1 and shaken[1] < shaken[0] / 2)


def straight_line() -> bool:
    return bool(
        learn("straight_line").val_metric[-5:].max() < 0.7
        and learn("straight_line", family="mlp").val_metric[-1] > 0.95
    )


def vanishing() -> bool:
    sigmoid, relu = (learn("vanishing", activation=name).first.layer_norms for name in ("sigmoid", "relu"))
    assert sigmoid is not None
    assert relu is not None
    return bool(sigmoid[0, 0, 0] < 1e-3 * sigmoid[0, -1, 0] and relu[0, 0, 0] > 0.05 * relu[0, -1, 0])


def overfit() -> bool:
    run = learn("overfit")
    return bool(run.train_loss[-1] < 0.1 and run.val_loss[-1] > 1.5 * run.val_loss.min())


def cure() -> bool:
    cured, ill = learn("cure"), learn("overfit")
    return bool(cured.val_loss[-1] < 1.1 * cured.val_loss.min() and cured.val_loss[-1] < 0.7 * ill.val_loss[-1])


CHECKS: dict[str, Callable[[], bool]] = {
    check.__name__: check
    for check in (
        too_large, edge, overshoot, ravine, adam_arrives, local_minimum, saddle, noise, straight_line, vanishing,
        overfit, cure,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_does_what_it_says(name: str) -> None:
    assert CHECKS[name]()


def test_a_link_to_a_preset_comes_back_to_it() -> None:
    for preset in PRESETS.values():
        assert TrainingConfig.from_query(preset.config.to_query()) == (preset.config, [])
