"""A learner in numbers: what a page says of a model and its data once both are there."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Self

import numpy as np

from core.array_tree import leaves
from core.training.batches import updates_per_epoch

if TYPE_CHECKING:
    from core.datasets.split import Split
    from core.learning.learner import Learner
    from core.models.card import ModelCard

FINGERPRINT_ROWS = 256  # of the inputs; with all targets they tell one data set from another


@dataclass(frozen=True)
class LearnerFacts:
    """A learner in numbers, small enough to travel between processes.

    `held_out` is the same for learners whose held-out examples are the same; there are `n_held_out`, and a run is
    validated on `n_validated` of them.
    """

    card: ModelCard
    n_examples: int
    updates_per_epoch: int
    held_out: str
    n_held_out: int = 0
    n_validated: int = 0

    @classmethod
    def of(cls, learner: Learner, n_validated: int = 0) -> Self:
        """The facts of `learner`, of whose held-out examples `n_validated` are evaluated; 0 where none are."""
        n_examples = learner.objective.n_examples
        updates = updates_per_epoch(n_examples, learner.setup.config.batch_size)
        held_out, n_held_out = fingerprint(learner.split), len(learner.split.x_val)
        return cls(learner.card, n_examples, updates, held_out, n_held_out, n_validated)


def fingerprint(split: Split) -> str:
    """A short text that two splits share if their validation examples are the same."""
    parts = [*leaves(split.y_val), *leaves(split.x_val[:FINGERPRINT_ROWS])]
    digest = blake2b(repr([len(split.x_val), *(part.shape for part in parts)]).encode(), digest_size=16)
    for values in parts:
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()
