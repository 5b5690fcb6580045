"""Models in float16 and bfloat16 arrive where `fit(shuffle=False)` does, and their loss scale changes as there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.learning.model_objective import ModelObjective
from core.training.build import build_trainer
from core.training.trainer import Trainer
from core.user_models.making import user_model_of
from core.user_models.packed_model import PackedModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.training.step_record import Steps

layers = keras.layers
RNG = np.random.default_rng(6)
X = RNG.normal(size=(70, 5)).astype("float32")
Y = np.tanh(X @ RNG.normal(size=(5, 1))).astype("float32")
TOKENS = np.minimum(RNG.geometric(0.2, (70, 9)), 29)
SIZES = np.array([16, 16, 16, 16, 6])  # of an epoch's batches
EPOCHS = 3


def net(policy: str = "mixed_float16", units: int = 12) -> keras.Model:
    """A tanh net whose last layer is float32, as Keras' guide has it."""
    keras.utils.set_random_seed(8)
    keras.config.set_dtype_policy(policy)
    try:
        return keras.Sequential(
            [keras.Input((5,)), layers.Dense(units, "tanh"), layers.Dropout(0.25), layers.Dense(1, dtype="float32")]
        )
    finally:
        keras.config.set_dtype_policy("float32")


def reader() -> keras.Model:
    keras.utils.set_random_seed(8)
    keras.config.set_dtype_policy("mixed_float16")
    try:
        return keras.Sequential([keras.Input((9,)), layers.Embedding(30, 4), layers.LSTM(4), layers.Dense(1)])
    finally:
        keras.config.set_dtype_policy("float32")


class Scales(keras.callbacks.Callback):
    """The scale after each batch, as `fit` goes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[float] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        optimizer = self.model.optimizer
        if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            self.seen.append(float(optimizer.dynamic_scale.numpy()))


def fitted(model: keras.Model, x: np.ndarray, optimizer: keras.optimizers.Optimizer) -> tuple[Any, list[float]]:
    """The history of fit's epochs and the scale after each batch; the model is trained."""
    scales = Scales()
    model.compile(optimizer, "mse", jit_compile=True)  # in bfloat16 XLA and the plain graph draw other numbers
    past = model.fit(x, Y, batch_size=16, epochs=EPOCHS, shuffle=False, verbose=0, callbacks=[scales])
    return past.history["loss"], scales.seen


def trainer_of(model: keras.Model, x: np.ndarray, optimizer: keras.optimizers.Optimizer) -> Trainer:
    return Trainer(ModelObjective(model, x, Y), optimizer, batch_size=16, shuffle=False, by_layer=True)


def of_epochs(steps: Steps) -> np.ndarray:
    return np.average(steps.loss.reshape(EPOCHS, len(SIZES)), axis=1, weights=SIZES)


def scaled(growth: int = 2000, initial: float = 2.0**15) -> keras.optimizers.Optimizer:
    return keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01), initial, growth)


KINDS: dict[str, tuple[Callable[[], keras.Model], np.ndarray, Callable[[], keras.optimizers.Optimizer]]] = {
    "float16": (net, X, scaled),
    "bfloat16": (lambda: net("mixed_bfloat16"), X, lambda: keras.optimizers.Adam(0.01)),
    "looked up": (reader, TOKENS, scaled),
    "a fixed scale": (net, X, lambda: keras.optimizers.SGD(0.05, loss_scale_factor=256.0)),
}
TOLERANCE = 2e-3  # half of the distance of two neighbours in bfloat16; in float16 it is 5e-4


@pytest.mark.parametrize("kind", KINDS)
def test_it_arrives_where_fit_does(kind: str) -> None:
    build, x, optimizer = KINDS[kind]
    expected = build()
    losses, _scales = fitted(expected, x, optimizer())
    model = build()
    steps = trainer_of(model, x, optimizer()).advance(EPOCHS * len(SIZES))
    assert of_epochs(steps) == pytest.approx(losses, rel=TOLERANCE)
    for ours, theirs in zip(model.get_weights(), expected.get_weights(), strict=True):
        assert ours == pytest.approx(theirs, rel=TOLERANCE, abs=TOLERANCE)


