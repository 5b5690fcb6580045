"""A sweep over more than two settings: a line a trial through all of them to its loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.language import _
from core.number_text import significant
from widgets.charts.parts.style import INK, SOFT, figure
from widgets.sweep.loss_shade import BY_LOSS, shade
from widgets.sweep.trial_texts import label_of, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.sweeps.setting_range import SettingRange
    from core.sweeps.trial import Trial


def parallel_coordinates(trials: Sequence[Trial], ranges: Sequence[SettingRange]) -> go.Figure:
    """A line a trial through all settings to its loss; those that diverged are not drawn, as they have no loss."""
    drawn = [trial for trial in trials if trial.counts or trial.state == "pruned"]
    shades = np.array([shade(trial.loss) for trial in drawn])
    axes = [_parallel_axis(drawn, each) for each in ranges]
    if len(drawn):
        axes.append({"label": _("loss"), **_power_axis(shades)})
    font = {"color": INK, "size": 12}
    trace = go.Parcoords(
        dimensions=axes, line={"color": shades, "colorscale": BY_LOSS, "showscale": False},
        customdata=np.array([trial.number for trial in drawn], int),
        labelfont=font, tickfont=font, rangefont={"color": SOFT, "size": 11},
    )  # fmt: skip
    chart = figure([trace], "", "")
    chart.update_layout(margin={"l": 70, "r": 50, "t": 46, "b": 24})
    return chart


def _parallel_axis(trials: Sequence[Trial], each: SettingRange) -> dict[str, Any]:
    label = label_of(each)
    values = [trial.settings[each.name] for trial in trials]
    if each.is_list:
        places = list(range(len(each.values)))
        texts = [value_text(each.name, value) for value in each.values]
        numbers = [each.values.index(value) for value in values]
        return {"label": label, "values": numbers, "tickvals": places, "ticktext": texts, "range": [0, places[-1]]}
    given = np.array(values, float)
    if each.is_log:
        return {"label": label, **_power_axis(np.log10(given), math.log10(each.low), math.log10(each.high))}
    return {"label": label, "values": given, "range": [each.low, each.high]}


def _power_axis(powers: np.ndarray, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """An axis of powers of ten, with numbers written out at five places."""
    low = float(powers.min()) if low is None else low
    high = max(float(powers.max()) if high is None else high, low + 1e-6)
    ticks = np.linspace(low, high, 5)
    texts = [significant(float(10**tick), 2) for tick in ticks]
    return {"values": powers, "range": [low, high], "tickvals": ticks, "ticktext": texts}
