"""A loss in two parameters with all that the page knows of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.field import Field

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class LossSurface:
    """A loss in two parameters. `surface(x, y)` is its value, element by element.

    `domain` is the part worth looking at, ((x_low, x_high), (y_low, y_high)); the function is defined
    everywhere. `minima` are all global minima and `minimum` the loss there, None if it has no lower
    bound or none is known. `start` is a point whose descent shows what the surface is known for, and `learning_rate`
    suits plain gradient descent from there. `formula` is LaTeX, `source` where the function comes from.
    `also` are further words by which a person may look for it.
    `fields` are the settings that the function takes beside x and y, and `of_settings` makes the facts follow them.
    """

    label: str
    formula: str
    source: str
    domain: tuple[Point, Point]
    minima: tuple[Point, ...]
    minimum: float | None
    start: Point
    learning_rate: float
    function: Callable[..., Any]
    also: str = ""
    fields: tuple[Field, ...] = ()
    of_settings: Callable[[LossSurface, Mapping[str, Any]], LossSurface] | None = None

    def with_settings(self, settings: Mapping[str, Any]) -> LossSurface:
        """The surface under `settings` of a config: the same one, or one with facts that follow from them.

        Raises:
            ConfigError: if there is no such surface.
        """
        return self if self.of_settings is None else self.of_settings(self, settings)

    @property
    def way(self) -> float:
        """The distance from the start to the nearest minimum; across the domain where there is none."""
        if not self.minima:
            return self.domain[0][1] - self.domain[0][0]
        return min(math.dist(self.start, minimum) for minimum in self.minima)

    def __call__(self, x: Any, y: Any, xp: Any = np, **parameters: Any) -> Any:
        """The loss at (x, y), in the shape and dtype of x and y broadcast together.

        `xp` is the module to compute with, numpy or tensorflow. Of `parameters` only those the surface
        names are used, so that any surface may be given a whole config's; left out, they have defaults.
        """
        own = {field.name: parameters.get(field.name, field.default) for field in self.fields}
        return self.function(x, y, xp, **own)
