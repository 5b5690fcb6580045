"""Large arrays on their way to another process: in a file that it maps, instead of through a pipe."""

from __future__ import annotations

import os
import tempfile
import weakref
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

LARGE_BYTES = 10**7  # 400 MB took 2.2 s by a pipe for each run; 0.8 s to write once, and 0.6 s to read for each run


@dataclass(frozen=True)
class ArrayFile:
    """An array in a file, which goes when the object that wrote it does; copies of that object only read."""

    path: str

    @classmethod
    def of(cls, array: np.ndarray) -> ArrayFile:
        """Writes `array`, which must not hold Python objects, to a file of its own."""
        descriptor, path = tempfile.mkstemp(prefix="descent-lab-", suffix=".npy")
        written = cls(path)
        weakref.finalize(written, _remove, path)
        with os.fdopen(descriptor, "wb") as file:
            np.save(file, array, allow_pickle=False)
        return written

    def read(self) -> np.ndarray:
        """The array, read-only; its pages are loaded when they are used and shared by all who read."""
        array: np.ndarray = np.load(self.path, mmap_mode="r")
        return array


def _remove(path: str) -> None:
    with suppress(OSError):
        os.remove(path)


def packed(array: np.ndarray) -> np.ndarray | ArrayFile:
    """The array itself, or a file with it where it is large."""
    return array if array.nbytes < LARGE_BYTES else ArrayFile.of(array)


def unpacked(array: np.ndarray | ArrayFile) -> np.ndarray:
    """The array that `packed` was given."""
    return array.read() if isinstance(array, ArrayFile) else array
