"""The feasible corner: the artifacts by how long an answer takes and how good it is, and where both suffice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.costs.goal import ACCURACY, MAE
from core.language import N_, _, shown
from core.metric import METRICS
from widgets.board.panel import Panel, Role
from widgets.charts.parts.style import INK, LOSS, SOFT, figure, hover
from widgets.charts.parts.value_axis import ONE_SIZE, log_ticks
from widgets.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.costs.balance import Variant, Wish

ID = "balance"
MS = 1e3
ROOM = 0.15  # of a power of ten, beside the outermost points
LEAST_HEIGHT = 2.0  # percent points that the axis spans
LEAST_SHARE = 0.05  # of the largest value of another metric


def corner_panel(
    variants: Sequence[Variant], wish: Wish | None, chosen: Variant | None, metric: str = ACCURACY, unit: str = ""
) -> Panel:
    """The chart by `metric`, whose values have a `unit` or ""; without a `wish` yet there is no corner."""
    scale = 100.0 if metric == ACCURACY else 1.0
    figure_ = figure(
        [_points(variants, wish, chosen, scale)] if variants else [],
        _("Computing time of one answer, ms"),
        _axis(metric, unit),
    )
    if variants:
        across, up = _ranges(variants, wish, scale)
        figure_.update_xaxes(type="log", range=across, dtick=log_ticks(*across), tickformat=ONE_SIZE)
        figure_.update_yaxes(range=up)
        if wish is not None:
            best = up[0] if wish.falls else up[1]
            figure_.add_shape(
                type="rect", x0=10 ** across[0], x1=wish.latency * MS, y0=scale * wish.quality, y1=best,
                fillcolor=LOSS, opacity=0.12, line={"width": 0}, layer="below",
            )  # fmt: skip
    return Panel(
        ID, N_("Good enough and fast enough"), figure_, role=Role.LEAD,
        placeholder="" if variants else _("Here stand the artifacts, once one is made."),
        shows=N_("Each artifact by the time that one answer takes and by how good its answers are. In the tinted "
                 "corner both are as wished; the ringed one is the cheapest there."),
        advice=N_("Ask for more until the corner is empty: what was in it last is the price of that point."),
    )  # fmt: skip


def _axis(metric: str, unit: str) -> str:
    if metric == ACCURACY:
        return _("Right answers, %")
    title = shown(METRICS[metric].title)
    return _("{quantity}, {unit}", quantity=title, unit=unit) if unit and metric == MAE else title


def _points(variants: Sequence[Variant], wish: Wish | None, chosen: Variant | None, scale: float) -> go.Scatter:
    fits = [wish is not None and wish.is_good(each.quality) and each.service <= wish.latency for each in variants]
    return go.Scatter(
        x=[each.service * MS for each in variants],
        y=[scale * each.quality for each in variants],
        mode="markers+text",
        text=[plain(each.name.split(" ")[0]) for each in variants],
        textposition="middle right",
        customdata=[plain(each.name) for each in variants],
        hovertemplate=hover("%{customdata}", _("%{x:.3g} ms"), "%{y:.2f} %" if scale == 100 else "%{y:.3g}"),
        marker={
            "size": [16 if each is chosen else 11 for each in variants],
            "color": [LOSS if fit else SOFT for fit in fits],
            "line": {"width": [2 if each is chosen else 0 for each in variants], "color": INK},
        },
    )


def _ranges(
    variants: Sequence[Variant], wish: Wish | None, scale: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    times = [each.service * MS for each in variants] + ([wish.latency * MS] if wish else [])
    values = [scale * each.quality for each in variants] + ([scale * wish.quality] if wish else [])
    least = LEAST_HEIGHT if scale == 100 else LEAST_SHARE * max(map(abs, values))
    reach = max(max(values) - min(values), least, 1e-12) * ROOM
    logs = [math.log10(time) for time in times]
    return (min(logs) - ROOM, max(logs) + ROOM), (min(values) - reach, max(values) + reach)
