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
LEVEL, QUADRATIC, CURVE, STEP = range(4)  # the traces
UNSTABLE, RISING = 0, 1  # the shapes and annotations: beyond the stability limit, beyond the rise


class StepFigure:
    """Loss along the next update, the step on it, its quadratic prediction, and where too far begins.

    The horizontal axis is the learning rate where the update is proportional to it, otherwise multiples
    of the update. One band shades the rates above the local stability limit; a line marks the length
    beyond which this very step would raise the loss.
    """

    def __init__(self, in_rates: bool) -> None:
        self._in_rates = in_rates
        self._range = SteadyRange(room=0.08)

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
        ]  # fmt: skip
        x_title = _("learning rate") if self._in_rates else _("length of the step, in updates")
        chart = figure(traces, x_title, "", shapes=[_band(), _rise_line()], annotations=[_words(0.99), _words(0.9)])
        chart.update_xaxes(range=[0, 1])
        return chart.update_yaxes(range=[0, 1], showticklabels=False)

    def drawn(self, view: LineView) -> Update:
        """The changes in the figure that show `view`."""
        end = float(view.positions[-1])
        landing = view.loss - view.actual
        bottom, top = _heights(view, landing)
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
            },
            "layout": {
                "xaxis.range": [-MARGIN * end, end],
                "yaxis.showticklabels": True,
                "yaxis.range": self._range.fit(bottom, top),
                **self._unstable(view, end),
                **_rising(view, end),
            },
        }

    def blank(self) -> Update:
        """The changes in the figure that show no step."""
        nothing = {"x": empty(), "y": empty()}
        return {
            "traces": {**dict.fromkeys((LEVEL, QUADRATIC, CURVE), nothing), STEP: {**nothing, "text": []}},
            "layout": {
                "yaxis.showticklabels": False,
                **{f"shapes[{place}].visible": False for place in (UNSTABLE, RISING)},
                **{f"annotations[{place}].text": "" for place in (UNSTABLE, RISING)},
            },
        }

    def _unstable(self, view: LineView, end: float) -> Update:
        limit = view.zones.limit
        visible = self._in_rates and limit is not None and limit < end
        return {
            f"shapes[{UNSTABLE}].x0": limit if visible else end,
            f"shapes[{UNSTABLE}].x1": end,
            f"shapes[{UNSTABLE}].visible": visible,
            f"annotations[{UNSTABLE}].text": _("unstable over many steps") if visible else "",
            f"annotations[{UNSTABLE}].x": end,
        }


def _heights(view: LineView, landing: float) -> tuple[float, float]:
    """From the lowest point ahead to a little above the current loss, and to the landing if it overshoots."""
    known = landing if np.isfinite(landing) else view.loss
    low, high = finite_extent(view.losses, np.array([view.loss, known])) or (0.0, 1.0)
    depth = max(view.loss - low, 1e-6 * abs(view.loss))
    top = min(high, view.loss + TALLEST * depth)
    return low, max(top, known, view.loss + 0.05 * depth)


def _rising(view: LineView, end: float) -> Update:
    # Where nothing moves the loss is level: back at its value at once, but not risen.
    visible = view.rise is not None and view.rise <= end and bool(np.any(view.losses > view.loss))
    rise = view.rise if visible else end
    near_end = visible and view.rise is not None and view.rise > 0.6 * end
    return {
        f"shapes[{RISING}].x0": rise,
        f"shapes[{RISING}].x1": rise,
        f"shapes[{RISING}].visible": visible,
        f"annotations[{RISING}].text": _("beyond: loss rises") if visible else "",
        f"annotations[{RISING}].x": rise,
        f"annotations[{RISING}].xanchor": "right" if near_end else "left",
    }


def _step_hover(when: str, loss: float) -> str:
    return "<br>".join((shown(when), _("loss {value}", value=significant(loss, 5))))


def _within(values: np.ndarray, bottom: float, top: float) -> np.ndarray:
    """Values far outside the axis cut to just outside it: float32 in the page must not overflow."""
    reach = 10 * (top - bottom)
    return np.clip(np.nan_to_num(values, nan=top + reach, posinf=top + reach), bottom - reach, top + reach)


def _band() -> dict[str, object]:
    return {
        "type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "x0": 0, "x1": 0, "visible": False,
        "layer": "below",
        "fillcolor": DANGER_SOFT, "line": {"width": 0},
    }  # fmt: skip


def _rise_line() -> dict[str, object]:
    return {
        "type": "line", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "x0": 0, "x1": 0, "visible": False,
        "line": {"color": DANGER, "width": 1.5, "dash": "dash"},
    }  # fmt: skip


def _words(height: float) -> dict[str, object]:
    return {
        "text": "", "xref": "x", "yref": "paper", "x": 0, "y": height, "xanchor": "right", "yanchor": "top",
        "showarrow": False, "font": {"color": DANGER},
    }  # fmt: skip
