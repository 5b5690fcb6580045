"""Pinned runs: kept runs whose loss stays drawn behind that of the run on the Train tab."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.experiments.curve import EPOCHS, STEPS, units_per_step
from core.experiments.curve_cache import CurveCache
from widgets.charts.parts.run_axis import AXIS, EPOCH
from widgets.charts.parts.style import line
from widgets.compare.run_texts import literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from core.store.kept_run import KeptRun
    from widgets.board.panel import Panel

LOSS_CHART = "loss"  # the id of the chart of any problem's loss
MOST_PINNED = 5


class PinnedRuns:
    """The runs that are pinned; the Compare tab says which, and the stage draws them into its panels."""

    def __init__(self) -> None:
        self.runs: tuple[KeptRun, ...] = ()
        self._curves = CurveCache()

    def take(self, runs: Sequence[KeptRun]) -> None:
        """Makes those of `runs` that are pinned the pinned ones, the newest `MOST_PINNED` of them."""
        self.runs = tuple(run for run in runs if run.pinned)[:MOST_PINNED]

    @property
    def key(self) -> tuple[object, ...]:
        """A value that differs when other curves are to be drawn."""
        return tuple((run.id, run.updated, run.title) for run in self.runs)

    def of(self, problem: str) -> tuple[KeptRun, ...]:
        """The pinned runs of `problem`: the losses of two problems have no common axis."""
        return tuple(run for run in self.runs if run.settings.get("problem") == problem)

    def drawn_into(self, panels: Sequence[Panel], problem: str, switches: Mapping[tuple[str, str], str]) -> list[Panel]:
        """`panels`, that of the loss with the curves of the pinned runs behind its own."""
        axis = EPOCHS if switches.get((LOSS_CHART, AXIS.name)) == EPOCH else STEPS
        return [self._behind(panel, problem, axis) if panel.id == LOSS_CHART else panel for panel in panels]

    def _behind(self, panel: Panel, problem: str, axis: str) -> Panel:
        traces = [self._trace(run, axis, panel.zero) for run in self.of(problem)]
        drawn = [trace for trace in traces if trace is not None]
        return with_traces(panel, drawn) if drawn else panel

    def _trace(self, run: KeptRun, axis: str, zero: float) -> go.Scatter | None:
        curve, unit = self._curves.curve(run, "loss", 0.0), units_per_step(run, axis)
        if curve is None or unit is None:
            return None
        return line_behind(run, curve.steps * unit, curve.values - zero)


def line_behind(run: KeptRun, x: np.ndarray, y: np.ndarray) -> go.Scatter:
    """The line of a kept run behind the present one, thin and dashed, with its title at its end."""
    name, colour = literal(run.title), f"var(--dl-run-{run.colour})"
    return go.Scatter(
        x=x, y=y, mode="lines+text", line=line(colour, 1.4, "dash"), opacity=0.8,
        text=[*[""] * (len(x) - 1), name], textposition="top left", textfont={"color": colour},
        name=name, showlegend=False, hoverinfo="skip",
    )  # fmt: skip


def with_traces(panel: Panel, traces: Sequence[go.Scatter]) -> Panel:
    """`panel` with more `traces`, after the chart's own: a frame names those by their places."""
    figure = go.Figure(panel.figure)
    figure.add_traces(list(traces))
    return replace(panel, figure=figure)
