"""The next step of two parameters: where it goes, the predicted decrease, and how far would be too far.

The loss along the update is computed in float64 from the observed point, gradient and moments, so that a
tiny learning rate does not drown the direction in float32 rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.geometry.line_view import LineView, crossing
from core.geometry.stability import RateZones, eigenvalues, rate_zones
from core.optimizers.optimizer import Optimizer, OptimizerState, UpdateTerms

if TYPE_CHECKING:
    from core.objectives.objective import PlaneObjective
    from core.training.step_record import Observation

LINE_POINTS = 97
BEYOND_LIMIT = 1.28  # how far past the stability limit the line is drawn
ROUNDS, POINTS_OF_ROUND = 5, 32  # of narrowing down a crossing: to 3e-8 of the distance of two points


@dataclass(frozen=True)
class StepView(LineView):
    """The effect of the next update at an observed point.

    Attributes:
        terms: The terms of the update rule.
        curvatures: The eigenvalues that decide stability, of the preconditioned Hessian where the optimizer is one.
    """

    terms: UpdateTerms
    curvatures: np.ndarray


@np.errstate(over="ignore", invalid="ignore")  # a run about to diverge is explained too, as far as floats go
def step_view(objective: PlaneObjective, optimizer: Optimizer, seen: Observation) -> StepView:
    """Return the next update of `optimizer` from what was `seen`, on the batch it will use; all float64."""
    state = OptimizerState(seen.parameters, seen.gradient, seen.slots, seen.step, seen.hyper)
    terms = optimizer.terms(state)
    curvatures = eigenvalues(seen.hessian, terms.preconditioner)
    zones = rate_zones(optimizer.dynamics(seen.hyper), curvatures)
    rate = seen.hyper["learning_rate"] if optimizer.proportional else None
    multiples = np.linspace(0, _reach(rate, zones), LINE_POINTS)
    line = _Line(objective, seen, terms.update)
    losses = line.loss(multiples)
    return StepView.of(
        multiples,
        losses,
        float(line.loss(np.ones(1))[0]),
        *line.slope_and_bend(),
        line.rise(multiples, losses),
        rate,
        zones,
        terms=terms,
        curvatures=curvatures,
    )


def _reach(rate: float | None, zones: RateZones) -> float:
    """Return how far to draw, in updates: past the step and, where positions are rates, past the stability limit."""
    if zones.limit is None or rate is None:
        return 4.0
    return round_up(max(1.5 * rate, BEYOND_LIMIT * zones.limit)) / rate


def round_up(value: float) -> float:
    """Return the next of a few round numbers, so that the line's end stays put while the limit drifts.

    >>> round_up(0.21), round_up(130.0)
    (0.25, 150.0)
    """
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(n * power for n in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12) if n * power >= value))


class _Line:
    """The loss at theta + s * update, for multiples s of the update."""

    def __init__(self, objective: PlaneObjective, seen: Observation, update: np.ndarray) -> None:
        self._objective, self._seen, self._update = objective, seen, update

    def loss(self, multiples: np.ndarray) -> np.ndarray:
        points = self._seen.parameters[:, None] + self._update[:, None] * multiples
        with np.errstate(over="ignore", invalid="ignore"):
            return self._objective.value(points[0], points[1], self._seen.rows)

    def slope_and_bend(self) -> tuple[float, float]:
        """Return g.d and d.H d, the loss's first and second derivative along the update."""
        d = self._update
        return float(self._seen.gradient @ d), float(d @ self._seen.hessian @ d)

    def rise(self, multiples: np.ndarray, losses: np.ndarray) -> float | None:
        """Return the first multiple where the loss, having fallen, is back at its value; 0 if it never falls."""
        above = losses[1:] >= losses[0]
        if not above.any():
            return None
        first = int(np.argmax(above))
        if first == 0 and self.loss(multiples[1:2] * 1e-6)[0] >= losses[0]:
            return 0.0
        # At 0 the loss is at its level without having risen to it, so the search starts just beyond.
        low = max(float(multiples[first]), 1e-6 * float(multiples[first + 1]))
        return crossing(self.loss, low, float(multiples[first + 1]), float(losses[0]), POINTS_OF_ROUND, ROUNDS)
