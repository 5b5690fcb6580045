"""The step view: the loss along the direction of the next update."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.geometry.step_view import LineView
from widgets.board.panel import Panel
from widgets.charts.moment import Moment, Update
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
    line,
)
from widgets.number_text import significant

TALLEST = 2.5  # how far above the current loss the chart may reach, in depths of the valley ahead
MARGIN = 0.02  # of the axis, left of zero, so that the current point is not cut
NOTE = "loss along the next update, prediction dotted"
UNSTABLE, RISING = 0, 1  # the shapes and annotations: beyond the stability limit, beyond the rise


class NextStepChart:
    """Loss along the next update, the step on it, its quadratic prediction, and where too far begins.

    The horizontal axis is the learning rate where the update is proportional to it, otherwise multiples
    of the update. One band shades the rates above the local stability limit; a line marks the length
    beyond which this very step would raise the loss.
    """

    id = "next-step"

    def __init__(self, in_rates: bool) -> None:
        self._in_rates = in_rates
        self._range = SteadyRange(room=0.08)

    def panel(self) -> Panel:
        """The empty chart."""
        traces = [
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(SOFT, 1.2, "dash"), hoverinfo="skip"),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=line(REFERENCE, 1.8, "dot"),
                hovertemplate="quadratic prediction %{y:.5g}<extra></extra>",
            ),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=line(LOSS, 3),
                hovertemplate="%{x:.4g}<br>loss %{y:.5g}<extra></extra>",
            ),
            go.Scatter(
                x=empty(), y=empty(), mode="lines+markers", line=line(UPDATE, 4), cliponaxis=False,
                marker={"symbol": ["circle", "diamond"], "size": [13, 12], "color": UPDATE, "opacity": 1,
                        "line": {"color": CARD, "width": 2}},
                text=[], hovertemplate="%{text}<extra></extra>",
            ),
        ]  # fmt: skip
        x_title = "learning rate" if self._in_rates else "length of the step, in updates"
        chart = figure(traces, x_title, "", shapes=[_band(), _rise_line()], annotations=[_words(0.99), _words(0.9)])
        chart.update_xaxes(range=[0, 1])
        chart.update_yaxes(range=[0, 1], showticklabels=False)
        return Panel(self.id, "The next step", chart, NOTE)

    def update(self, moment: Moment) -> Update:
        """The step about to be taken at `moment`."""
        return self.drawn(moment.view)

    def drawn(self, view: LineView) -> Update:
        """What changes in the figure to show `view`."""
        end = float(view.positions[-1])
        landing = view.loss - view.actual
        bottom, top = self._heights(view, landing)
        return {
            "traces": {
                0: {"x": [-MARGIN * end, end], "y": [view.loss, view.loss]},
                1: {"x": view.positions, "y": _within(view.quadratic, bottom, top)},
                2: {"x": view.positions, "y": _within(view.losses, bottom, top)},
                3: {
                    "x": [0, view.here],
                    "y": [view.loss, landing if np.isfinite(landing) else top],
                    "text": [_hover("now", view.loss), _hover("after the step", landing)],
                },
            },
            "layout": {
                "xaxis.range": [-MARGIN * end, end],
                "yaxis.showticklabels": True,
                "yaxis.range": self._range.fit(bottom, top),
                **self._unstable(view, end),
                **self._rising(view, end),
            },
        }

    def blank(self) -> Update:
        """What changes in the figure to show no step."""
        nothing = {"x": empty(), "y": empty()}
        return {
            "traces": {**dict.fromkeys((0, 1, 2), nothing), 3: {**nothing, "text": []}},
            "layout": {
                "yaxis.showticklabels": False,
                **{f"shapes[{place}].visible": False for place in (UNSTABLE, RISING)},
                **{f"annotations[{place}].text": "" for place in (UNSTABLE, RISING)},
            },
        }

    def _heights(self, view: LineView, landing: float) -> tuple[float, float]:
        """From the lowest point ahead to a little above the current loss, and to the landing if it overshoots."""
        known = landing if np.isfinite(landing) else view.loss
        low, high = finite_extent(view.losses, np.array([view.loss, known])) or (0.0, 1.0)
        depth = max(view.loss - low, 1e-6 * abs(view.loss))
        top = min(high, view.loss + TALLEST * depth)
        return low, max(top, known, view.loss + 0.05 * depth)

    def _unstable(self, view: LineView, end: float) -> Update:
        limit = view.zones.limit
        shown = self._in_rates and limit is not None and limit < end
        return {
            f"shapes[{UNSTABLE}].x0": limit if shown else end,
            f"shapes[{UNSTABLE}].x1": end,
            f"shapes[{UNSTABLE}].visible": shown,
            f"annotations[{UNSTABLE}].text": "unstable over many steps" if shown else "",
            f"annotations[{UNSTABLE}].x": end,
        }

    def _rising(self, view: LineView, end: float) -> Update:
        # Where nothing moves the loss is level: back at its value at once, but not risen.
        shown = view.rise is not None and view.rise <= end and bool(np.any(view.losses > view.loss))
        rise = view.rise if shown else end
        near_end = shown and view.rise is not None and view.rise > 0.6 * end
        return {
            f"shapes[{RISING}].x0": rise,
            f"shapes[{RISING}].x1": rise,
            f"shapes[{RISING}].visible": shown,
            f"annotations[{RISING}].text": "beyond: loss rises" if shown else "",
            f"annotations[{RISING}].x": rise,
            f"annotations[{RISING}].xanchor": "right" if near_end else "left",
        }


def _hover(when: str, loss: float) -> str:
    return f"{when}<br>loss {significant(loss, 5)}"


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
