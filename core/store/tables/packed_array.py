"""A NumPy array as compressed bytes, and back, exactly."""

from __future__ import annotations

import zlib
from math import prod

import numpy as np

LEVEL = 1  # of zlib: a recorded loss gets no smaller by a higher one, and takes three times as long


def pack(values: np.ndarray) -> bytes:
    """The numbers of `values` without its shape and dtype, compressed.

    Bytes of one rank stand together, since neighbours of a curve share their high ones; of whole numbers their
    differences are kept, so that a million consecutive steps take a few kilobytes.
    """
    flat = np.ascontiguousarray(values).ravel()
    if flat.dtype.kind == "i" and len(flat):
        flat = np.diff(flat, prepend=flat.dtype.type(0))
    return zlib.compress(flat.view(np.uint8).reshape(-1, flat.itemsize).T.tobytes(), LEVEL)


def unpack(data: bytes, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    """The array that `pack` was given.

    >>> unpack(pack(np.arange(4)), "int64", (4,))
    array([0, 1, 2, 3])
    """
    kind = np.dtype(dtype)
    ranks = np.frombuffer(zlib.decompress(data), np.uint8).reshape(kind.itemsize, prod(shape))
    flat = np.ascontiguousarray(ranks.T).view(kind).ravel()
    if kind.kind == "i":
        flat = np.cumsum(flat, dtype=kind)
    return flat.reshape(shape)
