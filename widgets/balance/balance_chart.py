"""The feasible corner: the artifacts by how long an answer takes and how often it is right, and where both suffice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.language import N_, _
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


def corner_panel(variants: Sequence[Variant], wish: Wish | None, chosen: Variant | None) -> Panel:
    """The chart; without a `wish` yet there is no corner."""
    figure_ = figure(
        [_points(variants, wish, chosen)] if variants else [],
        _("Computing time of one answer, ms"),
        _("Right answers, %"),
    )
    if variants:
        across, up = _ranges(variants, wish)
        figure_.update_xaxes(type="log", range=across, dtick=log_ticks(*across), tickformat=ONE_SIZE)
        figure_.update_yaxes(range=up)
        if wish is not None:
            figure_.add_shape(
                type="rect", x0=10 ** across[0], x1=wish.latency * MS, y0=100 * wish.accuracy, y1=up[1],
                fillcolor=LOSS, opacity=0.12, line={"width": 0}, layer="below",
            )  # fmt: skip
    return Panel(
        ID, N_("Good enough and fast enough"), figure_, role=Role.LEAD,
        placeholder="" if variants else _("Here stand the artifacts, once one is made."),
        shows=N_("Each artifact by the time that one answer takes and its share of right answers. In the tinted "
                 "corner both are as wished; the ringed one is the cheapest there."),
        advice=N_("Ask for more accuracy until the corner is empty: what was in it last is the price of that point."),
    )  # fmt: skip


def _points(variants: Sequence[Variant], wish: Wish | None, chosen: Variant | None) -> go.Scatter:
    fits = [wish is not None and each.accuracy >= wish.accuracy and each.service <= wish.latency for each in variants]
    return go.Scatter(
        x=[each.service * MS for each in variants],
        y=[100 * each.accuracy for each in variants],
        mode="markers+text",
        text=[plain(each.name.split(" ")[0]) for each in variants],
        textposition="middle right",
        customdata=[plain(each.name) for each in variants],
        hovertemplate=hover("%{customdata}", _("%{x:.3g} ms"), "%{y:.2f} %"),
        marker={
            "size": [16 if each is chosen else 11 for each in variants],
            "color": [LOSS if fit else SOFT for fit in fits],
            "line": {"width": [2 if each is chosen else 0 for each in variants], "color": INK},
        },
    )


def _ranges(variants: Sequence[Variant], wish: Wish | None) -> tuple[tuple[float, float], tuple[float, float]]:
    times = [each.service * MS for each in variants] + ([wish.latency * MS] if wish else [])
    shares = [100 * each.accuracy for each in variants] + ([100 * wish.accuracy] if wish else [])
    reach = max(max(shares) - min(shares), LEAST_HEIGHT) * ROOM
    logs = [math.log10(time) for time in times]
    return (min(logs) - ROOM, max(logs) + ROOM), (min(shares) - reach, min(max(shares) + reach, 100 + reach))