@pytest.mark.parametrize(("growth", "initial"), [(4, 2.0**10), (3, 2.0**24)], ids=["grows", "falls and grows"])
def test_the_scale_grows_and_falls_as_in_keras(growth: int, initial: float) -> None:
    _losses, scales = fitted(net(), X, scaled(growth, initial))
    optimizer = scaled(growth, initial)
    trainer = trainer_of(net(), X, optimizer)
    found = []
    for _update in scales:
        trainer.advance(1)
        found.append(float(optimizer.dynamic_scale.numpy()))
    assert found == scales
    assert len(set(found)) > 3


def test_an_update_that_is_skipped_is_no_divergence() -> None:
    model, optimizer = net(), scaled(initial=2.0**26)
    before = [weight.copy() for weight in model.get_weights()]
    steps = trainer_of(model, X, optimizer).advance(EPOCHS * len(SIZES))
    skipped = np.isnan(steps.gradient_norm)
    assert not steps.diverged
    assert np.isfinite(steps.loss).all()
    assert 2.0**26 / 2.0 ** skipped.sum() == float(optimizer.dynamic_scale.numpy())
    assert skipped[0]
    assert not skipped[-1]
    assert (steps.update_norm[skipped] == 0).all()
    assert (steps.update_norm[~skipped] > 0).all()
    assert not np.array_equal(model.get_weights()[0], before[0])


def test_a_loss_that_overflows_is_divergence() -> None:
    steps = trainer_of(net(), X, keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(1e20))).advance(50)
    assert steps.diverged
    assert np.isfinite(steps.loss).all()


def test_gradients_are_recorded_as_those_of_the_loss_itself() -> None:
    low, high = (trainer_of(net(), X, scaled(initial=scale)) for scale in (2.0**4, 2.0**10))
    assert high.preview().gradient_norm == pytest.approx(low.advance(1).gradient_norm[0], rel=0.01)
    assert high.advance(1).gradient_norm == pytest.approx(high.preview().gradient_norm, rel=0.5)


def test_a_reset_begins_with_the_first_scale_again() -> None:
    optimizer = scaled(growth=2)
    trainer = trainer_of(net(), X, optimizer)
    first = trainer.advance(9)
    assert float(optimizer.dynamic_scale.numpy()) > 2.0**15
    trainer.reset(trainer.objective.initial)
    assert float(optimizer.dynamic_scale.numpy()) == 2.0**15
    np.testing.assert_array_equal(trainer.advance(9).loss, first.loss)


def test_small_gradients_are_not_lost_on_the_page() -> None:
    """The loss is so small that its gradients vanish in float16 (below 6e-8) unless it is scaled."""

    def small(y: Any, outputs: Any) -> Any:
        return 1e-7 * keras.ops.mean((y - outputs) ** 2, axis=-1)

    own = user_model_of(net(), (X, Y), small)
    packed = PackedModel.of(own)
    assert packed is not None
    for made in (own, packed.unpack()):
        config = TrainingConfig(problem="csv", optimizer="adam", epsilon=1e-12)  # type: ignore[call-arg]  # a registry's
        learner = made.learner(made.setup(config))
        trainer = build_trainer(learner.setup.config, learner.objective)
        assert isinstance(trainer.optimizer, keras.optimizers.LossScaleOptimizer)
        assert trainer.hyper()["learning_rate"] == 0.01
        kernel = made.model.get_weights()[0]
        trainer.advance(3)
        assert not np.isclose(made.model.get_weights()[0], kernel, atol=1e-4).any()


def test_a_page_scales_no_loss_that_compile_was_told_not_to_scale() -> None:
    model = net()
    model.compile("adam", "mse", auto_scale_loss=False)
    own = user_model_of(model, (X, Y))
    packed = PackedModel.of(own)
    assert packed is not None
    for made in (own, packed.unpack()):
        learner = made.learner(made.setup(TrainingConfig(problem="csv")))
        assert isinstance(build_trainer(learner.setup.config, learner.objective).optimizer, keras.optimizers.SGD)
