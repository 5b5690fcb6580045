"""The norms of each layer's weights and of an update, looked at now and then."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from core.learning.memory import free_bytes
from core.training.layer_groups import LayerGroups

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.models.layer_name import LayerName

SHARE = 0.005  # of the time, for reading weights
MOST_MEMORY = 0.2  # of what is free, for the weights before an update


class LayerNorms:
    """Compares the weights before and after an update, as often as `SHARE` of the time allows."""

    def __init__(self, variables: Sequence[Any], clock: Callable[[], float] = time.perf_counter) -> None:
        """Takes the Keras variables that are trained."""
        self._variables, self._clock = tuple(variables), clock
        size = sum(4 * math.prod(variable.shape) for variable in self._variables)
        affordable = bool(self._variables) and size < MOST_MEMORY * free_bytes()
        paths, shapes = [v.path for v in self._variables], [v.shape for v in self._variables]
        self._groups = LayerGroups.of(paths, shapes) if affordable else None
        self._before: list[np.ndarray] | None = None
        self._next = -math.inf

    @property
    def names(self) -> tuple[LayerName, ...]:
        """The names of the layers; () where the weights are too many to be copied."""
        return () if self._groups is None else self._groups.names

    def before_update(self) -> None:
        """Reads the weights if it is time to."""
        if self._groups is not None and self._clock() >= self._next:
            self._before = self._read()

    def after_update(self) -> np.ndarray | None:
        """The Euclidean norms (L, 2) of each layer's update and of its weights before it; None if not looked at."""
        before, self._before = self._before, None
        if before is None or self._groups is None:
            return None
        started = self._clock()
        norms = self._norms(before, self._read())
        cost = self._clock() - started
        self._next = self._clock() + 2 * cost / SHARE  # reading them before took about as long
        return norms

    def _read(self) -> list[np.ndarray]:
        return [variable.numpy() for variable in self._variables]

    def _norms(self, before: Sequence[np.ndarray], after: Sequence[np.ndarray]) -> np.ndarray:
        assert self._groups is not None
        squares = np.zeros((len(self._groups.names), 2))
        for layer, old, new in zip(self._groups.index, before, after, strict=True):
            squares[layer] += _square(new - old), _square(old)
        norms: np.ndarray = np.sqrt(squares)
        return norms


def _square(values: np.ndarray) -> float:
    flat = values.ravel().astype(np.float32, copy=False)
    return float(flat @ flat)
