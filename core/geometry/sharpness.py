"""SharpnessProbe: the largest eigenvalue of the Hessian of a model's loss, by Lanczos iteration.

Near a point the loss is taken for its quadratic: what follows from it is a local estimate. Where the
optimizer scales each weight by P, the Hessian is that of the scaled weights, P^(1/2) H P^(1/2) (Cohen et al.,
Adaptive gradient methods at the edge of stability, 2022).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from core.geometry.derivatives import Gradients, shaped
from core.geometry.even_rows import even_rows
from core.geometry.lanczos import Ritz, largest
from core.geometry.model_step_view import next_terms
from core.geometry.results import Sharpness
from core.geometry.stability import stability_limit
from core.thinning import thinned
from core.training.flat_weights import flatten
from core.training.probe import Probe

if TYPE_CHECKING:
    from core.optimizers.optimizer import Optimizer
    from core.training.trainer_snapshot import TrainerSnapshot

MOST_EXAMPLES, FEWEST_EXAMPLES = 256, 32  # of the training data, on which the curvature is measured
PRODUCTS = 6  # Hessian-vector products of a look; the next look goes on where this one ended
# Beyond so many parameters a look has fewer products on fewer examples: training waits for it to end.
LARGE, PRODUCTS_IF_LARGE = 1_000_000, 3
FRESH = 0.01  # of a random direction at each look: another eigenvalue may have become the largest since
MOST_KEPT = 2000  # looks; beyond that they are thinned
SEED = 11

Product = Callable[[np.ndarray], np.ndarray]


class SharpnessProbe(Probe[Sharpness]):
    """Follows the largest eigenvalue on the same training examples, a few products a look."""

    def __init__(self, optimizer: Optimizer) -> None:
        self._optimizer = optimizer
        self._gradients: Gradients | None = None
        self._vector: np.ndarray | None = None
        self._looks: list[tuple[float, float, float, float]] = []

    def look(self, snapshot: TrainerSnapshot) -> Sharpness:
        """Return the sharpness at `snapshot`, after a few more products."""
        product, scaled = self._hessian(snapshot)
        return self._note(snapshot, self._iterate(snapshot, product), scaled)

    def settle(self, snapshot: TrainerSnapshot, tolerance: float = 1e-3, rounds: int = 100) -> Sharpness:
        """Return the sharpness once the residual is `tolerance` of the eigenvalue, or after that many `rounds`."""
        product, scaled = self._hessian(snapshot)
        ritz = self._iterate(snapshot, product)
        for _ in range(rounds):
            if not ritz.residual > tolerance * abs(ritz.value):
                break
            ritz = largest(product, ritz.vector, _products(ritz.vector))
        self._vector = ritz.vector
        return self._note(snapshot, ritz, scaled)

    def forget(self) -> None:
        """Forget the looks and the direction."""
        self._vector, self._looks = None, []

    def rewind(self, step: int) -> None:
        """Forget the looks from `step` on."""
        self._vector, self._looks = None, [look for look in self._looks if look[0] < step]

    def _iterate(self, snapshot: TrainerSnapshot, product: Product) -> Ritz:
        """Make a few products from the vector last found, or from a random one."""
        rng = np.random.default_rng([SEED, snapshot.step])
        start = _unit(rng.normal(size=snapshot.n_parameters).astype(snapshot.objective.dtype))
        if self._vector is not None and np.isfinite(self._vector).all():
            start = self._vector + FRESH * start
        ritz = largest(product, start, _products(start))
        self._vector = ritz.vector
        return ritz

    def _hessian(self, snapshot: TrainerSnapshot) -> tuple[Product, bool]:
        """Return v -> H v on the same examples at each look, or v -> P^(1/2) H P^(1/2) v and True."""
        if self._gradients is None:
            self._gradients = Gradients(snapshot.objective)
        gradients, weights, rows = self._gradients, snapshot.weights, _sample(snapshot)
        scales, root = self._optimizer.preconditions, self._root(snapshot)

        def product(v: np.ndarray) -> np.ndarray:
            scaled = v if root is None else root * v
            direction = shaped(scaled, weights)
            image = flatten(gradients.product(weights, snapshot.state, direction, rows, snapshot.loss_scale))
            return image if root is None else root * image

        return product, scales

    def _root(self, snapshot: TrainerSnapshot) -> np.ndarray | None:
        """Return P^(1/2), flat in the dtype of the weights, if the optimizer scales each weight by P, else None.

        Directions of weights that a mask holds at zero are scaled by zero: no update goes there.
        """
        free = None if snapshot.masks is None else snapshot.masks.directions(snapshot.shapes)
        if not self._optimizer.preconditions:
            return None if free is None else free.astype(snapshot.objective.dtype)
        assert self._gradients is not None
        weights, state, rows = snapshot.weights, snapshot.state, snapshot.rows
        gradient, squares = self._gradients.gradient_and_squares(weights, state, rows, snapshot.loss_scale)
        scale = next_terms(snapshot, self._optimizer, gradient, squares).preconditioner
        root = np.sqrt(scale) if free is None else free * np.sqrt(scale)
        return root.astype(snapshot.objective.dtype)

    def _note(self, snapshot: TrainerSnapshot, ritz: Ritz, scaled: bool) -> Sharpness:
        hyper = snapshot.hyper
        rate, limit = hyper["learning_rate"], stability_limit(self._optimizer.dynamics(hyper), ritz.value)
        look = (snapshot.step, ritz.value, np.nan if limit is None else limit, rate)
        self._looks = thinned([*self._looks, look], MOST_KEPT)
        steps, eigenvalues, limits, rates = np.array(self._looks, float).T
        return Sharpness(
            steps.astype(np.int64), eigenvalues, limits, rates, ritz.value, ritz.residual, limit, rate, scaled,
            len(_sample(snapshot)),
        )  # fmt: skip


def _sample(snapshot: TrainerSnapshot) -> np.ndarray:
    """Return 256 rows evenly over the data, int32; for a large model fewer, down to 32."""
    most = int(np.clip(MOST_EXAMPLES * LARGE / snapshot.n_parameters, FEWEST_EXAMPLES, MOST_EXAMPLES))
    return even_rows(snapshot.objective.n_examples, most)


def _products(vector: np.ndarray) -> int:
    return PRODUCTS if len(vector) <= LARGE else PRODUCTS_IF_LARGE


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
