"""The lines of the Compare chart: a run has its own, or where there are many the runs of a colour share one.

What a browser needs for a redraw grows with the lines more than with their points: 50 curves in 10 lines, with gaps
between them, are redrawn in a third of the time of 50 lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.language import _
from widgets.board.encoding import Repeated
from widgets.board.pressing import BY_PLACE
from widgets.charts.parts.style import empty, hover, line
from widgets.compare.run_texts import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.experiments.curve import Curve, RunAxis
    from core.store.kept_run import KeptRun

FAINT = 0.3  # of the raw curve behind the smoothed one
GAP = np.array([np.nan], np.float32)


@dataclass(frozen=True)
class Drawn:
    """A run with its curve and its place on the horizontal axis; None where it has none."""

    run: KeptRun
    curve: Curve | None
    axis: RunAxis | None

    @property
    def is_broken(self) -> bool:
        """True if its loss was finite no more."""
        return self.curve is not None and (self.curve.broken is not None or self.run.state == "diverged")

    @property
    def first(self) -> tuple[int, float] | None:
        """The step and value of its first finite point; None if there is none."""
        if self.curve is None or not np.isfinite(self.curve.values).any():
            return None
        place = int(np.flatnonzero(np.isfinite(self.curve.values))[0])
        return int(self.curve.steps[place]), float(self.curve.values[place])

    @property
    def turn(self) -> tuple[int, float] | None:
        """The step and value of the point at which a fork left another run; of a branch its first, where it began."""
        if self.curve is None or self.run.forked_at is None:
            return self.first
        known = np.flatnonzero(np.isfinite(self.curve.values) & (self.curve.steps >= self.run.forked_at))
        return (int(self.curve.steps[known[0]]), float(self.curve.values[known[0]])) if len(known) else None

    @property
    def last(self) -> tuple[int, float] | None:
        """The step and value of its last finite point; None if there is none."""
        return None if self.curve is None else self.curve.last

    def steps(self, is_smooth: bool) -> np.ndarray:
        """The steps of its points, or of those of its smoothed curve, (k,); k is 0 where nothing is drawn of it."""
        if self.curve is None or self.axis is None:
            return empty()
        return self.curve.smooth_steps if is_smooth else self.curve.steps

    def points(self, is_log: bool, is_smooth: bool) -> tuple[np.ndarray, np.ndarray]:
        """The places and the values of its points, or of those of its smoothed curve, (k,) each; k is 0 without."""
        if self.curve is None or self.axis is None:
            return empty(), empty()
        values = self.curve.smooth_values if is_smooth else self.curve.values
        return _single(self.axis(self.steps(is_smooth))), _single(
            np.where(values > 0, values, np.nan) if is_log else values
        )


def strands(drawn: Sequence[Drawn], share: int | None) -> list[Strand]:
    """One strand for each run, or `share` of them by the colours of runs."""
    if share is None:
        return [Strand(one.run.colour, (one,)) for one in drawn]
    return [Strand(colour, tuple(one for one in drawn if one.run.colour == colour), True) for colour in range(share)]


@dataclass(frozen=True)
class Strand:
    """A line and the faint one behind it, through the points of one run or of several of one colour."""

    colour: int
    drawn: tuple[Drawn, ...]
    is_shared: bool = False

    def traces(self) -> list[go.Scatter]:
        """The faint line and the line, without points."""
        colour = f"var(--dl-run-{self.colour})"
        name = "" if self.is_shared else literal(self.drawn[0].run.title)
        template = hover(_("{run}: %{{y:.5g}}", run="%{text}" if self.is_shared else name), "%{x:.6~g}")
        shared = {
            "x": empty(), "y": empty(), "mode": "lines", "name": name, "hovertemplate": template,
            "legendgroup": name if self.is_shared else self.drawn[0].run.id, "meta": BY_PLACE,
        }  # fmt: skip
        faint = go.Scatter(line=line(colour, 1.6), opacity=FAINT, showlegend=False, visible=False, **shared)
        return [faint, go.Scatter(line=line(colour, 1.8), **shared)]

    def points(self, is_log: bool, is_smooth: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        """The points of the faint line, which is there beside a smoothed one only, and of the line."""
        faint: dict[str, Any] = {"visible": False}
        if is_smooth and any(one.curve is not None and one.axis is not None for one in self.drawn):
            faint = self._through([one.points(is_log, False) for one in self.drawn])
        return faint, self._through([one.points(is_log, is_smooth) for one in self.drawn])

    def pressed(self, point: int, is_smooth: bool) -> tuple[KeptRun, int] | None:
        """The run and the step of the point that has this number among those of the line; None in a gap."""
        for one in self.drawn:
            steps = one.steps(is_smooth)
            if point < len(steps):
                return one.run, int(steps[point])
            point -= len(steps) + len(GAP)
            if point < 0:
                return None
        return None

    def _through(self, points: Sequence[tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
        if not self.is_shared:
            ((x, y),) = points
            return {"x": x, "y": y, "visible": True}
        gapped = [(np.append(x, GAP), np.append(y, GAP)) for x, y in points]
        x, y = (np.concatenate([empty(), *(pair[axis] for pair in gapped)]).astype(np.float32) for axis in (0, 1))
        titles = [literal(one.run.title) for one in self.drawn]
        names = Repeated(tuple((title, len(pair[0])) for title, pair in zip(titles, gapped, strict=True)))
        return {"x": x, "y": y, "text": names, "visible": True}


def _single(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32)  # more digits than a screen shows, at half the bytes
