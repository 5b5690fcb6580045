"""The start of a blow-up: the step from which a loss rose beyond all bounds, and the rates that were stable there.

At the end of a blow-up the curvature is as absurd as the loss: on Rosenbrock's function the limit is 1e-20 there. The
rate was too large for the place where the loss was lowest.
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
NO_ZONES = RateZones(None, None, None)


@dataclass(frozen=True)
class BlowUp:
    """A rise of the loss without end.

    Attributes:
        step: The step at which the loss was lowest, the last of several.
        loss: The loss there.
        last_step: The step of the last loss that was finite.
        last_loss: That loss.
    """

    step: int
    loss: float
    last_step: int
    last_loss: float


def blow_up(rows: Mapping[str, np.ndarray]) -> BlowUp | None:
    """Return the blow-up at the end of a history; None if its loss was lowest at the end, or nothing is recorded.

    Args:
        rows: The columns "step" and "loss" of the history, each (n,).

    >>> blow_up({"step": np.arange(4), "loss": np.array([5.0, 1.0, 30.0, 9e9])})
    BlowUp(step=1, loss=1.0, last_step=3, last_loss=9000000000.0)
    """
    steps, losses = rows["step"], np.asarray(rows["loss"], float)
    if not np.isfinite(losses).any():
        return None
    lowest = int(np.flatnonzero(losses == np.nanmin(losses))[-1])
    last = int(np.flatnonzero(np.isfinite(losses))[-1])
    if lowest == last:
        return None
    return BlowUp(int(steps[lowest]), float(losses[lowest]), int(steps[last]), float(losses[last]))


def zones_at(
    objective: PlaneObjective, optimizer: Optimizer, point: np.ndarray, hyper: Mapping[str, float]
) -> RateZones:
    """Return the zones at `point` (2,) by the full-batch loss; all None where they depend on past gradients."""
    if optimizer.preconditions:
        return NO_ZONES
    at = np.asarray(point, float)
    hessian = hessian_at(objective.value, at, STRIDE * np.maximum(1.0, np.abs(at)))
    return rate_zones(optimizer.dynamics(hyper), eigenvalues(hessian))
