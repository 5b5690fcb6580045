"""The rows of each update's batch, and how many updates an epoch has."""

from __future__ import annotations

import math

import numpy as np

MOST_ROWS = 1 << 20  # that are drawn at once where batches are skipped


def updates_per_epoch(n_examples: int, batch_size: int) -> int:
    """Returns how many updates one pass over the examples takes; the last batch may be short.

    >>> updates_per_epoch(100, 30), updates_per_epoch(100, 1000)
    (4, 1)
    """
    return math.ceil(n_examples / min(batch_size, n_examples))


def examples_seen(steps: int, n_examples: int, batch_size: int) -> int:
    """Returns how many examples the first `steps` updates see, each counted every time."""
    epochs, rest = divmod(steps, updates_per_epoch(n_examples, batch_size))
    return epochs * n_examples + rest * min(batch_size, n_examples)


class Batches:
    """The rows of successive mini-batches: every epoch visits every example once.

    With `shuffle` each epoch is a fresh permutation drawn from `seed`; without, examples come in order, as
    in `model.fit(shuffle=False)`. The last batch of an epoch may be short and is padded with -1. The
    sequence depends on the seed alone, not on how it is cut into calls of `take`.
    """

    def __init__(self, n_examples: int, batch_size: int, shuffle: bool = True, seed: int = 0) -> None:
        self.n_examples = n_examples
        self.batch_size = min(batch_size, n_examples)
        self.per_epoch = updates_per_epoch(n_examples, batch_size)
        self.last_size = n_examples - (self.per_epoch - 1) * self.batch_size  # examples in an epoch's last batch
        self._shuffle = shuffle
        self._rng = np.random.default_rng(seed)
        self._pending = np.empty((0, self.batch_size), np.int32)

    def __repr__(self) -> str:
        return f"Batches({self.n_examples} examples, {self.batch_size} each, {self.per_epoch} an epoch)"

    def peek(self, count: int) -> np.ndarray:
        """Returns the rows of the next `count` batches, int32 (count, batch_size), and leaves them to be taken."""
        missing = count - len(self._pending)
        if missing > 0:
            epochs = math.ceil(missing / self.per_epoch)
            self._pending = np.concatenate([self._pending, self._draw(epochs)])
        return self._pending[:count]

    def take(self, count: int) -> None:
        """Moves past the next `count` batches."""
        self.peek(count)
        self._pending = self._pending[count:]

    def skip(self, count: int) -> None:
        """Moves past the next `count` batches, of which a few epochs at a time are drawn."""
        at_once = self.per_epoch * max(1, MOST_ROWS // self.n_examples)
        for first in range(0, count, at_once):
            self.take(min(at_once, count - first))

    def _draw(self, epochs: int) -> np.ndarray:
        rows = np.tile(np.arange(self.n_examples, dtype=np.int32), (epochs, 1))
        if self._shuffle:
            rows = self._rng.permuted(rows, axis=1)
        padded = np.full((epochs, self.per_epoch * self.batch_size), -1, np.int32)
        padded[:, : self.n_examples] = rows
        return padded.reshape(-1, self.batch_size)
