"""The learning rates at which an optimizer is stable on the local quadratic.

Near a point the loss is taken for its quadratic, whose eigenvalues k are those of the Hessian, or of
P^(1/2) H P^(1/2) where the optimizer scales each coordinate by P. Every number here is a local estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.optimizers.optimizer import Dynamics

LEAST_CURVATURE = 1e-12  # what is flatter than this is flat


@dataclass(frozen=True)
class RateZones:
    """The learning rates that matter at a point; None where the loss does not curve upwards enough.

    `limit`: above it the steepest direction grows at every step (2 / k_max for gradient descent).
    `best`: the fastest contraction of all directions at once (2 / (k_min + k_max)); needs k_min > 0.
    `slow`: below it the flattest direction needs over a thousand steps for a factor of e.
    """

    limit: float | None
    best: float | None
    slow: float | None


def eigenvalues(hessian: np.ndarray, preconditioner: np.ndarray | float = 1.0) -> np.ndarray:
    """Return the eigenvalues, ascending, float64 (p,), of P^(1/2) H P^(1/2); P is the diagonal `preconditioner`."""
    root = np.sqrt(np.broadcast_to(preconditioner, len(hessian)))
    return np.linalg.eigvalsh(root[:, None] * hessian * root[None, :])


def contraction(dynamics: Dynamics, rate: np.ndarray | float, curvature: float) -> np.ndarray:
    """Return the factor by which a step scales the distance to the minimum along an eigenvector, as `rate`.

    It is the spectral radius of the two-step recursion in `Dynamics`: the larger root modulus of
    z^2 - b z + c = 0. Above 1 the direction grows.
    """
    scaled = 1 - np.asarray(rate, float) * dynamics.rate_scale * curvature
    mu = dynamics.momentum
    b = (1 + mu) * scaled if dynamics.nesterov else mu + scaled
    c = mu * scaled if dynamics.nesterov else np.full_like(scaled, mu)
    root = np.sqrt((b * b - 4 * c).astype(complex))
    return np.maximum(abs(b + root), abs(b - root)) / 2


def rate_zones(dynamics: Dynamics | None, curvatures: np.ndarray) -> RateZones:
    """Return the zones for the ascending eigenvalues `curvatures`; all None without dynamics (Lion)."""
    steepest, flattest = float(curvatures[-1]), float(curvatures[0])
    limit = stability_limit(dynamics, steepest)
    if dynamics is None or limit is None:
        return RateZones(None, None, None)
    if not flattest > 1e-9 * steepest:
        return RateZones(limit, None, None)
    # Small rates move a direction by rate * rate_scale * k / (1 - momentum) a step.
    slow = 1e-3 * (1 - dynamics.momentum) / (dynamics.rate_scale * flattest)
    best = _best(dynamics, flattest, steepest, limit)
    return RateZones(limit, best, min(slow, best))


def stability_limit(dynamics: Dynamics | None, steepest: float) -> float | None:
    """Return the learning rate above which the direction of the largest eigenvalue k, `steepest`, grows at every step.

    There z = -1 solves the recursion: 2 (1 + mu) / k for heavy ball, that over (1 + 2 mu) for Nesterov. It is None
    without dynamics and where the loss does not curve upwards.

    >>> from core.optimizers.optimizer import Dynamics
    >>> stability_limit(Dynamics(), steepest=10.0)
    0.2
    """
    if dynamics is None or not steepest > LEAST_CURVATURE:
        return None
    mu = dynamics.momentum
    reach = 2 * (1 + mu) / (1 + 2 * mu) if dynamics.nesterov else 2 * (1 + mu)
    return reach / (dynamics.rate_scale * steepest)


def _best(dynamics: Dynamics, flattest: float, steepest: float, limit: float) -> float:
    """Return the rate that minimises the worse of the two extreme directions' contraction.

    In closed form for gradient descent and heavy ball, 2 (1 + mu) / (k_min + k_max); searched for Nesterov.
    """
    if not dynamics.nesterov:
        return 2 * (1 + dynamics.momentum) / (dynamics.rate_scale * (flattest + steepest))
    rates = np.linspace(limit / 4000, limit, 4000)
    worst = np.maximum(contraction(dynamics, rates, flattest), contraction(dynamics, rates, steepest))
    return float(rates[np.argmin(worst)])
