"""The chart of the law of size: the runs, the law, the fan of its bootstrap, and what it foretells next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _
from widgets.board.panel import Panel, Role
from widgets.charts.parts.style import INK, LOSS, REFERENCE, empty, figure, hover, line
from widgets.charts.parts.value_axis import log_ticks
from widgets.compare.value_scale import log_scale

if TYPE_CHECKING:
    from core.laws.law_progress import LawProgress

ID = "law-of-size"
WIDE, NARROW = (0, 4), (1, 3)  # places of the percentiles of 95 % and of 50 %
DEVIATIONS = 2.0  # that the bar of a prediction spans to each side


def law_panel() -> Panel:
    """The panel without points."""
    blank: dict[str, Any] = {"x": empty(), "y": empty(), "hoverinfo": "skip"}
    fan = {**blank, "mode": "lines", "line": {"width": 0}, "fill": "toself", "fillcolor": LOSS, "showlegend": False}
    shown = figure(
        [
            go.Scatter(opacity=0.12, **fan),
            go.Scatter(opacity=0.22, **fan),
            go.Scatter(mode="lines", line=line(LOSS, 2), name=_("law"), **blank),
            go.Scatter(
                x=empty(), y=empty(), mode="markers", marker={"color": INK, "size": 7}, name=_("runs"),
                hovertemplate=hover(_("%{x:.3s} parameters"), "%{y:.5g}"),
            ),
            go.Scatter(
                mode="lines+markers", line=line(REFERENCE, 2), name=_("foretold"),
                marker={"symbol": "diamond", "color": REFERENCE, "size": [1, 11, 1]}, **blank,
            ),
        ],
        _("parameters"), _("validation loss"), showlegend=True,
    )  # fmt: skip
    shown.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, margin={"l": 72})
    shown.update_xaxes(type="log", tickformat="~s")
    return Panel(
        ID, N_("Loss by model size"), shown, role=Role.LEAD,
        placeholder=_("Here stand the runs once the smallest size has trained."),
        shows=N_("The lowest validation loss of each run by its number of parameters, on two log axes."),
        advice=N_("A straight line is a power law; where it bends the loss nears what no size gets below."),
    )  # fmt: skip


def law_update(progress: LawProgress) -> dict[str, dict[str, Any]]:
    """What the panel shows now, by its id."""
    points = [(rung.size, loss) for rung in progress.rungs for loss in rung.losses if math.isfinite(loss) and loss > 0]
    sizes, losses = (np.array(values, float) for values in zip(*points, strict=True)) if points else (empty(), empty())
    traces: dict[int, dict[str, Any]] = {3: {"x": sizes, "y": losses}}
    seen = [losses]
    if progress.fan is not None:
        fan = progress.fan
        for trace, (low, high) in enumerate((WIDE, NARROW)):
            traces[trace] = _polygon(fan.sizes, fan.percentiles[low], fan.percentiles[high])
        traces[2] = {"x": fan.sizes, "y": fan.losses}
        seen += [fan.losses, fan.percentiles.ravel()]
    if progress.foretold is not None:
        loss, reach = progress.foretold.loss, DEVIATIONS * progress.foretold.deviation
        bar = np.array([max(loss - reach, 0.01 * loss), loss, loss + reach])
        traces[4] = {"x": np.full(3, float(progress.foretold.size)), "y": bar}
        seen.append(bar)
    layout = {**_sizes_axis(progress), **log_scale(_positive(np.concatenate(seen)))}
    return {ID: {"traces": traces, "layout": layout, "placeholder": "" if len(sizes) else None}}


def _sizes_axis(progress: LawProgress) -> dict[str, Any]:
    sizes = [rung.size for rung in progress.rungs]
    last = progress.fan.sizes[-1] if progress.fan is not None else max(sizes)
    ends = [math.log10(min(sizes)) - 0.1, max(math.log10(last), math.log10(min(sizes)) + 0.5)]
    return {"xaxis.range": ends, "xaxis.dtick": log_ticks(*ends)}


def _polygon(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> dict[str, Any]:
    return {"x": np.concatenate([x, x[::-1]]), "y": np.concatenate([np.maximum(low, 1e-12), high[::-1]])}


def _positive(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values) & (values > 0)]
