"""LineView: the loss along the next update, beside what its quadratic says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.geometry.stability import RateZones


@dataclass(frozen=True)
class LineView:
    """The loss on the batch of the next update, along that update.

    Attributes:
        loss: The loss now, L(theta).
        predicted: The decrease by the quadratic, -(g.d + d.H d / 2) for the update d; positive downhill.
        actual: The decrease that the update brings, L(theta) - L(theta + d).
        zones: The learning rates that matter here, None where they are not known.
        in_rates: True if positions are learning rates, which they are where the update is proportional to the
            rate; otherwise they are multiples of the update.
        here: The position of the step that will be taken.
        positions: The positions (n,) of `losses`, from 0.
        losses: The losses (n,).
        quadratic: The losses (n,) of the quadratic.
        rise: The position beyond which the loss would be higher than now; None if that is not on the line.
    """

    loss: float
    predicted: float
    actual: float
    zones: RateZones
    in_rates: bool
    here: float
    positions: np.ndarray
    losses: np.ndarray
    quadratic: np.ndarray
    rise: float | None

    @classmethod
    def of(
        cls,
        multiples: np.ndarray,
        losses: np.ndarray,
        landing: float,
        slope: float,
        bend: float,
        rise: float | None,
        rate: float | None,
        zones: RateZones,
        **more: Any,
    ) -> Self:
        """Return the view of a line.

        Args:
            multiples: Multiples (n,) of the update d, from 0.
            losses: L(theta + s d) for each of them, float64 (n,).
            landing: L(theta + d).
            slope: g.d, the loss's first derivative along the update.
            bend: d.H d, its second.
            rise: The multiple from which on the loss is higher than at 0.
            rate: The learning rate, if the update is proportional to it.
            zones: The learning rates that matter.
            more: The fields that a subclass adds.
        """
        here = 1.0 if rate is None else rate
        return cls(
            loss=float(losses[0]),
            predicted=-(slope + bend / 2),
            actual=float(losses[0] - landing),
            zones=zones,
            in_rates=rate is not None,
            here=here,
            positions=multiples * here,
            losses=losses,
            quadratic=losses[0] + slope * multiples + bend / 2 * multiples**2,
            rise=None if rise is None else rise * here,
            **more,
        )


def crossing(
    loss: Callable[[np.ndarray], np.ndarray], low: float, high: float, level: float, points: int, rounds: int
) -> float:
    """Return where the loss first reaches `level` between `low`, where it is below, and `high`, where it is not.

    Each round takes the loss at `points` places and narrows the bracket as many times.
    """
    for _ in range(rounds):
        places = np.linspace(low, high, points + 1)
        above = loss(places) >= level
        above[0], above[-1] = False, True  # by what is known, whatever rounding says
        first = int(np.argmax(above))
        low, high = float(places[first - 1]), float(places[first])
    return high
