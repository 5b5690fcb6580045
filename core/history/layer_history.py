"""The norms of a model's layers by update, and their bands where a screen cannot show every update."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.history.band import GrowingBands
from core.history.history import History

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from core.history.band import Band

LAYER_POINTS = 150  # of each layer's line: there are many, and each point of each is drawn at every frame
RATIO = "ratio"  # of a layer's update to its weights: no column, since two columns say it
MOST_BAND_POINTS = 1000  # stretches of all layers' bands together, each three points of a frame
STRETCHES = 20, 100  # the fewest and the most of one band


class LayerHistory(History):
    """A `History` with the columns norm_i of each layer i: step, loss, and one for each of `norms`.

    Its bands are exact: a row that thinning takes away has already been counted.
    """

    def __init__(self, norms: Sequence[str], n_layers: int, capacity: int) -> None:
        """Norms are float32; "update" and "weight" among them give the ratio of the two a band too."""
        self._norms, self._n_layers = tuple(norms), n_layers
        columns = {"step": "int64", "loss": "float32"}  # the loss chooses the rows that are kept
        super().__init__(columns | dict.fromkeys(self._names(*norms), "float32"), capacity)
        self._banded = self._names(*self._norms, *([RATIO] if {"update", "weight"} <= set(norms) else []))
        self._bands = GrowingBands(len(self._banded), _stretches(n_layers))
        self._has_all = True  # rows that were appended

    def append(self, **arrays: npt.ArrayLike) -> None:
        """Add rows as `History` does, and count them in the bands."""
        super().append(**arrays)
        values = {name: np.asarray(array, float) for name, array in arrays.items()}
        with self._lock:
            self._bands.add(np.asarray(arrays["step"]), np.stack([self._values(values, name) for name in self._banded]))

    def take(self, rows: Mapping[str, np.ndarray], is_whole: bool) -> None:
        """Begins with rows that were kept; it has bands only if those are all that there were."""
        self.append(**rows)
        self._has_all = is_whole

    def before(self, step: int) -> LayerHistory:
        """A history of the rows before `step` that are kept, with their bands."""
        rows = self.rows()
        known = rows["step"] < step
        history = LayerHistory(self._norms, self._n_layers, self.capacity)
        history.append(**{name: values[known] for name, values in rows.items()})
        history._has_all = self._has_all
        return history

    def bands(self) -> dict[str, Band]:
        """The band of each norm_i and of each ratio_i, by name; {} while all rows that there are can be drawn."""
        with self._lock:
            is_drawn = self.total <= LAYER_POINTS or not self._has_all
            return {} if is_drawn else dict(zip(self._banded, self._bands.bands(), strict=True))

    def bands_before(self, step: int) -> dict[str, Band]:
        """The bands in stretches that end before `step`."""
        return {name: band.before(step) for name, band in self.bands().items()}

    def _names(self, *norms: str) -> list[str]:
        return [f"{norm}_{i}" for norm in norms for i in range(self._n_layers)]

    def _values(self, values: Mapping[str, np.ndarray], name: str) -> np.ndarray:
        norm, layer = name.rsplit("_", 1)
        if norm != RATIO:
            return values[name]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio: np.ndarray = values[f"update_{layer}"] / values[f"weight_{layer}"]
        return ratio


def _stretches(n_layers: int) -> int:
    """How many stretches the bands of so many layers have at most; an even number, since two become one."""
    fewest, most = STRETCHES
    return min(most, max(fewest, MOST_BAND_POINTS // max(1, n_layers))) // 2 * 2
