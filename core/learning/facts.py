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

    `held_out` is the same for learners that are validated on the same examples, of which there are `n_held_out`.
    """

    card: ModelCard
    n_examples: int
    updates_per_epoch: int
    held_out: str
    n_held_out: int = 0

    @classmethod
    def of(cls, learner: Learner) -> Self:
        """The facts of `learner`."""
        n_examples = learner.objective.n_examples
        updates = updates_per_epoch(n_examples, learner.setup.config.batch_size)
        return cls(learner.card, n_examples, updates, fingerprint(learner.split), len(learner.split.x_val))


def fingerprint(split: Split) -> str:
    """A short text that two splits share if their validation examples are the same."""
    parts = [*leaves(split.y_val), *leaves(split.x_val[:FINGERPRINT_ROWS])]
    digest = blake2b(repr([len(split.x_val), *(part.shape for part in parts)]).encode(), digest_size=16)
    for values in parts:
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()
