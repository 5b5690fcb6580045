"""The call of `fit` that a callback runs in: what it was given, which Keras does not tell callbacks."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.array_tree import leaves

if TYPE_CHECKING:
    from types import FrameType

    import keras

BATCH_SIZE = 32  # where fit is given none
NAMES = ("x", "y", "sample_weight", "class_weight", "batch_size", "steps_per_epoch")


@dataclass(frozen=True)
class FitCall:
    """What `fit` was given, by its own names, without the part that `validation_split` holds out."""

    x: Any
    y: Any
    sample_weight: Any
    class_weight: Any
    batch_size: int | None
    steps_per_epoch: int | None

    @classmethod
    def of(cls, model: keras.Model) -> FitCall | None:
        """The innermost `fit` of `model` under way in this thread; None in a loop of one's own."""
        frame: FrameType | None = sys._getframe()
        while frame is not None:
            told = frame.f_locals if frame.f_code.co_name == "fit" else {}
            if told.get("self") is model and told.keys() >= set(NAMES):
                return cls(**{name: told[name] for name in NAMES})
            frame = frame.f_back
        return None

    @property
    def has_arrays(self) -> bool:
        """True if its examples are arrays, and not a dataset that gives batches."""
        return all(map(_has_rows, leaves([self.x, self.y])))

    @cached_property
    def rows(self) -> int | None:
        """The examples of an epoch; None if that is not known. Asked for at each batch, so found out once."""
        return leaves(self.x)[0].shape[0] if self.has_arrays and self.steps_per_epoch is None else None

    def examples_after(self, batch: int) -> int | None:
        """The examples of an epoch up to the batch with this number, from 0 on; None if that is not known."""
        return None if self.rows is None else min((batch + 1) * (self.batch_size or BATCH_SIZE), self.rows)


def _has_rows(leaf: Any) -> bool:
    return len(getattr(leaf, "shape", ())) > 0 and hasattr(leaf, "__getitem__")
