"""The chart of the law of size and data: the runs, and for each amount of data the law with its fan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _
from core.number_text import count_text
from widgets.board.panel import Panel, Role
from widgets.charts.parts.style import INK, REFERENCE, empty, figure, hover, line
from widgets.charts.parts.value_axis import log_ticks
from widgets.compare.value_scale import log_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.laws.foretelling import Foretold
    from core.laws.size_data_grid import GridProgress
    from core.laws.size_data_law import Gain
    from core.laws.size_data_plan import SizeDataPlan

ID = "law-of-size-and-data"
TRACES_AN_AMOUNT = 3  # fan, law, runs
MOST_FORETOLD = 2  # pairs at a time
DEVIATIONS = 2.0  # that the bar of a prediction spans to each side
FAINT = 0.12


def size_data_panel(amounts: Sequence[int]) -> Panel:
    """The panel of so many examples, without points."""
    traces = [trace for place, examples in enumerate(amounts) for trace in _amount(place, examples)]
    budget = go.Scatter(
        x=empty(), y=empty(), mode="lines+markers", line=line(REFERENCE, 2), name=_("a larger model, by the budget"),
        marker={"symbol": "diamond", "color": REFERENCE, "size": [1, 11, 1]}, hoverinfo="skip",
    )  # fmt: skip
    more = go.Scatter(budget).update(name=_("more data, by the budget"), marker_symbol="square")
    foretold = go.Scatter(
        x=empty(), y=empty(), mode="lines+markers", line=line(INK, 1), name=_("foretold before it trains"),
        marker={"symbol": "cross", "color": INK, "size": [1, 9, 1, 1] * MOST_FORETOLD}, hoverinfo="skip",
    )  # fmt: skip
    shown = figure([*traces, budget, more, foretold], _("parameters"), _("validation loss"), showlegend=True)
    shown.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, margin={"l": 72})
    shown.update_xaxes(type="log", tickformat="~s")
    return Panel(
        ID, N_("Loss by size and data"), shown, role=Role.LEAD,
        placeholder=_("Here stand the runs once the first pair of size and data has trained."),
        shows=N_("The lowest validation loss of each run by its parameters, a colour for each amount of data; the "
                 "law's interval stands around it. Diamond and square: the budget spent on size or on data. Cross: "
                 "what is foretold of the next."),
        advice=N_("Where the curves run flat more parameters gain nothing; where they lie far apart data are scarce."),
    )  # fmt: skip


def size_data_update(progress: GridProgress, plan: SizeDataPlan) -> dict[str, dict[str, Any]]:
    """What the panel of the amounts of `plan` shows now, by its id; {} before anything has trained."""
    if not progress.cells:
        return {}
    amounts = plan.all_amounts
    runs = {examples: [(cell.size, loss) for cell in progress.cells if cell.examples == examples
                       for loss in cell.losses if 0 < loss < math.inf] for examples in amounts}  # fmt: skip
    traces: dict[int, dict[str, Any]] = {}
    for place, examples in enumerate(amounts):
        points = np.array(runs[examples], float).reshape(-1, 2)
        traces[TRACES_AN_AMOUNT * place + 2] = {"x": points[:, 0], "y": points[:, 1]}
    for place, curve in enumerate(progress.curves):
        low, high = np.maximum(curve.interval, 1e-12)
        both = {"x": np.concatenate([curve.sizes, curve.sizes[::-1]]), "y": np.concatenate([low, high[::-1]])}
        traces |= {TRACES_AN_AMOUNT * place: both, TRACES_AN_AMOUNT * place + 1: {"x": curve.sizes, "y": curve.losses}}
    if progress.law is not None and progress.gains is not None:
        size, examples = plan.sizes[-1], plan.amounts[-1]
        for place, (gain, at) in enumerate(
            ((progress.gains.model, size * progress.gains.factor), (progress.gains.data, float(size)))
        ):
            bar = _bar(progress.law.predict(size, examples), gain)
            traces[TRACES_AN_AMOUNT * len(amounts) + place] = {"x": np.full(3, at), "y": bar}
    bars = [[*_two_deviations(each), math.nan] for each in progress.foretold]
    places = [[float(each.size)] * 3 + [math.nan] for each in progress.foretold]
    traces[TRACES_AN_AMOUNT * len(amounts) + 2] = {"x": np.array(places).ravel(), "y": np.array(bars).ravel()}
    seen = np.concatenate([np.asarray(trace["y"], float) for trace in traces.values()])
    seen = seen[np.isfinite(seen) & (seen > 1e-9)]
    return {ID: {"traces": traces, "layout": {**_sizes_axis(progress), **log_scale(seen)}, "placeholder": ""}}


def _two_deviations(foretold: Foretold) -> list[float]:
    """What is foretold between what lies two deviations below and above it."""
    reach = DEVIATIONS * foretold.deviation
    return [max(foretold.loss - reach, 0.01 * foretold.loss), foretold.loss, foretold.loss + reach]


def _bar(now: float, gain: Gain) -> np.ndarray:
    """The loss after a gain between the ends of its interval, lowest first."""
    return np.maximum([now - gain.high, now - gain.gain, now - gain.low], 0.01 * now)


def _sizes_axis(progress: GridProgress) -> dict[str, Any]:
    sizes = [float(cell.size) for cell in progress.cells] + [float(each.size) for each in progress.foretold]
    sizes += [float(curve.sizes[-1]) for curve in progress.curves]
    ends = [math.log10(min(sizes)) - 0.1, max(math.log10(max(sizes)) + 0.1, math.log10(min(sizes)) + 0.5)]
    return {"xaxis.range": ends, "xaxis.dtick": log_ticks(*ends)}


def _amount(place: int, examples: int) -> list[go.Scatter]:
    """Fan, law and runs of one amount of data."""
    colour, name = f"var(--dl-run-{place})", _("{count} examples", count=count_text(examples))
    skipped: dict[str, Any] = {"x": empty(), "y": empty(), "hoverinfo": "skip", "showlegend": False}
    return [
        go.Scatter(mode="lines", line={"width": 0}, fill="toself", fillcolor=colour, opacity=FAINT, **skipped),
        go.Scatter(mode="lines", line=line(colour, 2), **skipped),
        go.Scatter(
            x=empty(), y=empty(), mode="markers", marker={"color": colour, "size": 7}, name=name,
            hovertemplate=hover(_("%{x:.3s} parameters"), "%{y:.5g}"),
        ),
    ]  # fmt: skip
