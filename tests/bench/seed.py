"""The program's 1000 epochs with everything recorded, against the plain eager loop that records nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from core.config.training_config import TrainingConfig
from core.objectives.linear_regression import LinearRegression
from core.training.build import build_trainer
from tests.bench.figures import Figure, median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.training.step_record import Steps
    from core.training.trainer import Trainer

EPOCHS = 1000
WARM_RUNS = 500
EAGER_RUNS = 3
LOOP = "the plain eager loop (GradientTape and SGD over the full batch, nothing recorded)"

Result = TypeVar("Result")


@dataclass(frozen=True)
class End:
    """The end of a run: (W, b), float64, and the loss there."""

    point: np.ndarray
    loss: float

    def distance(self, other: End) -> float:
        """The largest difference in W, b or loss."""
        return float(max(*abs(self.point - other.point), abs(self.loss - other.loss)))


def measure() -> Iterator[Figure]:
    """The speed-up warm and with compilation, and how far the end is from the loop's and the recursion's."""
    config = TrainingConfig()
    data = LinearRegression(config.samples, config.noise, config.seed)
    import tensorflow as tf

    tf.constant(0.0)  # TensorFlow's own start is not compilation
    cold_s, (trainer, steps) = _timed(lambda: _compile_and_run(config, data))
    _eager_loop(data, config.learning_rate, 10)  # kernels are looked up at their first use
    eager = [_timed(lambda: _eager_loop(data, config.learning_rate, EPOCHS)) for _ in range(EAGER_RUNS)]
    eager_s = median([seconds for seconds, _ in eager])
    warm_s = median([_timed(lambda: _run_again(trainer))[0] for _ in range(WARM_RUNS)])
    loop = f"{LOOP}: {1000 * eager_s:.0f} ms in the same process; here"
    yield Figure("seed.warm", eager_s / warm_s, "x", 1000, f"{loop} {1000 * warm_s:.2f} ms")
    yield Figure("seed.cold", eager_s / cold_s, "x", 5, f"{loop} {1000 * cold_s:.0f} ms with compilation")
    end = _end(data, steps)
    yield Figure("seed.loop", end.distance(eager[0][1]), "off", 1e-5, "W, b and loss of the loop", at_most=True)
    exact = _closed_form(data, config.learning_rate)
    yield Figure("seed.closed_form", end.distance(exact), "off", 1e-4, "the closed-form recursion", at_most=True)


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _compile_and_run(config: TrainingConfig, data: LinearRegression) -> tuple[Trainer, Steps]:
    trainer = build_trainer(config, data)
    return trainer, trainer.advance(EPOCHS)


def _run_again(trainer: Trainer) -> Steps:
    trainer.reset(trainer.objective.initial)
    return trainer.advance(EPOCHS)


def _end(data: LinearRegression, steps: Steps) -> End:
    point = steps.parameters[-1].astype(float) + steps.update[-1]
    return End(point, float(data.value(*point)))


def _eager_loop(data: LinearRegression, learning_rate: float, epochs: int) -> End:
    """The program as one would write it, without a framework around it."""
    import keras
    import tensorflow as tf

    x, y = tf.constant(data.x[:, None]), tf.constant(data.y[:, None])
    weight, bias = (tf.Variable([value]) for value in data.initial[0])
    optimizer = keras.optimizers.SGD(learning_rate)
    for _ in range(epochs):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(weight * x + bias - y))
        gradients = tape.gradient(loss, [weight, bias])
        optimizer.apply_gradients(zip(gradients, [weight, bias], strict=True))
    loss = tf.reduce_mean(tf.square(weight * x + bias - y))
    return End(np.array([weight.numpy()[0], bias.numpy()[0]], float), float(loss))


def _closed_form(data: LinearRegression, learning_rate: float) -> End:
    """theta_t = theta* + (I - rate H)^t (theta_0 - theta*), in float64."""
    x, y = data.x.astype(float), data.y.astype(float)
    design = np.stack([x, np.ones_like(x)], axis=1)
    hessian = 2 * design.T @ design / len(x)
    best = np.linalg.solve(hessian, 2 * design.T @ y / len(x))
    shrink = np.linalg.matrix_power(np.eye(2) - learning_rate * hessian, EPOCHS)
    point = best + shrink @ (data.initial[0].astype(float) - best)
    return End(point, float(np.mean((design @ point - y) ** 2)))
