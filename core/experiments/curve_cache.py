"""Curves that were drawn lately, so that another axis or another smoothing need not read all runs again."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING

from core.experiments.curve import PIXELS, curve_through, smoothed

if TYPE_CHECKING:
    import numpy as np

    from core.experiments.curve import Curve
    from core.store.kept_run import KeptRun

CURVES = 256  # thinned, some 20 kB each
SERIES_BYTES = 100_000_000  # of whole series: 50 of 100 000 points take 60 MB
Series = tuple["np.ndarray", "np.ndarray"]  # steps and values


class CurveCache:
    """Makes curves and keeps the last ones; a run that was recorded anew has another curve."""

    def __init__(self) -> None:
        self._series: OrderedDict[tuple[object, ...], Series | None] = OrderedDict()
        self._curve = lru_cache(CURVES)(self._make)

    def curve(self, run: KeptRun, name: str, weight: float, columns: int = PIXELS) -> Curve | None:
        """The curve of the series `name` of `run`; None if it was not recorded. See `curve_through`."""
        return self._curve(Recorded(run), name, weight, columns)

    def _make(self, recorded: Recorded, name: str, weight: float, columns: int) -> Curve | None:
        series = self._read(recorded, name)
        if series is None or weight == 0:
            return None if series is None else curve_through(*series, 0.0, columns)
        raw = self._curve(recorded, name, 0.0, columns)  # which was drawn before it was smoothed
        return None if raw is None else smoothed(raw, *series, weight, columns)

    def _read(self, recorded: Recorded, name: str) -> Series | None:
        key = (*recorded.key, name)
        if key not in self._series:
            history = recorded.run.history
            known = name in history and len(history[name])
            self._series[key] = (history.steps(name), history[name]) if known else None
        self._series.move_to_end(key)
        while len(self._series) > 1 and sum(map(_bytes, self._series.values())) > SERIES_BYTES:
            self._series.popitem(last=False)
        return self._series[key]


class Recorded:
    """A run by what was recorded of it: one that was only marked has the same curves, and equals it."""

    def __init__(self, run: KeptRun) -> None:
        self.run, self.key = run, (run.id, run.updated)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recorded) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def _bytes(series: Series | None) -> int:
    return 0 if series is None else sum(values.nbytes for values in series)
