"""The marks of a curve: the steps at which a live setting changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.config.training_config import FIELDS
from core.language import _
from core.number_format import format_number, rounded
from core.runs.past.setting_changes import SettingChange
from widgets.charts.parts.style import INK, empty, hover, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from widgets.charts.chart import Update

CLOSE = 0.01  # of the axis: marks closer than this are one


def mark_trace() -> go.Scatter:
    """The trace of the marks, before there are any."""
    return go.Scatter(
        x=empty(), y=empty(), mode="lines+markers", line=line(INK, 1.2, "dash"), showlegend=False,
        marker={"symbol": "triangle-down", "size": 9, "color": INK}, text=[], hovertemplate=hover("%{text}"),
    )  # fmt: skip


def mark_lines(
    marks: Sequence[SettingChange], end: float, bottom: float, top: float, unit: float = 1, start: float = 0.0
) -> Update:
    """A vertical line for each change of a live setting, with a triangle at its head.

    The axis ends at `end` and counts in `unit` steps; step 0 stands at `start`.
    """
    x: list[float] = []
    y: list[float] = []
    text: list[str] = []
    for mark in _merged(marks, CLOSE * end * unit):
        words = _words(mark)
        x += [start + mark.step / unit, start + mark.step / unit, np.nan]
        y += [bottom, top, np.nan]
        text += [words, words, ""]
    return {"x": np.array(x), "y": np.array(y), "text": text}


def _merged(marks: Sequence[SettingChange], close: float) -> list[SettingChange]:
    """One mark, from first to last value, for changes of a setting that the chart could not tell apart."""
    merged: list[SettingChange] = []
    for mark in marks:
        before = merged[-1] if merged else None
        if before is not None and before.name == mark.name and mark.step - before.step < close:
            # It stays where the first change was, so that a long drag becomes a row of marks and not one.
            merged[-1] = SettingChange(before.step, mark.name, before.old, mark.new)
        else:
            merged.append(mark)
    return merged


def _words(mark: SettingChange) -> str:
    label = FIELDS[mark.name].label if mark.name in FIELDS else mark.name
    step, old, new = format_number(mark.step), rounded(mark.old), rounded(mark.new)
    return _("step {step}: {setting} {old} → {new}", step=step, setting=label, old=old, new=new)
