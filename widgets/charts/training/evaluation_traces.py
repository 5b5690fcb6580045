"""The lines that the charts of loss and metric share: those of the evaluations and of the baseline to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import _
from core.notices.model_notices import validated_on
from core.probes.registry import EVALUATION
from widgets.charts import finding_update
from widgets.charts.parts.style import LOSS, REFERENCE, SOFT, empty, hover, line
from widgets.charts.parts.thinning import evenly

if TYPE_CHECKING:
    from core.findings.results import Evaluations
    from widgets.charts.chart import Update
    from widgets.charts.model_moment import ModelMoment
    from widgets.charts.parts.run_axis import RunAxis

MOST_MARKERS = 40  # on a line; each is an element of the page
LEGEND = {
    "orientation": "h", "x": 1, "xanchor": "right", "y": 1.0, "yanchor": "bottom",
    "font": {"size": 11}, "bgcolor": "rgba(0,0,0,0)",
}  # fmt: skip
ROOM_FOR_LEGEND = {"l": 58, "r": 18, "t": 26, "b": 44}


def training_line(value: str) -> go.Scatter:
    """The trace of the training examples' evaluations; `value` is the part of a hover that tells one."""
    return _line(_("training"), LOSS, "circle", value)


def validation_line(value: str) -> go.Scatter:
    """The trace of the validation examples' evaluations; `value` is the part of a hover that tells one."""
    return _line(_("validation"), REFERENCE, "diamond", value)


def row(name: str, value: str) -> str:
    """The row of a label that reads several lines: the line's name and the template of its value."""
    return _("{line}: {value}", line=name, value=value)


def _line(name: str, color: str, symbol: str, value: str) -> go.Scatter:
    return go.Scatter(
        x=empty(), y=empty(), mode="lines+markers", name=name, line=line(color, 2.2),
        marker={"symbol": symbol, "size": 7, "color": color, "maxdisplayed": MOST_MARKERS},
        hovertemplate=hover(row(name, value)),
    )  # fmt: skip


def baseline_line() -> go.Scatter:
    """The trace of the baseline: dotted, its name above its right end."""
    return go.Scatter(
        x=empty(), y=empty(), mode="lines+text", line=line(SOFT, 1.6, "dot"), text=[], textposition="top left",
        textfont={"size": 11, "color": SOFT}, showlegend=False, hoverinfo="skip",
    )  # fmt: skip


def points(found: Evaluations, values: np.ndarray, axis: RunAxis, moment: ModelMoment) -> Update:
    """The evaluations up to `moment` as a trace shows them."""
    known = int(np.searchsorted(found.step, moment.step, side="right"))
    shown = evenly(known)
    return {"x": axis.places(found.step[shown], moment), "y": values[shown]}


def dated(note: str, found: Evaluations, moment: ModelMoment) -> Update:
    """`note`, and in the footer the step of the evaluations and how many of the examples were taken."""
    update = finding_update.dated(note, moment.findings[EVALUATION.name], moment)
    parts = [update["footer"], validated_on(found) if found.is_of_part else ""]
    return {**update, "footer": " · ".join(filter(None, parts))}


def level(height: float, words: str, end: float) -> Update:
    """A baseline at `height`, named."""
    return {"x": np.array([0, end]), "y": np.array([height, height]), "text": ["", words]}


def no_level() -> Update:
    """The trace of the baseline where there is none."""
    return {"x": empty(), "y": empty(), "text": []}
