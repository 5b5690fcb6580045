"""The chart of runs over each other.

Its panel holds the lines and marks of runs; what they show comes by frames, so that a zoom outlives every choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.curve import EPOCHS, EXAMPLES, FLOPS, PIXELS, SECONDS, STEPS
from core.language import N_, _, ngettext, shown
from core.number_format import format_number
from core.store.run_store import COLOURS
from widgets.board.panel import Panel, Role
from widgets.board.pressing import place_of
from widgets.charts.choice import Choice
from widgets.charts.parts.style import empty, figure
from widgets.charts.parts.value_axis import LINEAR, LOG
from widgets.compare.overlay_sentences import sentences
from widgets.compare.strand import Drawn, strands
from widgets.compare.trunk import axis_from_root
from widgets.compare.value_scale import linear_scale, log_scale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.experiments.curve import Curve
    from core.store.kept_run import KeptRun

    CurveOf = Callable[[KeptRun, str, float, int], Curve | None]

ID = "compare-curves"
MOST_CURVES = 50
LEGEND_SHARE = 0.3  # of the chart's height: on a phone it is scrolled, else no room is left for the curves
FEW_CURVES = 12  # up to here each has a line of its own and its name in a legend, which takes as long as the curves
COLUMNS = 8_000  # of all curves together: their points are what a browser's time goes to
TRAINING, VALIDATION, METRIC = N_("training loss"), N_("validation loss"), N_("validation metric")
SERIES: dict[str, str] = {TRAINING: "loss", VALIDATION: "validation_loss", METRIC: "validation_metric"}
OFF = N_("off")
WEIGHTS: dict[str, float] = {OFF: 0.0, "0.9": 0.9, "0.99": 0.99}
AXES = (N_("steps"), N_("epochs"), N_("examples"), N_("seconds"), "FLOPs")
QUANTITY = Choice("quantity", N_("Curves of"), tuple(SERIES), TRAINING)
AXIS = Choice("axis", N_("Horizontal axis"), AXES, AXES[0])
SCALE = Choice("scale", N_("Vertical axis"), (LINEAR, LOG), LOG)
SMOOTHING = Choice("smoothing", N_("Smoothing"), tuple(WEIGHTS), OFF)
ADVICE = N_("Change the horizontal axis: by time or by operations another run may be ahead.")
PRESS = N_("Press a point of a curve: its run opens at that step, and goes on from there.")
CHOICES = (QUANTITY, AXIS, SCALE, SMOOTHING)
assert {STEPS, EPOCHS, EXAMPLES, SECONDS, FLOPS} == set(AXES)


class OverlayChart:
    """The curves of the first `MOST_CURVES` of `runs`, as `chosen` says.

    `curve` returns the curve of a run by series, weight of smoothing and columns, None if it has none; `find` the run
    with an id, so that a branch begins where it left its parent. Where runs can be opened their points are pressed.
    """

    def __init__(
        self,
        runs: Sequence[KeptRun],
        chosen: Mapping[str, str],
        curve: CurveOf,
        find: Callable[[str], KeptRun | None] = lambda id: None,
        can_open: bool = False,
    ) -> None:
        self._can_open = can_open
        self._found = len(runs)
        self._options = {choice.name: choice.option(chosen) for choice in CHOICES}
        self._series, self._axis = SERIES[self._options["quantity"]], self._options["axis"]
        weight, shown_runs = WEIGHTS[self._options["smoothing"]], runs[:MOST_CURVES]
        columns = min(PIXELS, COLUMNS // max(1, len(shown_runs)))
        self._all = [
            Drawn(run, curve(run, self._series, weight, columns), axis_from_root(run, self._axis, find))
            for run in shown_runs
        ]
        lined = [one for one in self._all if one.run.series]  # those that some choice may draw
        self._strands = strands(lined, COLOURS if self.are_many else None)
        self._drawn = [one for one in self._all if one.curve is not None and one.axis is not None]
        self._is_log, self._is_smooth = self._options["scale"] == LOG, weight > 0

    @property
    def are_many(self) -> bool:
        """True if the curves are too many for a legend."""
        return len(self._all) > FEW_CURVES

    @property
    def key(self) -> tuple[object, ...]:
        """A value that differs where another panel is needed; for all else a frame will do."""
        if self.are_many:
            return ("many",)
        return tuple((one.run.id, one.run.title, one.run.colour) for strand in self._strands for one in strand.drawn)

    def panel(self) -> Panel:
        """The panel, with all lines, the crosses and the rings, without points."""
        lines = [trace for strand in self._strands for trace in strand.traces()]
        chart = figure([*lines, _marks("x"), _marks("circle-open")], "", "", showlegend=not self.are_many)
        chart.update_layout(
            margin={"l": 64, "r": 18, "t": 12, "b": 48, "autoexpand": not self.are_many},  # else it is drawn twice
            legend={
                "orientation": "h",
                "y": 1.02,
                "yanchor": "bottom",
                "maxheight": LEGEND_SHARE,
                "font": {"size": 11},
            },
        )
        switches = tuple(choice.switch(self._options[choice.name]) for choice in CHOICES)
        return Panel(
            ID, N_("Curves"), chart, note=self._note(), switches=switches, role=Role.LEAD,
            placeholder=self._placeholder(),
            shows=N_("The curves of kept runs over each other, each point as it was recorded."),
            advice=PRESS if self._can_open else ADVICE, has_points_to_press=self._can_open,
        )  # fmt: skip

    def update(self) -> dict[str, Any]:
        """What the panel shows now, as `LiveBoard.draw` takes it."""
        traces: dict[int, dict[str, Any]] = {}
        for place, strand in enumerate(self._strands):
            traces[2 * place], traces[2 * place + 1] = strand.points(self._is_log, self._is_smooth)
        traces[2 * len(self._strands)] = self._points_at([one for one in self._drawn if one.is_broken], last=True)
        traces[2 * len(self._strands) + 1] = self._points_at(self._branches, last=False)
        return {
            "traces": traces, "layout": {**self._horizontal(), **self._vertical()}, "note": self._note(),
            "placeholder": self._placeholder(),
        }  # fmt: skip

    def pressed(self, number: int) -> tuple[KeptRun, int] | None:
        """The run and the step of the point that was pressed; None if it is none of a curve."""
        trace, point = place_of(number)
        place, is_front = divmod(trace, 2)
        if not 0 <= place < len(self._strands):
            return None
        return self._strands[place].pressed(point, self._is_smooth and bool(is_front))

    def sentences(self) -> list[str]:
        """What the curves alone do not say."""
        broken = [(one.run, one.curve) for one in self._drawn if one.is_broken and one.curve is not None]
        missing = [one.run for one in self._all if one.curve is None or one.axis is None]
        guessed = [one.run for one in self._drawn if one.axis is not None and one.axis.is_guessed]
        validated = [] if self._series == SERIES[TRAINING] else [one.run for one in self._drawn]
        return sentences(broken, missing, guessed, [one.run for one in self._branches], validated)

    def _note(self) -> str:
        drawn = len(self._drawn)
        if self._found <= MOST_CURVES:
            return ngettext("one run", "{count} runs", drawn, count=drawn)
        return _("the first {drawn} of {found} runs", drawn=drawn, found=format_number(self._found))

    def _placeholder(self) -> str:
        return "" if self._drawn else _("Here stand the curves of the runs that are drawn in the list.")

    @property
    def _branches(self) -> list[Drawn]:
        """The runs that left another one, as a branch or as a fork."""
        return [one for one in self._drawn if one.run.left_at is not None]

    def _points_at(self, drawn: Sequence[Drawn], last: bool) -> dict[str, Any]:
        """The marks at the last finite points of runs, those that diverged, or where they left another."""
        ends = [
            (float(one.axis(np.array([end[0]]))[0]), end[1], f"var(--dl-run-{one.run.colour})")
            for one in drawn
            if one.axis is not None and (end := one.last if last else one.turn) is not None
        ]
        x, y, colours = zip(*ends, strict=True) if ends else ((), (), ())
        return {"x": list(x), "y": list(y), "marker.color": list(colours), "visible": bool(ends)}

    def _horizontal(self) -> dict[str, Any]:
        """The axis; its uirevision is what it counts, since a zoom among steps means nothing among seconds."""
        ends = [one.axis(one.curve.steps[-1:])[0] for one in self._drawn if one.axis is not None and one.curve]
        longest = float(max(ends, default=1.0)) or 1.0
        return {"xaxis.range": [0, longest], "xaxis.title.text": shown(self._axis), "xaxis.uirevision": self._axis}

    def _vertical(self) -> dict[str, Any]:
        """The axis of the runs that did not diverge; where all did, that of their first points."""
        sound = [one.curve.values for one in self._drawn if not one.is_broken and one.curve]
        first = [one.curve.values[:1] for one in self._drawn if one.curve]
        values = np.concatenate(sound or first or [np.array([0.1, 1.0])])
        scale = log_scale(values[values > 0]) if self._is_log else linear_scale(values[np.isfinite(values)])
        return {"yaxis.uirevision": f"{self._series} {self._options['scale']}", **scale}


def _marks(symbol: str) -> go.Scatter:
    return go.Scatter(
        x=empty(), y=empty(), mode="markers", marker={"symbol": symbol, "size": 10}, showlegend=False, hoverinfo="skip",
        cliponaxis=False, visible=False,
    )  # fmt: skip
