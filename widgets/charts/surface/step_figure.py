"""The figure of the next step: the loss along the direction of the next update."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from core.number_text import significant
from widgets.charts.parts.axis_ranges import SteadyRange, finite_extent
from widgets.charts.parts.style import (  # fmt: skip
    CARD,
    DANGER,
    DANGER_SOFT,
    LOSS,
    REFERENCE,
    SOFT,
    UPDATE,
    empty,
    figure,
    hover,
    line,
)

if TYPE_CHECKING:
    from core.geometry.line_view import LineView
    from widgets.charts.chart import Update

TITLE = N_("The next step")
NOTE = N_("loss along the next update, prediction dotted")
TALLEST = 2.5  # how far above the current loss the chart may reach, in depths of the valley ahead
MARGIN = 0.02  # of the axis, left of zero, so that the current point is not cut
LEVEL, QUADRATIC, CURVE, STEP, UNSTABLE, RISING, WORDS = range(7)  # the traces
UNSTABLE_WORDS, RISING_WORDS = 0.99, 0.9  # how high they stand, shares of the axis
INSIDE = 0.999  # share of the axis: words at a point that rounding has put beyond its end are not drawn at all
NEAR_END = 0.6  # share of the axis beyond which words stand left of their line


class StepFigure:
    """Loss along the next update, the step on it, its quadratic prediction, and where too far begins.

    The horizontal axis is the learning rate where the update is proportional to it, otherwise multiples
    of the update. One band shades the rates above the local stability limit; a line marks the length
    beyond which this very step would raise the loss.
    """

    def __init__(self, in_rates: bool) -> None:
        self._in_rates = in_rates
        self._range = SteadyRange(room=0.2)

    def empty(self) -> go.Figure:
        """The figure before anything is known."""
        traces = [
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(SOFT, 1.2, "dash"), hoverinfo="skip"),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=line(REFERENCE, 1.8, "dot"),
                hovertemplate=hover(_("quadratic prediction %{y:.5g}")),
            ),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=line(LOSS, 3),
                hovertemplate=hover("%{x:.4g}", _("loss %{y:.5g}")),
            ),
            go.Scatter(
                x=empty(), y=empty(), mode="lines+markers", line=line(UPDATE, 4), cliponaxis=False,
                marker={"symbol": ["circle", "diamond"], "size": [13, 12], "color": UPDATE, "opacity": 1,
                        "line": {"color": CARD, "width": 2}},
                text=[], hovertemplate=hover("%{text}"),
            ),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line={"width": 0}, fill="toself", fillcolor=DANGER_SOFT,
                hoverinfo="skip",
            ),
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(DANGER, 1.5, "dash"), hoverinfo="skip"),
            go.Scatter(x=empty(), y=empty(), mode="text", text=[], textfont={"color": DANGER}, hoverinfo="skip"),
        ]  # fmt: skip
        x_title = _("learning rate") if self._in_rates else _("length of the step, in updates")
        chart = figure(traces, x_title, "")
        chart.update_xaxes(range=[0, 1])
        return chart.update_yaxes(range=[0, 1], showticklabels=False)

    def drawn(self, view: LineView) -> Update:
        """The changes in the figure that show `view`."""
        end = float(view.positions[-1])
        landing = view.loss - view.actual
        bottom, top = _heights(view, landing)
        axis = self._range.fit(bottom, top)
        limit, rise = self._limit(view, end), _rise(view, end)
        return {
            "traces": {
                LEVEL: {"x": [-MARGIN * end, end], "y": [view.loss, view.loss]},
                QUADRATIC: {"x": view.positions, "y": _within(view.quadratic, bottom, top)},
                CURVE: {"x": view.positions, "y": _within(view.losses, bottom, top)},
                STEP: {
                    "x": [0, view.here],
                    "y": [view.loss, landing if np.isfinite(landing) else top],
                    "text": [_step_hover(N_("now"), view.loss), _step_hover(N_("after the step"), landing)],
                },
                UNSTABLE: _band(limit, end, axis),
                RISING: _rise_line(rise, axis),
                WORDS: _words(limit, rise, end, axis),
            },
            "layout": {"xaxis.range": [-MARGIN * end, end], "yaxis.showticklabels": True, "yaxis.range": axis},
        }

    def blank(self) -> Update:
        """The changes in the figure that show no step."""
        nothing = {"x": empty(), "y": empty()}
        lines = dict.fromkeys((LEVEL, QUADRATIC, CURVE, UNSTABLE, RISING), nothing)
        texts = {**nothing, "text": []}
        return {"traces": {**lines, STEP: texts, WORDS: texts}, "layout": {"yaxis.showticklabels": False}}

    def _limit(self, view: LineView, end: float) -> float:
        """The rate at which the band begins; NaN if there is none on the axis."""
        limit = view.zones.limit
        return limit if self._in_rates and limit is not None and limit < end else np.nan


def _heights(view: LineView, landing: float) -> tuple[float, float]:
    """From the lowest point ahead to a little above the current loss, and to the landing if it overshoots."""
    known = landing if np.isfinite(landing) else view.loss
    low, high = finite_extent(view.losses, np.array([view.loss, known])) or (0.0, 1.0)
    depth = max(view.loss - low, 1e-6 * abs(view.loss))
    top = min(high, view.loss + TALLEST * depth)
    return low, max(top, known, view.loss + 0.05 * depth)


def _rise(view: LineView, end: float) -> float:
    """The position beyond which this step would raise the loss; NaN if there is none on the axis."""
    # Where nothing moves the loss is level: back at its value at once, but not risen.
    rises = view.rise is not None and view.rise <= end and bool(np.any(view.losses > view.loss))
    return view.rise if rises and view.rise is not None else np.nan


def _step_hover(when: str, loss: float) -> str:
    return "<br>".join((shown(when), _("loss {value}", value=significant(loss, 5))))


def _within(values: np.ndarray, bottom: float, top: float) -> np.ndarray:
    """Values far outside the axis cut to just outside it: float32 in the page must not overflow."""
    reach = 10 * (top - bottom)
    return np.clip(np.nan_to_num(values, nan=top + reach, posinf=top + reach), bottom - reach, top + reach)


# Shapes and annotations would have the page lay out the whole chart at each frame; traces are drawn alone. Their
# place is NaN where there is nothing to say.


def _tall(axis: list[float]) -> tuple[float, float]:
    """Heights far below and above the axis: also of a chart that is zoomed out, a line between them has no end."""
    bottom, top = axis
    return bottom - 10 * (top - bottom), top + 10 * (top - bottom)


def _band(limit: float, end: float, axis: list[float]) -> Update:
    bottom, top = _tall(axis)
    return {"x": np.array([limit, end, end, limit]), "y": np.array([bottom, bottom, top, top])}


def _rise_line(rise: float, axis: list[float]) -> Update:
    return {"x": np.array([rise, rise]), "y": np.array(_tall(axis))}


def _words(limit: float, rise: float, end: float, axis: list[float]) -> Update:
    bottom, top = axis
    heights = np.array([UNSTABLE_WORDS, RISING_WORDS])
    return {
        "x": np.array([INSIDE * end if np.isfinite(limit) else np.nan, rise]),
        "y": bottom + heights * (top - bottom),
        "text": [
            _("unstable over many steps") if np.isfinite(limit) else "",
            _("beyond: this step raises the loss") if np.isfinite(rise) else "",
        ],
        "textposition": ["bottom left", "bottom left" if rise > NEAR_END * end else "bottom right"],
    }
