"""A trainer's state as bytes, which travel to another process and stand in a file."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Self

import numpy as np

from core.snapshots.trainer_state import TrainerState


@dataclass(frozen=True)
class PackedArray:
    """An array's `dtype` and `shape` as NumPy writes them, and its bytes in C order, or those of its one number.

    Weights are not compressed: their low bits are noise, and zlib takes half a second of a core for 16 MB.
    """

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, value: np.ndarray) -> Self:
        """The packed `value`; where all numbers are known to be one number, only that is kept."""
        kept = value.flat[:1] if value.size > 1 and not any(value.strides) else value
        return cls(value.dtype.str, value.shape, np.ascontiguousarray(kept).tobytes())

    def unpack(self) -> np.ndarray:
        """The array, which is read only; raises ValueError if the bytes are not those of such an array.

        >>> PackedArray.of(np.broadcast_to(np.float32(0.5), (2, 2))).unpack().tolist()
        [[0.5, 0.5], [0.5, 0.5]]
        """
        values = np.frombuffer(self.data, np.dtype(self.dtype))
        is_one_number = len(values) == 1 and prod(self.shape) > 1
        return np.broadcast_to(values[0], self.shape) if is_one_number else values.reshape(self.shape)


@dataclass(frozen=True)
class PackedState:
    """A `TrainerState` of whose values each is packed."""

    step: int
    arrays: tuple[PackedArray, ...]

    @classmethod
    def of(cls, state: TrainerState) -> Self:
        """The packed `state`."""
        return cls(state.step, tuple(PackedArray.of(value) for value in state.values))

    def unpack(self) -> TrainerState:
        """The state; raises ValueError if the bytes are not those of such arrays."""
        return TrainerState(self.step, tuple(array.unpack() for array in self.arrays))
