"""A line through noisy points, the problem the page opens with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tensorflow as tf

    from core.objectives.objective import Range


TRUE_SLOPE = 3.0
TRUE_INTERCEPT = 2.0
START = (0.01, 0.01)  # W and b of the seed program


class LinearRegression:
    """Mean squared error of the line W x + b on noisy data: L(W, b) = mean((W x + b - y)^2).

    x is uniform on [0, 1) and y = 3 x + 2 + noise * u with u uniform on [0, 1). The noise is not centred,
    so least squares is near W = 3, b = 2 + noise / 2.
    """

    name = "regression"  # of the problem
    label: str = N_("Linear regression y = Wx + b")
    also: str = N_("straight line least squares linear fit")
    dtype = "float32"
    parameter_names = ("W", "b")
    formula = r"L = \frac{1}{n}\sum_i (W x_i + b - y_i)^2"
    minimum_label: str = N_("least squares")
    learning_rate = 0.01  # of the seed program
    way = math.dist(START, (TRUE_SLOPE, TRUE_INTERCEPT))

    def __init__(self, samples: int, noise: float, seed: int, start: tuple[float, float] = START) -> None:
        rng = np.random.default_rng(seed)
        self.x = rng.random(samples).astype(self.dtype)
        self.y = (TRUE_SLOPE * self.x + TRUE_INTERCEPT + noise * rng.random(samples)).astype(self.dtype)
        self.n_examples = samples
        self.initial: tuple[np.ndarray, ...] = (np.array(start, self.dtype),)
        self.minima: tuple[tuple[float, float], ...] = (least_squares(self.x, self.y),)
        self._means = self._means_of(None)
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
        squares, mean, product, error, least = self._means if rows is None else self._means_of(rows)
        slope, intercept = self.minima[0]
        d_slope, d_intercept = x - slope, y - intercept
        quadratic = d_slope**2 * squares + 2 * d_slope * d_intercept * mean
        linear = d_slope * product + d_intercept * error
        return least + quadratic + d_intercept**2 - 2 * linear

    def _means_of(self, rows: np.ndarray | None) -> tuple[np.floating, ...]:
        """The means of x^2, x, r x, r and r^2, r the residuals of least squares: all that a loss depends on."""
        inputs, targets = self.batch(rows)
        slope, intercept = self.minima[0]
        residual = targets - slope * inputs - intercept
        return tuple(map(np.mean, (inputs**2, inputs, residual * inputs, residual, residual**2)))

    def batch(self, rows: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """The inputs and targets of the examples `rows` (-1 is left out), or of all, float64."""
        picked = slice(None) if rows is None else rows[rows >= 0]
        return self.x[picked].astype(float), self.y[picked].astype(float)


def least_squares(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and intercept that minimise mean((W x + b - y)^2); slope 0 where all x are equal."""
    x, y = x.astype(float), y.astype(float)
    centred = x - x.mean()
    spread = np.sum(centred**2)
    slope = float(np.sum(centred * y) / spread) if spread > 0 else 0.0
    return slope, float(y.mean() - slope * x.mean())


def _domain_around(minimum: tuple[float, float], start: tuple[float, float]) -> tuple[Range, Range]:
    """A square view that holds start and minimum, with the minimum a little beyond its middle."""
    reach = max(abs(minimum[0] - start[0]), abs(minimum[1] - start[1]), 1.0)
    first, second = ((min(m, s) - 0.35 * reach, max(m, s) + 1.0 * reach) for m, s in zip(minimum, start, strict=True))
    return first, second
