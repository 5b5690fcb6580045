"""What is minimised: an initial point, a loss on a batch, and what is known about the minimum.

An objective states its loss twice: `loss` in TensorFlow, which the trainer differentiates and compiles,
and `value` in NumPy float64, which draws surfaces and lines without waiting for TensorFlow. Tests hold
the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from core.objectives.surfaces import SURFACES, LossSurface

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from core.config.training_config import TrainingConfig

TRUE_SLOPE = 3.0
TRUE_INTERCEPT = 2.0
START = (0.01, 0.01)  # W and b of the seed program

Range = tuple[float, float]


class Objective(Protocol):
    """What a trainer needs to know about the thing it minimises."""

    label: str
    dtype: str
    initial: tuple[np.ndarray, ...]
    n_examples: int

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """Scalar loss of the variables' `values` on the examples `rows`; None means all, -1 means no row."""


@runtime_checkable
class StatefulObjective(Protocol):
    """An objective with variables of its own, some of which its loss changes: batch-norm averages, seeds.

    It is given exactly the rows of a batch, never -1: a padded example would change the averages.
    """

    label: str
    dtype: str
    initial: tuple[np.ndarray, ...]
    n_examples: int
    variables: Sequence[keras.Variable]
    state: Sequence[keras.Variable]

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """Scalar loss of the variables' `values` on the examples `rows`; None means all."""

    def loss_and_state(
        self, values: Sequence[tf.Tensor], rows: tf.Tensor | None
    ) -> tuple[tf.Tensor, Sequence[tf.Tensor]]:
        """The loss, and what `state` is after it; nothing is assigned."""


