"""The Hessian of a loss in two parameters by central differences, where no gradient is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


def hessian_at(value: Callable[[np.ndarray, np.ndarray], np.ndarray], point: np.ndarray, h: np.ndarray) -> np.ndarray:
    """Return the Hessian (2, 2) of `value` at `point` (2,), by differences over `h` (2,) along each parameter.

    >>> hessian_at(lambda x, y: x * x * y, np.array([1.0, 2.0]), np.array([0.5, 0.5])).tolist()
    [[4.0, 2.0], [2.0, 0.0]]
    """
    x, y = point[:, None] + h[:, None] * np.array([-1.0, 0.0, 1.0])
    v = np.asarray(value(x[:, None], y[None, :]), float)
    along_x = v[2, 1] - 2 * v[1, 1] + v[0, 1]
    along_y = v[1, 2] - 2 * v[1, 1] + v[1, 0]
    mixed = (v[2, 2] - v[2, 0] - v[0, 2] + v[0, 0]) / 4
    return np.array([[along_x / h[0] ** 2, mixed / (h[0] * h[1])], [mixed / (h[0] * h[1]), along_y / h[1] ** 2]])
