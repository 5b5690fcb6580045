"""A two-dimensional test function as an objective."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import tensorflow as tf

    from core.objectives.loss_surface import LossSurface
    from core.objectives.objective import Range


class SurfaceObjective:
    """A two-dimensional test function as an objective: the loss is the function, a batch is everything."""

    dtype = "float32"
    n_examples = 1
    parameter_names = ("x", "y")
    minimum_label: str = N_("minimum")

    def __init__(
        self, surface: LossSurface, settings: Mapping[str, Any], start: tuple[float, float] | None = None
    ) -> None:
        """The objective of `surface` from `start`, by default the surface's own; it takes its own of `settings`."""
        self.surface = surface
        self.settings = {field.name: settings[field.name] for field in surface.fields}
        self.label = surface.label
        self.formula = surface.formula
        self.initial: tuple[np.ndarray, ...] = (np.array(start or surface.start, self.dtype),)
        self.minima = surface.minima
        self.minimum = surface.minimum
        self.domain = _domain_with(surface.domain, start or surface.start)

    def loss(self, values: Sequence[tf.Tensor], rows: tf.Tensor | None) -> tf.Tensor:
        """The function at `values[0] = (x, y)`; there are no rows to choose from."""
        import tensorflow as tf

        return self.surface(values[0][0], values[0][1], xp=tf, **self.settings)

    def value(self, x: np.ndarray, y: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """The function in float64, shaped as `x` and `y` broadcast."""
        x, y = np.asarray(x, float), np.asarray(y, float)
        with np.errstate(all="ignore"):  # a typed formula may have no value here, which is shown as none
            values = self.surface(x, y, xp=np, **self.settings)
        return np.broadcast_to(values, np.broadcast_shapes(x.shape, y.shape))


def _domain_with(domain: tuple[Range, Range], start: tuple[float, float]) -> tuple[Range, Range]:
    """The domain, stretched so that a start point outside it is on the page too."""
    first, second = (
        (min(low, s - 0.05 * (high - low)), max(high, s + 0.05 * (high - low))) if not low <= s <= high else (low, high)
        for (low, high), s in zip(domain, start, strict=True)
    )
    return first, second
