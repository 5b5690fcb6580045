"""The largest eigenvalue of a symmetric matrix that is only known by its products with vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDING = 1e-12  # of the largest entry: what is left of a product when the start has been used up


@dataclass(frozen=True)
class Ritz:
    """An estimate of an eigenvalue, its unit `vector` (p,), and the norm of A v - value v.

    Some eigenvalue is within `residual` of `value`, which is at most the largest. The recurrence's own residual
    can fall to nothing; what is said is at least the rounding of a product, eps |A|, in the vectors' dtype.
    """

    value: float
    vector: np.ndarray
    residual: float


def largest(product: Callable[[np.ndarray], np.ndarray], start: np.ndarray, steps: int) -> Ritz:
    """Return the best estimate, after `steps` products, of the largest eigenvalue (not the largest in size).

    >>> ritz = largest(lambda v: np.diag([1.0, -5.0, 3.0]) @ v, np.ones(3), steps=3)
    >>> round(ritz.value, 9)
    3.0

    It is the largest eigenvalue of A within the span of start, A start, A^2 start, ...; source: Lanczos,
    1950. `start` (p,) is not 0; the basis takes `steps` times its memory.
    """
    basis = [start / np.linalg.norm(start)]
    diagonal: list[float] = []
    beside: list[float] = []
    while True:
        image = product(basis[-1])
        diagonal.append(float(image @ basis[-1]))
        for _ in range(2):  # once leaves too much of the earlier vectors (Parlett: twice is enough)
            for vector in basis:
                image = image - (image @ vector) * vector
        beside.append(float(np.linalg.norm(image)))
        if len(diagonal) == steps or not beside[-1] > ROUNDING * np.max(np.abs(diagonal)):
            return _ritz(basis, diagonal, beside)
        basis.append(image / beside[-1])


def _ritz(basis: list[np.ndarray], diagonal: list[float], beside: list[float]) -> Ritz:
    tridiagonal = np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1)
    if not np.isfinite(tridiagonal).all():
        return Ritz(float("nan"), basis[0], float("nan"))
    values, vectors = np.linalg.eigh(tridiagonal)
    shares = vectors[:, -1].astype(basis[0].dtype)
    vector = sum((share * part for share, part in zip(shares, basis, strict=True)), np.zeros_like(basis[0]))
    rounding = float(np.finfo(basis[0].dtype).eps * np.max(np.abs(values)))
    return Ritz(float(values[-1]), vector, max(abs(beside[-1] * float(vectors[-1, -1])), rounding))
