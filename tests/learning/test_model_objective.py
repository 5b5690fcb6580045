"""Keras models through the trainer: against model.fit, NumPy forward passes and finite differences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.history.run_histories import RunHistories
from core.learning.model_objective import ModelObjective
from core.models.family import MODELS
from core.models.spec import ModelSpec
from core.optimizers.registry import OPTIMIZERS
from core.training.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Callable

RNG = np.random.default_rng(7)
X = RNG.normal(size=(50, 4))
Y = np.sin(X[:, :1]) + X[:, 1:2] ** 2
CLASSES = (X[:, 0] > 0).astype("int32")

KERAS: dict[str, Callable[[], keras.optimizers.Optimizer]] = {
    "sgd": lambda: keras.optimizers.SGD(0.01),
    "momentum": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    "nesterov": lambda: keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    "adagrad": lambda: keras.optimizers.Adagrad(0.01),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01),
    "adam": lambda: keras.optimizers.Adam(0.01),
    "adamw": lambda: keras.optimizers.AdamW(0.01),
    "lion": lambda: keras.optimizers.Lion(0.01, beta_2=0.999),
}


def mlp(**options: Any) -> keras.Model:
    """A 4-12-1 tanh net with the same weights and seeds at each call."""
    keras.utils.set_random_seed(11)
    return MODELS["mlp"].build(replace(ModelSpec((4,), 1, width=12, activation="tanh"), **options))


def fitted(model: keras.Model, optimizer: keras.optimizers.Optimizer, epochs: int = 3) -> list[np.ndarray]:
    """The weights that fit arrives at with batches of 16 in order; the last of an epoch has two examples."""
    model.compile(optimizer, loss="mse")
    model.fit(X, Y, batch_size=16, epochs=epochs, shuffle=False, verbose=0)
    return model.get_weights()


def trainer_of(model: keras.Model, optimizer: keras.optimizers.Optimizer, y: np.ndarray = Y) -> Trainer:
    return Trainer(ModelObjective(model, X, y, loss="mse"), optimizer, batch_size=16, shuffle=False)


def close(ours: list[np.ndarray], theirs: list[np.ndarray], tolerance: float = 2e-5) -> None:
    for a, b in zip(ours, theirs, strict=True):
        assert a == pytest.approx(b, abs=tolerance, rel=tolerance)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_arrives_where_fit_does(name: str) -> None:
    expected = fitted(mlp(l2=0.01), KERAS[name]())
    model = mlp(l2=0.01)
    trainer = trainer_of(model, OPTIMIZERS[name].build(vars(TrainingConfig(optimizer=name))))
    trainer.advance(5)
    trainer.advance(7)  # four batches an epoch
    close(model.get_weights(), expected)


@pytest.mark.parametrize(
    "options",
    [
        {"l1": 0.01},
        # Of two examples, batch norm multiplies float32 rounding by thousands.
        {"normalization": "batch", "dtype": "float64"},
        {"normalization": "layer"},
    ],
    ids=["l1", "batch norm", "layer norm"],
)
def test_regularized_models_arrive_where_fit_does(options: dict[str, object]) -> None:
    expected = fitted(mlp(**options), keras.optimizers.SGD(0.02))
    model = mlp(**options)
    trainer_of(model, keras.optimizers.SGD(0.02)).advance(12)
    close(model.get_weights(), expected)


def test_clipping_is_that_of_the_keras_optimizer() -> None:
    expected = fitted(mlp(), keras.optimizers.SGD(0.05, clipnorm=0.1))
    model = mlp()
    steps = trainer_of(model, keras.optimizers.SGD(0.05, clipnorm=0.1)).advance(12)
    close(model.get_weights(), expected)
    assert steps.gradient_norm.max() > 1  # the gradient itself is recorded, before it is clipped
    assert steps.update_norm.max() < 0.05 * 0.1 * 2.1  # four variables, each clipped on its own


def test_a_learning_rate_schedule_is_followed() -> None:
    schedule = keras.optimizers.schedules.CosineDecay(0.05, 12)
    expected = fitted(mlp(), keras.optimizers.SGD(schedule))
    model = mlp()
    trainer = trainer_of(model, keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.05, 12)))
    assert trainer.hyper() == {"learning_rate": 0.05}
    trainer.advance(12)
    close(model.get_weights(), expected)


def tiny(dtype: str = "float64") -> keras.Model:
    """A 4-2-1 tanh net, 13 numbers, so that all of them are recorded."""
    keras.utils.set_random_seed(5)
    return MODELS["mlp"].build(ModelSpec((4,), 1, width=2, activation="tanh", l2=0.03125, dtype=dtype))


def numpy_loss(flat: np.ndarray) -> float:
    """The loss of `tiny` at its flat weights, in float64."""
    w1, b1, w2, b2 = flat[:8].reshape(4, 2), flat[8:10], flat[10:12, None], flat[12]
    outputs = np.tanh(X @ w1 + b1) @ w2 + b2
    return float(np.mean((outputs - Y) ** 2) + 0.03125 * (np.sum(w1**2) + np.sum(w2**2)))


def test_loss_gradient_and_hessian_are_those_of_numpy_in_float64() -> None:
    trainer = Trainer(ModelObjective(tiny(), X, Y), keras.optimizers.Adam(0.1))
    trainer.advance(5)
    seen = trainer.observe()
    at, h, axes = seen.parameters, 1e-5, np.eye(13)
    assert seen.loss == pytest.approx(numpy_loss(at), rel=1e-13)
    slope = [(numpy_loss(at + h * a) - numpy_loss(at - h * a)) / (2 * h) for a in axes]
    assert seen.gradient == pytest.approx(np.array(slope), abs=1e-8)
    h = 1e-3
    bend = [
        [
            sum(s * t * numpy_loss(at + h * (s * a + t * c)) for s in (1, -1) for t in (1, -1)) / (4 * h * h)
            for c in axes
        ]
        for a in axes
    ]
    assert seen.hessian == pytest.approx(np.array(bend), abs=1e-4)


def test_a_float64_model_is_trained_in_float64() -> None:
    keras.utils.set_random_seed(1)
    model = MODELS["linear"].build(ModelSpec((4,), 1, dtype="float64"))
    weights, bias = model.get_weights()
    trainer = Trainer(
        ModelObjective(model, X, Y), keras.optimizers.SGD(0.1, momentum=0.9), batch_size=10, shuffle=False
    )
    steps = trainer.advance(25)
    theta, velocity = np.append(weights[:, 0], bias), np.zeros(5)
    design = np.c_[X, np.ones(50)]
    for i in range(25):
        rows = slice(10 * (i % 5), 10 * (i % 5) + 10)
        gradient = 2 * design[rows].T @ (design[rows] @ theta - Y[rows, 0]) / 10
        assert steps.gradient[i] == pytest.approx(gradient, rel=1e-11)
        velocity = 0.9 * velocity - 0.1 * gradient
        theta = theta + velocity
    assert np.append(*map(np.ravel, model.get_weights())) == pytest.approx(theta, rel=1e-12)
    assert {v.dtype for v in trainer.optimizer.momentums} == {"float64"}
    assert trainer.hyper()["learning_rate"] == 0.1


def test_of_many_parameters_the_norms_are_recorded() -> None:
    model = mlp()
    trainer = trainer_of(model, keras.optimizers.SGD(0.1))
    before = [w.copy() for w in model.get_weights()]
    seen, steps = trainer.observe(), trainer.advance(1)
    moved = np.sqrt(sum(np.sum((a - b) ** 2) for a, b in zip(model.get_weights(), before, strict=True)))
    assert steps.update_norm[0] == pytest.approx(moved, rel=1e-4)
    assert steps.gradient_norm[0] == pytest.approx(moved / 0.1, rel=1e-4)
    assert (seen.loss, seen.gradient_norm) == pytest.approx((steps.loss[0], steps.gradient_norm[0]), rel=1e-5)
    assert (steps.parameters.shape, seen.hessian.shape) == ((1, 0), (0, 0))
    record = RunHistories(len(seen.parameters), trainer.layer_names)
    record.append(steps)
    assert record.history.last() == pytest.approx(
        {"step": 0, "loss": steps.loss[0], "gradient_norm": steps.gradient_norm[0], "update_norm": steps.update_norm[0]}
    )


def test_looking_and_compiling_change_neither_weights_nor_seeds_nor_averages() -> None:
    model = mlp(dropout=0.5, normalization="batch")
    before = [v.numpy().copy() for v in model.variables]
    trainer = trainer_of(model, keras.optimizers.Adam(0.01))
    trainer.compile()
    first, second = trainer.observe(), trainer.observe()
    assert first.loss == second.loss
    assert all(np.array_equal(v.numpy(), b) for v, b in zip(model.variables, before, strict=True))
    assert trainer.advance(1).loss[0] == pytest.approx(first.loss, rel=1e-5)


def test_a_reset_repeats_dropout_and_batch_norm() -> None:
    trainer = trainer_of(mlp(dropout=0.5, normalization="batch"), keras.optimizers.Adam(0.01))
    first = trainer.advance(9)
    trainer.reset(trainer.objective.initial)
    assert np.array_equal(trainer.advance(9).loss, first.loss)


def test_dropout_drops_the_share_it_should_and_draws_anew_at_each_update() -> None:
    # Masked linear units: E loss = loss without dropout + p / (1 - p) mean sum_j (v_j h_j)^2.
    model = mlp(depth=1, activation="linear", dropout=0.25)
    objective = ModelObjective(model, X, Y)
    losses = Trainer(objective, keras.optimizers.SGD(0.0)).advance(2000).loss
    w, b, v, _ = model.get_weights()
    spread = np.mean(np.sum(((X @ w + b) * v[:, 0]) ** 2, axis=1))
    expected = objective.evaluate(X, Y) + 0.25 / 0.75 * spread
    assert losses.mean() == pytest.approx(expected, abs=4 * losses.std() / np.sqrt(2000))
    assert len(np.unique(losses)) > 1900


@pytest.mark.parametrize(("width", "cut"), [(12, 1000), (12, 1), (128, 3)], ids=["whole", "single", "replayed"])
def test_a_diverged_model_stands_where_its_loss_was_last_finite(width: int, cut: int) -> None:
    model = mlp(width=width, activation="relu")
    trainer = Trainer(ModelObjective(model, X, Y), keras.optimizers.SGD(1.0, momentum=0.5))
    losses: list[float] = []
    while not trainer.diverged:
        losses.extend(trainer.advance(cut).loss)
    assert 1 < len(losses) == trainer.step < 1000
    assert np.isfinite(losses).all()
    assert trainer.observe().loss == pytest.approx(losses[-1], rel=1e-3)
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_a_rate_changed_before_the_model_diverges_is_kept() -> None:
    model = mlp(width=128, activation="relu")
    trainer = trainer_of(model, keras.optimizers.SGD(0.001))
    trainer.advance(10)
    trainer.set(learning_rate=50.0)
    assert trainer.advance(100).diverged
    assert trainer.hyper() == {"learning_rate": 50.0}
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_a_compiled_model_and_a_subclassed_one_are_trained_too() -> None:
    class Line(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(20)
            self.last = keras.layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            return self.last(self.dense(inputs))

    compiled = mlp()
    compiled.compile("sgd", loss="mse", metrics=["mae"])
    compiled.evaluate(X, Y, verbose=0)
    for model in (compiled, Line()):
        losses = trainer_of(model, keras.optimizers.SGD(0.02)).advance(40).loss
        assert losses[-4:].mean() < losses[:4].mean()


def test_small_dense_layers_are_themselves_again_after_the_trace() -> None:
    model = mlp(width=8)
    trainer_of(model, keras.optimizers.SGD(0.1)).advance(1)
    assert not any("call" in vars(layer) for layer in model.layers)


def test_predictions_and_evaluations_are_those_of_keras() -> None:
    keras.utils.set_random_seed(2)
    model = MODELS["mlp"].build(ModelSpec((4,), 2, width=9, dropout=0.5))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    objective = ModelObjective(model, X, CLASSES, loss=loss)
    Trainer(objective, keras.optimizers.Adam(0.01)).advance(30)
    model.compile(loss=loss)
    assert objective.evaluate(X, CLASSES) == pytest.approx(model.evaluate(X, CLASSES, verbose=0), rel=1e-6)
    assert objective.predict(X) == pytest.approx(model.predict(X, verbose=0), abs=1e-5)


@pytest.mark.parametrize("name", ["cnn", "rnn_lstm", "transformer", "decoder"])
def test_a_model_of_the_family_learns(name: str) -> None:
    keras.utils.set_random_seed(4)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    label = RNG.integers(0, 2, 64).astype("int32")
    if name == "decoder":
        x = (np.arange(9) + np.arange(64)[:, None]) % 5  # each character follows from the one before
        spec, data, target = ModelSpec((8,), 5, width=8, vocabulary=5), x[:, :-1], x[:, 1:]
    else:
        spec, target = ModelSpec((4, 4, 1), 2, width=8), label
        data = RNG.normal(size=(64, 4, 4, 1)) + label[:, None, None, None]
    objective = ModelObjective(MODELS[name].build(spec), data, target, loss=loss)
    losses = Trainer(objective, keras.optimizers.Adam(0.02), batch_size=32).advance(60).loss
    assert losses[-4:].mean() < 0.5 * losses[:4].mean()


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        (X, Y[:-1], "50 and 49"),
        (X[:0], Y[:0], "0 and 0"),
    ],
)
def test_data_that_do_not_fit_are_refused(x: np.ndarray, y: np.ndarray, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ModelObjective(mlp(), x, y)


def test_a_model_without_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="A model needs weights"):
        ModelObjective(keras.Sequential([keras.Input((4,)), keras.layers.Flatten()]), X, Y)


@pytest.mark.parametrize("name", ["adam", "adamw", "rmsprop"])
def test_the_betas_are_as_exact_as_in_keras(name: str) -> None:
    """Of float32 betas, 1 - 0.999 would be off by 5e-5, and weights by 2e-3 after five epochs."""
    expected = fitted(mlp(), KERAS[name](), epochs=10)
    model = mlp()
    trainer_of(model, OPTIMIZERS[name].build(vars(TrainingConfig(optimizer=name)))).advance(40)
    close(model.get_weights(), expected, tolerance=2e-6)
