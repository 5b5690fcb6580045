"""The chart of a rate test: the loss by the rate, and the rates that it tells."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _
from core.number_text import significant
from core.sweeps.rate_reading import averaged
from widgets.board.panel import Panel
from widgets.charts.parts.style import DANGER, LOSS, REFERENCE, UPDATE, figure, hover, line
from widgets.charts.parts.value_axis import ONE_SIZE, log_ticks

if TYPE_CHECKING:
    from core.sweeps.rate_test import RateTestResult

ID = "rate-test"
ABOVE_START = 10.0  # times the first loss: what is higher is not drawn, or all else would be flat


def rate_test_panel(result: RateTestResult | None) -> Panel:
    """The panel of a test, as far as it has come; a sentence in its place before."""
    chart = figure([], _("learning rate"), _("loss"))
    if result is not None and len(result.losses):
        chart = _chart(result)
    waiting = _("Here stands the loss by the learning rate, once the test has been made.")
    return Panel(
        ID, N_("Learning-rate test"), chart, placeholder="" if len(chart.data) else waiting,
        shows=N_("The loss while the learning rate rises from update to update."),
        advice=N_("Take a rate where the loss falls fast, well below the largest stable one."),
    )  # fmt: skip


def _chart(result: RateTestResult) -> go.Figure:
    top = ABOVE_START * max(float(result.losses[0]), 1e-30)
    seen = result.losses <= top
    rates, losses = result.rates[seen], result.losses[seen]
    template = hover(_("rate %{x:.3g}"), _("loss %{y:.4g}"))
    traces = [
        go.Scatter(x=rates, y=losses, mode="lines", line=line(LOSS, 1), opacity=0.4, hovertemplate=template),
        go.Scatter(x=rates, y=averaged(losses), mode="lines", line=line(LOSS, 2.5), hoverinfo="skip"),
    ]
    chart = figure(traces, _("learning rate"), _("loss"))
    chart.update_xaxes(type="log", range=[float(np.log10(result.rates[0])), 1.0], tickformat=ONE_SIZE, dtick=1)
    chart.update_yaxes(**_loss_axis(losses))
    for rate, colour, dash in _marks(result):
        chart.add_vline(x=rate, line=line(colour, 2, dash))
    return chart


def _marks(result: RateTestResult) -> list[tuple[float, str, str]]:
    marks = ((result.steepest, UPDATE, "solid"), (result.stable, DANGER, "dash"), (result.limit, REFERENCE, "dot"))
    return [(rate, colour, dash) for rate, colour, dash in marks if rate is not None and rate <= result.rates[-1] * 2]


def _loss_axis(losses: np.ndarray) -> dict[str, object]:
    low, high = float(losses.min()), float(losses.max())
    if low <= 0:
        room = 0.05 * (high - low) or 1.0
        return {"range": [low - room, high + room]}
    bottom, top = math.log10(low), max(math.log10(high), math.log10(low) + 0.1)
    shown = [bottom - 0.04 * (top - bottom), top + 0.04 * (top - bottom)]
    return {"type": "log", "range": shown, "dtick": log_ticks(*shown), "tickformat": ONE_SIZE}


def rate_test_sentences(result: RateTestResult) -> list[str]:
    """What the test tells, mark by mark."""
    if result.error:
        return [result.error]
    if not len(result.losses):
        return [_("The loss is not finite at the start, so no rate can be suggested.")] if result.is_over else []
    said = [_suggestion(result)]
    if result.stable is not None:
        said.append(_("Largest stable rate, by runs at one rate each (dashed): {rate}.", rate=_text(result.stable)))
    if result.limit is not None:
        said.append(_("Limit by the curvature at the start (dotted): {rate}.", rate=_text(result.limit)))
    if result.diverged:
        last = _text(float(result.rates[-1]))
        said.append(_("At a rate of {rate} the loss was finite no more, which ended the test.", rate=last))
    return said


def _suggestion(result: RateTestResult) -> str:
    if result.steepest is None:
        return _("The loss did not fall clearly at any rate, so none is suggested.")
    return _("The loss falls fastest at a rate of {rate} (solid).", rate=_text(result.steepest))


def _text(rate: float) -> str:
    return significant(rate, 3)