class PlaneObjective(Protocol):
    """An objective of two parameters, so that its whole loss surface can be drawn."""

    label: str
    dtype: str
    initial: tuple[np.ndarray, ...]
    n_examples: int
    parameter_names: tuple[str, str]
    formula: str
    domain: tuple[Range, Range]
    minima: tuple[tuple[float, float], ...]
    minimum: float | None
    minimum_label: str

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """Scalar loss at `values[0]`, a (2,) tensor, on the examples `rows`."""

    def value(self, x: np.ndarray, y: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """The same loss in float64 for arrays of first and second coordinates, shaped as they broadcast."""


class LinearRegression:
    """Mean squared error of the line W x + b on noisy data: L(W, b) = mean((W x + b - y)^2).

    x is uniform on [0, 1) and y = 3 x + 2 + noise * u with u uniform on [0, 1). The noise is not centred,
    so least squares is near W = 3, b = 2 + noise / 2.
    """

    label = "Linear regression y = Wx + b"
    dtype = "float32"
    parameter_names = ("W", "b")
    formula = r"L = \frac{1}{n}\sum_i (W x_i + b - y_i)^2"
    minimum_label = "least squares"

    def __init__(self, samples: int, noise: float, seed: int, start: tuple[float, float] = START) -> None:
        rng = np.random.default_rng(seed)
        self.x = rng.random(samples).astype(self.dtype)
        self.y = (TRUE_SLOPE * self.x + TRUE_INTERCEPT + noise * rng.random(samples)).astype(self.dtype)
        self.n_examples = samples
        self.initial: tuple[np.ndarray, ...] = (np.array(start, self.dtype),)
        self.minima: tuple[tuple[float, float], ...] = (least_squares(self.x, self.y),)
        self.minimum: float | None = float(self.value(*np.array(self.minima[0])))
        self.domain = _domain_around(self.minima[0], start)

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """Mean squared error at `values[0] = (W, b)` on the examples `rows` (int32, -1 pads a short batch)."""
        import tensorflow as tf

        slope, intercept = values[0][0], values[0][1]
        if rows is None:
            return tf.reduce_mean(tf.square(self.x * slope + intercept - self.y))
        picked = tf.maximum(rows, 0)
        residual = tf.gather(self.x, picked) * slope + intercept - tf.gather(self.y, picked)
        weight = tf.cast(rows >= 0, residual.dtype)
        return tf.reduce_sum(weight * tf.square(residual)) / tf.reduce_sum(weight)

    def value(self, x: np.ndarray, y: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """Mean squared error, float64, at slopes `x` and intercepts `y`, on the examples `rows` or on all.

        Expanded around least squares, MSE = MSE* + mean((dW x + db)^2) - 2 mean(r (dW x + db)), so that a
        grid of any size costs six means and keeps its digits near the minimum.
        """
        inputs, targets = self.batch(rows)
        slope, intercept = self.minima[0]
        residual = targets - slope * inputs - intercept
        d_slope, d_intercept = x - slope, y - intercept
        quadratic = d_slope**2 * np.mean(inputs**2) + 2 * d_slope * d_intercept * np.mean(inputs)
        linear = d_slope * np.mean(residual * inputs) + d_intercept * np.mean(residual)
        return np.mean(residual**2) + quadratic + d_intercept**2 - 2 * linear

    def batch(self, rows: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """The inputs and targets of the examples `rows` (-1 is left out), or of all, float64."""
        picked = slice(None) if rows is None else rows[rows >= 0]
        return self.x[picked].astype(float), self.y[picked].astype(float)


class SurfaceObjective:
    """A two-dimensional test function as an objective: the loss is the function, a batch is everything."""

    dtype = "float32"
    n_examples = 1
    parameter_names = ("x", "y")
    minimum_label = "minimum"

    def __init__(self, surface: LossSurface, condition: float, start: tuple[float, float] | None = None) -> None:
        self.surface = surface
        self.condition = condition
        self.label = surface.label
        self.formula = surface.formula
        self.initial: tuple[np.ndarray, ...] = (np.array(start or surface.start, self.dtype),)
        self.minima = surface.minima
        self.minimum = surface.minimum
        self.domain = _domain_with(surface.domain, start or surface.start)

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """The function at `values[0] = (x, y)`; there are no rows to choose from."""
        import tensorflow as tf

        return self.surface(values[0][0], values[0][1], xp=tf, condition=self.condition)

    def value(self, x: np.ndarray, y: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """The function in float64, shaped as `x` and `y` broadcast."""
        x, y = np.asarray(x, float), np.asarray(y, float)
        return np.asarray(self.surface(x, y, xp=np, condition=self.condition))


def least_squares(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and intercept that minimise mean((W x + b - y)^2); slope 0 where all x are equal."""
    x, y = x.astype(float), y.astype(float)
    centred = x - x.mean()
    spread = np.sum(centred**2)
    slope = float(np.sum(centred * y) / spread) if spread > 0 else 0.0
    return slope, float(y.mean() - slope * x.mean())


def build_objective(config: TrainingConfig) -> PlaneObjective:
    """The objective that `config` describes; it costs no TensorFlow."""
    if config.problem == "regression":
        start = _start(config, START)
        return LinearRegression(config.samples, config.noise, config.seed, start)
    surface = SURFACES[config.problem]
    return SurfaceObjective(surface, config.condition, _start(config, surface.start))


def _start(config: TrainingConfig, default: tuple[float, float]) -> tuple[float, float]:
    x = default[0] if config.start_x is None else config.start_x
    y = default[1] if config.start_y is None else config.start_y
    return x, y


def _domain_around(minimum: tuple[float, float], start: tuple[float, float]) -> tuple[Range, Range]:
    """A square view that holds start and minimum, with the minimum a little beyond its middle."""
    reach = max(abs(minimum[0] - start[0]), abs(minimum[1] - start[1]), 1.0)
    first, second = ((min(m, s) - 0.35 * reach, max(m, s) + 1.0 * reach) for m, s in zip(minimum, start, strict=True))
    return first, second


def _domain_with(domain: tuple[Range, Range], start: tuple[float, float]) -> tuple[Range, Range]:
    """The domain, stretched so that a start point outside it is on the page too."""
    first, second = (
        (min(low, s - 0.05 * (high - low)), max(high, s + 0.05 * (high - low))) if not low <= s <= high else (low, high)
        for (low, high), s in zip(domain, start, strict=True)
    )
    return first, second


# The menu of problems, as (label, name).
PROBLEM_MENU = (
    (LinearRegression.label, "regression"),
    *((surface.label, name) for name, surface in SURFACES.items()),
)
