"""A model's next step, foretold: against closed forms, finite differences and what the trainer then does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.geometry.model_step_view import NextStepProbe
from core.geometry.sharpness import SharpnessProbe
from core.geometry.weight_path import WeightPathProbe
from core.learning.model_objective import ModelObjective
from core.models.family import MODELS
from core.models.spec import ModelSpec
from core.optimizers.registry import OPTIMIZERS
from core.training.trainer import Trainer

if TYPE_CHECKING:
    from core.geometry.line_view import LineView
    from core.training.probe import Probe

RNG = np.random.default_rng(7)
X = RNG.normal(size=(50, 4))
Y = np.sin(X[:, :1]) + X[:, 1:2] ** 2
DESIGN = np.c_[X, np.ones(50)]


def trainer_of(
    family: str = "mlp", optimizer: str = "sgd", rate: float = 0.05, batch_size: int | None = None, **spec: Any
) -> Trainer:
    """A trainer of a small float64 model on 50 examples."""
    keras.utils.set_random_seed(11)
    options: dict[str, Any] = {"width": 6, "activation": "tanh", "dtype": "float64"}
    model = MODELS[family].build(ModelSpec((4,), 1, **{**options, **spec}))
    rule = OPTIMIZERS[optimizer]
    built = rule.build(vars(TrainingConfig(optimizer=optimizer, learning_rate=rate)))
    return Trainer(ModelObjective(model, X, Y), built, batch_size, seed=3, slots=rule.slots)


def look(trainer: Trainer, optimizer: str = "sgd") -> LineView:
    return NextStepProbe(OPTIMIZERS[optimizer]).look(trainer.snapshot())


def test_of_a_linear_model_the_line_is_the_parabola_of_the_closed_form() -> None:
    trainer = trainer_of("linear", rate=0.1)
    theta = np.concatenate([np.ravel(v.numpy()) for v in trainer.variables])
    residual = DESIGN @ theta - Y[:, 0]
    g, hessian = 2 * DESIGN.T @ residual / 50, 2 * DESIGN.T @ DESIGN / 50
    view = look(trainer)
    assert view.in_rates
    assert view.here == 0.1
    assert view.loss == pytest.approx(np.mean(residual**2), rel=1e-12)
    assert view.predicted == pytest.approx(0.1 * g @ g - 0.005 * g @ hessian @ g, rel=1e-10)
    assert view.actual == pytest.approx(view.predicted, rel=1e-10)
    assert view.losses == pytest.approx(view.quadratic, rel=1e-10)
    rates = view.positions[:, None]
    along = np.mean((DESIGN @ (theta - rates * g).T - Y).T ** 2, axis=1)
    assert view.losses == pytest.approx(along, rel=1e-10)
    assert view.rise == pytest.approx(2 * (g @ g) / (g @ hessian @ g), rel=1e-3)


def test_the_prediction_is_the_second_order_expansion_by_finite_differences() -> None:
    trainer = trainer_of(optimizer="adam", rate=0.01)
    trainer.advance(4)
    view = look(trainer, "adam")
    weights = [v.numpy() for v in trainer.variables]
    trainer.advance(1)
    update = [v.numpy() - w for v, w in zip(trainer.variables, weights, strict=True)]

    def along(s: float) -> float:
        moved = [w + s * d for w, d in zip(weights, update, strict=True)]
        return float(trainer.objective.loss(moved, None))

    h = 1e-3
    slope, bend = (along(h) - along(-h)) / (2 * h), (along(h) - 2 * along(0) + along(-h)) / h**2
    assert view.predicted == pytest.approx(-(slope + bend / 2), rel=1e-4)
    for i in (3, 10, 20):
        assert view.losses[i] == pytest.approx(along(view.positions[i] / view.here), rel=1e-6)


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adamw", "rmsprop"])
def test_the_foretold_decrease_is_the_one_that_the_update_brings(optimizer: str) -> None:
    trainer = trainer_of(optimizer=optimizer, rate=0.003)
    trainer.advance(3)
    view = look(trainer, optimizer)
    assert view.loss == pytest.approx(trainer.advance(1).loss[0], rel=1e-12)
    assert view.loss - view.actual == pytest.approx(trainer.observe().loss, rel=1e-6)
    assert (view.zones.limit, view.zones.best, view.zones.slow) == (None, None, None)
    assert view.in_rates is OPTIMIZERS[optimizer].proportional
    assert view.here == (0.003 if view.in_rates else 1.0)


def test_a_clipped_update_is_foretold_as_it_is_clipped() -> None:
    trainer = trainer_of(rate=0.5)
    trainer.optimizer.global_clipnorm = 0.1
    view = look(trainer)
    trainer.advance(1)
    assert view.loss - view.actual == pytest.approx(trainer.observe().loss, rel=1e-9)


def test_each_batch_is_looked_at_itself_the_short_one_too() -> None:
    trainer = trainer_of(batch_size=16)  # the fourth batch of an epoch has two examples
    probe = NextStepProbe(OPTIMIZERS["sgd"])
    losses = []
    for _ in range(5):
        losses.append(probe.look(trainer.snapshot()).loss)
        assert trainer.advance(1).loss[0] == pytest.approx(losses[-1], rel=1e-12)
    assert len(set(losses)) == 5


@pytest.mark.parametrize("rate", [1e-6, 1e-3, 0.1, 2.0])
def test_the_line_goes_past_the_step_and_past_the_lowest_point_or_a_thousand_updates(rate: float) -> None:
    view = look(trainer_of("linear", rate=rate))
    assert view.positions[0] == 0
    assert view.positions[-1] >= 1.5 * rate
    lowest = view.positions[np.argmin(view.quadratic)]
    assert lowest < view.positions[-1] / 2 or view.positions[-1] == pytest.approx(1000 * rate)


def test_of_a_large_model_fewer_points_are_taken_and_the_rise_is_where_the_closed_form_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.geometry.model_step_view.LARGE", 4)
    trainer = trainer_of("linear", rate=0.1)
    theta = np.concatenate([np.ravel(v.numpy()) for v in trainer.variables])
    g, hessian = 2 * DESIGN.T @ (DESIGN @ theta - Y[:, 0]) / 50, 2 * DESIGN.T @ DESIGN / 50
    view = look(trainer)
    assert len(view.losses) == 9
    assert view.losses == pytest.approx(view.quadratic, rel=1e-10)
    rise, spacing = 2 * (g @ g) / (g @ hessian @ g), view.positions[1]
    assert view.rise is not None
    assert rise <= view.rise <= rise + spacing / 9**2 + 1e-9


def test_too_long_a_step_lands_above_and_beyond_the_rise() -> None:
    view = look(trainer_of("linear", rate=2.0))
    assert view.actual < 0
    assert view.rise is not None
    assert 0 < view.rise < view.here


def test_where_nothing_moves_the_line_is_level() -> None:
    trainer = trainer_of()
    trainer.set(learning_rate=0.0)
    view = NextStepProbe(OPTIMIZERS["momentum"])
    assert view.look(trainer_of(optimizer="momentum", rate=1e-6).snapshot()).in_rates is False
    level = look(trainer)
    assert level.losses == pytest.approx(np.full(len(level.losses), level.loss), rel=1e-12)
    assert (level.actual, level.rise) == (0.0, None)


def test_a_run_that_is_looked_at_takes_the_very_same_path() -> None:
    optimizer = "adam"
    trainer = trainer_of(optimizer=optimizer, batch_size=16, dropout=0.3, normalization="batch", dtype="float32")
    assert isinstance(trainer.objective, ModelObjective)
    probes: list[Probe] = [
        NextStepProbe(OPTIMIZERS[optimizer]),
        SharpnessProbe(OPTIMIZERS[optimizer]),
        WeightPathProbe(),
    ]
    state = [*trainer.objective.model.variables, *trainer.optimizer.variables]
    trainer.compile()
    alone = [trainer.advance(3) for _ in range(3)]
    arrived = [v.numpy() for v in state]
    trainer.reset(trainer.objective.initial)
    watched = []
    for _ in range(3):
        for probe in probes:
            probe.look(trainer.snapshot())
        watched.append(trainer.advance(3))
    for a, b in zip(alone, watched, strict=True):
        assert (a.first, a.diverged) == (b.first, b.diverged)
        assert np.array_equal(a.loss, b.loss)
        assert np.array_equal(a.update_norm, b.update_norm)
    assert all(np.array_equal(v.numpy(), a) for v, a in zip(state, arrived, strict=True))


@pytest.mark.parametrize("family", ["rnn_lstm", "transformer"])
def test_models_of_every_kind_of_layer_can_be_looked_at(family: str) -> None:
    keras.utils.set_random_seed(4)
    data = RNG.normal(size=(12, 4, 4, 1)).astype("float32")
    labels = RNG.integers(0, 2, 12).astype("int32")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    objective = ModelObjective(MODELS[family].build(ModelSpec((4, 4, 1), 2, width=8)), data, labels, loss=loss)
    trainer = Trainer(objective, OPTIMIZERS["sgd"].build(vars(TrainingConfig(learning_rate=1e-5))))
    view = look(trainer)
    assert view.loss == pytest.approx(trainer.advance(1).loss[0], rel=1e-5)
    assert view.predicted == pytest.approx(view.actual, rel=0.1)
