"""The start of a blow-up: the step from which a loss rose beyond all bounds, and the rates that were stable there.

At the end of a blow-up the curvature is as absurd as the loss: on Rosenbrock's function the limit is 1e-20 there. The
rate was too large for the place from where the loss rose. That is where it was lowest; but the lowest of many batches
is a lucky one of long before, so where the loss went up and down it is the last place no higher than it was usually.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.geometry.stability import RateZones, eigenvalues, rate_zones
from core.objectives.second_differences import hessian_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.objectives.objective import PlaneObjective
    from core.optimizers.optimizer import Optimizer

STRIDE = 1e-4  # of the central differences, relative to the coordinate: rounding and truncation weigh about the same
USUAL_ROWS = 50  # before the lowest: what was usual then
TENFOLD = 10.0  # of the loss at the start: up to there a look is one of the start
NO_ZONES = RateZones(None, None, None)


@dataclass(frozen=True)
class BlowUp:
    """A rise of the loss without end.

    Attributes:
        step: The last step at which the loss was no higher than usual.
        loss: The loss there.
        last_step: The step of the last loss that was finite.
        last_loss: That loss.
        until: The last step before the loss was ten times as high: what is found up to there holds for the start.
    """

    step: int
    loss: float
    last_step: int
    last_loss: float
    until: int


def blow_up(rows: Mapping[str, np.ndarray]) -> BlowUp | None:
    """Return the blow-up at the end of a history; None if its loss was no higher at the end, or nothing is recorded.

    Args:
        rows: The columns "step" and "loss" of the history, each (n,).

    >>> blow_up({"step": np.arange(4), "loss": np.array([5.0, 1.0, 30.0, 9e9])})
    BlowUp(step=1, loss=1.0, last_step=3, last_loss=9000000000.0, until=1)
    """
    is_finite = np.isfinite(rows["loss"])
    steps, losses = rows["step"][is_finite], np.asarray(rows["loss"], float)[is_finite]
    if not len(losses):
        return None
    start, last = int(np.flatnonzero(losses <= _usual(losses))[-1]), len(losses) - 1
    if start == last:
        return None
    high = losses[start:] > losses[start] + (TENFOLD - 1) * abs(losses[start])
    until = start + int(np.argmax(high)) - 1 if high.any() else last
    return BlowUp(int(steps[start]), float(losses[start]), int(steps[last]), float(losses[last]), int(steps[until]))


def _usual(losses: np.ndarray) -> float:
    """Return the lowest of `losses` (n,), or where the loss went up and down before that, the median of then."""
    lowest = int(np.flatnonzero(losses == losses.min())[-1])
    before = losses[max(lowest - USUAL_ROWS, 0) : lowest + 1]
    return float(np.median(before) if np.any(np.diff(before) > 0) else losses[lowest])


def zones_at(
    objective: PlaneObjective, optimizer: Optimizer, point: np.ndarray, hyper: Mapping[str, float]
) -> RateZones:
    """Return the zones at `point` (2,) by the full-batch loss; all None where they depend on past gradients."""
    if optimizer.preconditions:
        return NO_ZONES
    at = np.asarray(point, float)
    hessian = hessian_at(objective.value, at, STRIDE * np.maximum(1.0, np.abs(at)))
    return rate_zones(optimizer.dynamics(hyper), eigenvalues(hessian))
