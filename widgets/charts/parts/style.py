"""The look that all charts share. Colours are the page's CSS variables: one for each quantity."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

LOSS, GRADIENT, MOMENTUM = "var(--dl-loss)", "var(--dl-gradient)", "var(--dl-momentum)"
UPDATE, REFERENCE, DANGER = "var(--dl-update)", "var(--dl-reference)", "var(--dl-danger)"
DANGER_SOFT, SOFT, INK = "var(--dl-danger-soft)", "var(--dl-soft)", "var(--dl-ink)"
OPPOSITE = "var(--dl-opposite)"  # of what the colour of the loss stands for: another class, another sign
PATH, POINT, CONTOUR, GRID, CARD = (f"var(--dl-{n})" for n in ("path", "point", "contour", "grid", "card"))

FONT_SIZE = 13
MOST_LABELS = 8  # of a vertical axis; Plotly rounds the step between them up, at most 2.5 times, so three are left


def figure(traces: list[Any], x_title: str, y_title: str, **layout: Any) -> go.Figure:
    """A figure of `traces` with two quiet axes."""
    shared = {
        "template": None,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 58, "r": 18, "t": 8, "b": 44},
        "font": {"family": "system-ui, sans-serif", "size": FONT_SIZE, "color": SOFT},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": CARD, "bordercolor": GRID, "font": {"color": INK, "size": FONT_SIZE}},
        "xaxis": axis(x_title),
        "yaxis": axis(y_title, nticks=MOST_LABELS),
    }
    return go.Figure(traces, {**shared, **layout})


def axis(title: str, **more: Any) -> dict[str, Any]:
    """A quiet axis with a fixed range: ranges are set by charts, so that no frame makes them jump."""
    return {
        "title": {"text": title, "standoff": 6},
        "gridcolor": GRID,
        "zeroline": False,
        "linecolor": GRID,
        "ticks": "",
        "type": "linear",  # stated, or the page guesses it anew for every frame
        "ticklabeloverflow": "allow",  # the check for overflow measures text in every frame
        "exponentformat": "power",
        "minorloglabels": "complete",  # of one size: the default prints those between powers of ten small
        **more,
    }


def read_together(chart: go.Figure, place: str) -> None:
    """Lets one label read all curves of `chart` at one place of its x axis, which the template `place` names."""
    chart.update_layout(hovermode="x unified", xaxis_unifiedhovertitle_text=place)


def line(color: str, width: float = 2.5, dash: str = "solid") -> dict[str, Any]:
    """A line's look."""
    return {"color": color, "width": width, "dash": dash}


def empty() -> np.ndarray:
    """The coordinates of a trace before there is anything to show."""
    return np.empty(0)


def hover(*lines: str) -> str:
    """A hover template of `lines`, without the name of the trace that plotly would add."""
    return f"{'<br>'.join(lines)}<extra></extra>"
