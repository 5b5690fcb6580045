"""The way back to where the loss was last finite: a copy of the state, and the updates made since.

A checkpoint costs a read of every variable, and the next update a copy of the whole state. So one is made now
and then, and the updates since are made once more when they are needed.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.training.variable_values import assign, present

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import keras
    import tensorflow as tf

LEAST_UPDATES = 64  # between two checkpoints: an update of a large model costs little more than a copy of it
LEAST_CALLS = 8  # of the compiled program between two checkpoints: a read of 30 variables takes 1 ms, a call 20

Updates = tuple[int, np.ndarray | None]  # how many, and the rows of their batches


@dataclass
class Checkpoint:
    """The values of all variables at some update, and the updates since."""

    values: list[tf.Tensor]
    since: list[Updates] = field(default_factory=list)

    @property
    def count(self) -> int:
        """The number of updates made since."""
        return sum(count for count, _ in self.since)

    def with_last_apart(self) -> list[Updates]:
        """The updates since, the very last one as an item of its own; empty if there was none."""
        if not self.since:
            return []
        *others, (count, rows) = self.since
        if rows is None:
            return [*others, (count - 1, None), (1, None)]
        return [*others, (count - 1, rows[:-1]), (1, rows[-1:])]


class Rollback:
    """Checkpoints of a state and of the settings it was reached with.

    The newest is kept, and the one before it until an update followed the newest.
    """

    def __init__(self, state: Sequence[keras.Variable], settings: Sequence[keras.Variable]) -> None:
        self._variables, self._settings = [*state, *settings], settings
        self.forget()

    def forget(self) -> None:
        """Forgets the past: no way leads back behind a reset."""
        self._before: Checkpoint | None = None
        self._newest: Checkpoint | None = None

    def renew(self) -> None:
        """Prepares for updates: makes a checkpoint if there is none or the newest is long ago."""
        newest = self._newest
        if newest is None or (len(newest.since) >= LEAST_CALLS and newest.count >= LEAST_UPDATES):
            self.mark()

    def mark(self) -> None:
        """Makes a checkpoint of the present state and settings."""
        if self._newest is not None and self._newest.since:
            self._before = self._newest
        # The tensors share the variables' memory; the next update makes the copy.
        self._newest = Checkpoint(present(self._variables))

    def made(self, count: int, rows: np.ndarray | None) -> None:
        """Notes that `count` updates were made, on the first of the batches `rows`."""
        if count and self._newest is not None:
            self._newest.since.append((count, None if rows is None else rows[:count]))
            self._before = None

    @contextmanager
    def taken(self) -> Iterator[list[Updates]]:
        """Goes back to the newest checkpoint that an update followed, and says which to make once more.

        While open the settings are those of then; afterwards they are the present ones and the past is
        forgotten.
        """
        checkpoint = self._newest if self._before is None else self._before
        if checkpoint is None:
            raise RuntimeError("there is no checkpoint to go back to")
        settings = [v.numpy() for v in self._settings]
        assign(self._variables, checkpoint.values)
        yield checkpoint.with_last_apart()
        assign(self._settings, settings)
        self.forget()
