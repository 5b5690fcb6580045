"""The curve of a kept run: its own recorded points, on an axis that runs share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from tsdownsample import MinMaxDownsampler

from core.experiments.smoothing import debiased_average

if TYPE_CHECKING:
    from core.store.kept_run import KeptRun

PIXELS = 800  # columns of a chart; of the points in one column the lowest and the highest are drawn
BACKWARD = 3  # times the operations of an answer: backwards costs about twice as much (Kaplan et al., 2020)
STEPS, EPOCHS, EXAMPLES, SECONDS, FLOPS = "steps", "epochs", "examples", "seconds", "FLOPs"


@dataclass(frozen=True)
class Curve:
    """Points of one series of a run.

    Attributes:
        steps: The steps of the points that are drawn, (k,).
        values: Their values as recorded, (k,); nan where the recorded one is not finite.
        smooth_steps, smooth_values: The smoothed curve; empty where none was asked for.
        last: The step and value of the last finite point; None if there is none.
        broken: The first step whose value is not finite; None if all are.
    """

    steps: np.ndarray
    values: np.ndarray
    smooth_steps: np.ndarray
    smooth_values: np.ndarray
    last: tuple[int, float] | None
    broken: int | None


def curve_through(steps: np.ndarray, values: np.ndarray, weight: float = 0.0, columns: int = PIXELS) -> Curve:
    """The curve through recorded points, smoothed too if `weight` is above 0; see `debiased_average`.

    In each of `columns` of the chart the lowest and the highest point are drawn, and no others.
    """
    finite = np.isfinite(values)
    (known,), (gaps,) = np.nonzero(finite), np.nonzero(~finite)
    curve = Curve(
        *_thinned(steps, np.where(finite, values, np.nan).astype(float), columns),
        np.empty(0), np.empty(0),
        last=(int(steps[known[-1]]), float(values[known[-1]])) if len(known) else None,
        broken=int(steps[gaps[0]]) if len(gaps) else None,
    )  # fmt: skip
    return smoothed(curve, steps, values, weight, columns) if weight > 0 else curve


def smoothed(curve: Curve, steps: np.ndarray, values: np.ndarray, weight: float, columns: int = PIXELS) -> Curve:
    """`curve`, which goes through these points, with the smoothed one of this weight beside it."""
    smooth_steps, smooth_values = _thinned(steps, debiased_average(values, weight), columns)
    return replace(curve, smooth_steps=smooth_steps, smooth_values=smooth_values)


def _thinned(steps: np.ndarray, values: np.ndarray, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest of the values in each column, the first and the last point besides."""
    if len(values) <= 2 * columns:
        return steps, values
    finite, usable = np.isfinite(values), values
    if not finite.all():
        usable = np.where(finite, values, values[finite].mean() if finite.any() else 0.0)
    kept = MinMaxDownsampler().downsample(steps, usable, n_out=2 * columns)
    kept = np.union1d(kept, [0, len(values) - 1]).astype(np.intp)
    return steps[kept], values[kept]


@dataclass(frozen=True)
class RunAxis:
    """Where the steps of a run stand on an axis: `unit` times the step, or on a clock that was read now and then.

    Attributes:
        unit: How far the run moves in one step, on average.
        clock: The steps and the seconds at which it was read, (k,) each; None where the axis moves evenly.
        is_guessed: True if the run moved unevenly and it is not recorded how.
        start: Where its step 0 stands, of a run that branched off from another one.
    """

    unit: float
    clock: tuple[np.ndarray, np.ndarray] | None = None
    is_guessed: bool = False
    start: float = 0.0

    def __call__(self, steps: np.ndarray) -> np.ndarray:
        """The places of `steps`, (n,)."""
        return self.start + (steps * self.unit if self.clock is None else np.interp(steps, *self.clock))


def axis_of(run: KeptRun, axis: str) -> RunAxis | None:
    """The places of the steps of `run` on `axis`; None if they are not known.

    Its seconds are those without pauses, between two readings of the clock spread evenly.
    """
    if axis == SECONDS:
        return _time_axis(run)
    unit = units_per_step(run, axis)
    return None if unit is None else RunAxis(unit)


def _time_axis(run: KeptRun) -> RunAxis | None:
    if not run.steps:
        return None
    steps, seconds = run.clock
    unit = run.seconds / run.steps
    if not len(steps):
        return RunAxis(unit, is_guessed=True)
    before = steps < run.steps
    return RunAxis(unit, (np.append(steps[before], run.steps), np.append(seconds[before], run.seconds)))


def units_per_step(run: KeptRun, axis: str) -> float | None:
    """How far `run` moves on an even `axis` in one step; None if that is not known."""
    if axis == STEPS:
        return 1.0
    if axis == EPOCHS:
        return 1 / run.steps_per_epoch if run.steps_per_epoch else None
    if axis == EXAMPLES:
        return run.batch
    return BACKWARD * run.flops * run.batch if run.flops and run.batch else None
