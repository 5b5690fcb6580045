"""The charts of the Serve tab: latency over throughput, the queue, and the sizes of batches."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _
from widgets.board.panel import Panel, Role
from widgets.charts.parts.style import DANGER, LOSS, REFERENCE, UPDATE, figure, hover, line
from widgets.charts.parts.value_axis import ONE_SIZE, log_ticks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.load.rate_sweep import CurvePoint, RateSweep

CURVE, QUEUE, BATCHES = "serve-curve", "serve-queue", "serve-batches"
PLACES = 80  # of the curve that is foretold
BEYOND = 10.0  # times the largest mean that is foretold: out of sight


def curve_panel(sweep: RateSweep | None) -> Panel:
    """Mean latency over the rate: foretold as a line before it is measured, measured as points."""
    times = None if sweep is None else sweep.times
    points = () if sweep is None else sweep.points
    chart = figure([], _("Requests per second"), _("Latency, ms"))
    if times is not None:
        rates = np.linspace(0.02, 0.97, PLACES) * times.capacity
        curve = [each for each in map(sweep.forecast, rates) if each is not None] if sweep is not None else []
        mean, low, high = (1e3 * np.array(ends) for ends in zip(*((f.mean, f.low, f.high) for f in curve), strict=True))
        foretold = np.where(np.isfinite(mean), mean, np.nan)
        chart.add_trace(_band(rates, low, high, float(np.nanmax(foretold))))
        chart.add_trace(
            go.Scatter(x=rates, y=mean, mode="lines", line=line(REFERENCE, 2, "dash"),
                       hovertemplate=hover(_("foretold: %{y:.3g} ms at %{x:.4g} per second")))
        )  # fmt: skip
        chart.add_trace(_measured(points, "mean"))
        chart.add_trace(_measured(points, "p99"))
        chart.update_xaxes(range=[0, 1.2 * times.capacity], tickformat="~s")
        chart.update_yaxes(**_latency_axis(foretold, points))
        chart.add_vline(times.capacity, line=line(DANGER, 1, "dot"))
    return Panel(
        CURVE, N_("Latency and throughput"), chart, role=Role.LEAD,
        note=_("dashed: foretold, in its band · filled: mean · hollow: p99"),
        placeholder="" if times is not None else _("Here a sweep over rates draws what is foretold and measured."),
        shows=N_("Mean latency and p99 by the rate of requests. The dashed line was drawn before the first rate was "
                 "measured: Pollaczek and Khinchine's formula for one at a time, with Welch's for a server that has to "
                 "wake; Inoue's bound where requests are answered in batches. In the band 95 of 100 means should be, "
                 "by how much the server's speed moved while batches were timed. The dotted line is the capacity."),
        advice=N_("Allow larger batches and sweep again: the knee moves to the right."),
    )  # fmt: skip


def _band(rates: np.ndarray, low: np.ndarray, high: np.ndarray, largest: float) -> go.Scatter:
    """The interval that is foretold, from `low` to `high`, which ends above the chart where it knows no end."""
    seen = np.isfinite(low)
    top = np.minimum(high[seen], BEYOND * largest)
    return go.Scatter(
        x=np.concatenate([rates[seen], rates[seen][::-1]]), y=np.concatenate([low[seen], top[::-1]]), mode="lines",
        line={"width": 0}, fill="toself", fillcolor=REFERENCE, opacity=0.2, hoverinfo="skip",
    )  # fmt: skip


def _measured(points: Sequence[CurvePoint], kind: str) -> go.Scatter:
    values = [(point.rate, _value(point, kind)) for point in points if not point.result.is_void]
    drawn = [(rate, value) for rate, value in values if value is not None]
    marker = {"color": LOSS, "size": 10, "symbol": "circle" if kind == "mean" else "circle-open"}
    label = _("mean: %{y:.3g} ms at %{x:.4g} per second") if kind == "mean" else _("p99: %{y:.3g} ms")
    return go.Scatter(
        x=[rate for rate, _value in drawn], y=[1e3 * value for _rate, value in drawn], mode="markers", marker=marker,
        hovertemplate=hover(label),
    )  # fmt: skip


def _value(point: CurvePoint, kind: str) -> float | None:
    return point.result.mean if kind == "mean" else point.result.percentiles.get(99)


def _latency_axis(foretold: np.ndarray, points: Sequence[CurvePoint]) -> dict[str, Any]:
    counted = [point for point in points if not point.result.is_void]
    measured = [_value(point, kind) for point in counted for kind in ("mean", "p99")]
    values = [*foretold[np.isfinite(foretold)], *(1e3 * value for value in measured if value)]
    low, high = math.log10(min(values)) - 0.1, math.log10(max(values)) + 0.15
    return {"type": "log", "range": [low, high], "dtick": log_ticks(low, high), "tickformat": ONE_SIZE}


def queue_panel(queue: Sequence[tuple[float, int]]) -> Panel:
    """Rows that wait, over the last minute."""
    seconds, rows = ([entry[place] for entry in queue] for place in (0, 1))
    trace = go.Scatter(x=seconds, y=rows, mode="lines", line={**line(UPDATE, 2), "shape": "hv"},
                       hovertemplate=hover("%{y}"))  # fmt: skip
    chart = figure([trace] if queue else [], _("Seconds since it was served"), _("Rows that wait"))
    if queue:
        chart.update_xaxes(range=[seconds[0], max(seconds[-1], seconds[0] + 10)])
        chart.update_yaxes(range=[0, max(max(rows) * 1.1, 5)])
    return Panel(
        QUEUE, N_("Queue"), chart, placeholder="" if queue else _("Here stands the queue of a server."),
        shows=N_("How many rows waited whenever the server was asked, every 0.4 s."),
    )  # fmt: skip


def batch_panel(state: Mapping[str, Any] | None) -> Panel:
    """How many predictions came in batches of which size."""
    batches = {} if state is None else {int(rows): count for rows, count in state["batches"].items()}
    total = sum(rows * count for rows, count in batches.items())
    shares = [100 * rows * count / total for rows, count in batches.items()]
    bars = go.Bar(x=list(batches), y=shares, marker={"color": UPDATE},
                  hovertemplate=hover(_("batches of %{x}: %{y:.3g} in 100 predictions")))  # fmt: skip
    chart = figure([bars] if batches else [], _("Rows of a batch"), _("Predictions, %"))
    if batches:
        chart.update_xaxes(range=[0.5, max(max(batches) * 1.05, 8)])
        chart.update_yaxes(range=[0, 1.08 * max(shares)])
    return Panel(
        BATCHES, N_("Sizes of batches"), chart,
        placeholder="" if batches else _("Here stand the sizes of batches, once requests come."),
        shows=N_("Which share of the predictions came from batches of which size, since the server began."),
        advice=N_("Raise the load: more requests wait together, so that batches grow by themselves."),
    )  # fmt: skip
