"""The chart of runs over each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.experiments.curve import EPOCHS, EXAMPLES, FLOPS, SECONDS, STEPS, units_per_step
from core.language import N_, _, ngettext, shown
from core.number_format import format_number
from widgets.board.panel import Panel, Role
from widgets.charts.choice import Choice
from widgets.charts.parts.style import figure, hover, line
from widgets.charts.parts.value_axis import LINEAR, LOG, ONE_SIZE, log_ticks
from widgets.compare.run_texts import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.experiments.curve import Curve
    from core.store.kept_run import KeptRun

ID = "compare-curves"
MOST_CURVES = 50
TRAINING, VALIDATION, METRIC = N_("training loss"), N_("validation loss"), N_("validation metric")
SERIES: dict[str, str] = {TRAINING: "loss", VALIDATION: "validation_loss", METRIC: "validation_metric"}
OFF = N_("off")
WEIGHTS: dict[str, float] = {OFF: 0.0, "0.9": 0.9, "0.99": 0.99}
AXES = (N_("steps"), N_("epochs"), N_("examples"), N_("seconds"), "FLOPs")
QUANTITY = Choice("quantity", N_("Curves of"), tuple(SERIES), TRAINING)
AXIS = Choice("axis", N_("Horizontal axis"), AXES, STEPS)
SCALE = Choice("scale", N_("Vertical axis"), (LINEAR, LOG), LOG)
SMOOTHING = Choice("smoothing", N_("Smoothing"), tuple(WEIGHTS), OFF)
CHOICES = (QUANTITY, AXIS, SCALE, SMOOTHING)
assert {STEPS, EPOCHS, EXAMPLES, SECONDS, FLOPS} == set(AXES)


@dataclass(frozen=True)
class Drawn:
    """A run with its curve and how far it moves on the axis in one step."""

    run: KeptRun
    curve: Curve
    unit: float


def overlay(
    runs: Sequence[KeptRun], chosen: Mapping[str, str], curve: Callable[[KeptRun, str, float], Curve | None]
) -> tuple[Panel, list[str]]:
    """The panel with the curves of the first `MOST_CURVES` of `runs`, and sentences about what is to be known of it.

    `curve` returns the curve of a run by series and weight of smoothing, None if it has none.
    """
    options = {choice.name: choice.option(chosen) for choice in CHOICES}
    series, axis, weight = SERIES[options["quantity"]], options["axis"], WEIGHTS[options["smoothing"]]
    asked = runs[:MOST_CURVES]
    found = [(run, curve(run, series, weight), units_per_step(run, axis)) for run in asked]
    drawn = [Drawn(run, line, unit) for run, line, unit in found if line is not None and unit is not None]
    is_log = options["scale"] == LOG
    chart = figure([trace for one in drawn for trace in _traces(one, is_log)], shown(axis), "", showlegend=True)
    chart.update_layout(
        margin={"l": 64, "r": 18, "t": 12, "b": 48}, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    )
    chart.update_xaxes(range=[0, max((one.unit * float(one.curve.steps[-1]) for one in drawn), default=1.0) or 1.0])
    chart.update_yaxes(**_value_axis(drawn, is_log))
    switches = tuple(choice.switch(options[choice.name]) for choice in CHOICES)
    placeholder = "" if drawn else _("Here stand the curves of the runs that are drawn in the list.")
    panel = Panel(
        ID, N_("Curves"), chart, note=_note(len(drawn), len(runs)), switches=switches, role=Role.LEAD,
        placeholder=placeholder, shows=N_("The curves of kept runs over each other, each point as it was recorded."),
        advice=N_("Change the horizontal axis: by time or by operations another run may be ahead."),
    )  # fmt: skip
    return panel, _sentences(drawn, [run for run, line, unit in found if line is None or unit is None])


def _note(drawn: int, found: int) -> str:
    if found <= MOST_CURVES:
        return ngettext("one run", "{count} runs", drawn, count=drawn)
    return _("the first {drawn} of {found} runs", drawn=drawn, found=format_number(found))


def _traces(one: Drawn, is_log: bool) -> list[go.Scatter]:
    """The curve as recorded, the smoothed one over it, and the mark at which a run that diverged ends."""
    run, curve = one.run, one.curve
    colour = f"var(--dl-run-{run.colour})"
    is_smooth = len(curve.smooth_steps) > 0
    template = hover(_("{run}: %{{y:.5g}}", run=literal(run.title)), "%{x:.6~g}")
    shared = {"mode": "lines", "legendgroup": run.id, "name": literal(run.title), "hovertemplate": template}
    traces = [
        go.Scatter(
            x=_single(curve.steps * one.unit), y=_single(_drawable(curve.values, is_log)), line=line(colour, 1.6),
            opacity=0.3 if is_smooth else 1.0, showlegend=not is_smooth, **shared,
        )
    ]  # fmt: skip
    if is_smooth:
        x, y = curve.smooth_steps * one.unit, _drawable(curve.smooth_values, is_log)
        traces.append(go.Scatter(x=_single(x), y=_single(y), line=line(colour, 2.2), **shared))
    if _is_broken(one) and curve.last is not None:
        step, value = curve.last
        traces.append(
            go.Scatter(
                x=[step * one.unit], y=[value], mode="markers", legendgroup=run.id, showlegend=False, hoverinfo="skip",
                marker={"symbol": "x", "size": 10, "color": colour}, cliponaxis=False,
            )
        )  # fmt: skip
    return traces


def _single(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32)  # more digits than a screen shows, at half the bytes


def _drawable(values: np.ndarray, is_log: bool) -> np.ndarray:
    return np.where(values > 0, values, np.nan) if is_log else values


def _is_broken(one: Drawn) -> bool:
    return one.curve.broken is not None or one.run.state == "diverged"


def _value_axis(drawn: Sequence[Drawn], is_log: bool) -> dict[str, object]:
    """The vertical axis: that of the runs that did not diverge; where all did, that of their first points."""
    sound = [one.curve.values for one in drawn if not _is_broken(one)]
    values = np.concatenate(sound or [one.curve.values[:1] for one in drawn] or [np.array([0.1, 1.0])])
    values = values[np.isfinite(values) & ((values > 0) | (not is_log))]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.1, 1.0)
    if not is_log:
        room = 0.05 * (high - low) or abs(high) or 1.0
        return {"type": "linear", "range": [low - room, high + room]}
    bottom, top = math.log10(low), max(math.log10(high), math.log10(low) + 0.1)
    room = 0.04 * (top - bottom)
    shown_range = [bottom - room, top + room]
    return {"type": "log", "range": shown_range, "dtick": log_ticks(*shown_range), "tickformat": ONE_SIZE}


def _sentences(drawn: Sequence[Drawn], missing: Sequence[KeptRun]) -> list[str]:
    """What the curves alone do not say."""
    said: list[str] = []
    for one in [one for one in drawn if _is_broken(one)][:5]:
        step = one.run.steps if one.curve.broken is None else one.curve.broken
        said.append(
            _("{run} diverged at step {step}; it ends in a cross.", run=one.run.title, step=format_number(step))
        )
    if missing:
        names = ", ".join(run.title for run in missing[:5])
        said.append(
            ngettext("One run has no such curve or axis: {names}.",
                     "{count} runs have no such curve or axis, among them {names}.",
                     len(missing), count=len(missing), names=names)
        )  # fmt: skip
    return said
