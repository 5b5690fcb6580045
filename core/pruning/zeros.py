"""Zeros of a pruned model that stay zero while it is trained further."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from core.pruning.masks import Mask, prunable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import keras


def kept_weights(model: keras.Model) -> dict[str, np.ndarray]:
    """Which weights of each matrix of `model` that has zeros are none, bool, by the path of the matrix."""
    found = {variable.path: variable.numpy() != 0 for variable in prunable(model)}
    return {path: kept for path, kept in found.items() if not kept.all()}


def zeros_in(kept: Mapping[str, np.ndarray]) -> int:
    """How many weights are zero."""
    return sum(int(mask.size - np.count_nonzero(mask)) for mask in kept.values())


@contextmanager
def held(variables: Sequence[keras.Variable], kept: Mapping[str, np.ndarray]) -> Iterator[None]:
    """Masks on those of `variables` that are named in `kept`, have its shape and have no mask of their own yet."""
    masks = []
    for variable in variables:
        mask = kept.get(variable.path)
        if mask is not None and mask.shape == tuple(variable.shape) and variable.constraint is None:
            masks.append(Mask(variable))
            masks[-1].keep(mask)
    try:
        yield
    finally:
        for each in masks:
            each.lift()
