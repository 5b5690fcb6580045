"""A sweep over one or two settings: the loss of each trial by them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.language import _
from widgets.charts.parts.style import DANGER, INK, figure, hover
from widgets.charts.parts.value_axis import ONE_SIZE, log_ticks
from widgets.sweep.loss_shade import BY_LOSS, STATE_COLOURS, shade
from widgets.sweep.trial_texts import label_of, trial_words, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.sweeps.setting_range import SettingRange
    from core.sweeps.trial import Trial

NONE = -1  # the number of no trial


def trial_map(trials: Sequence[Trial], ranges: Sequence[SettingRange]) -> go.Figure:
    """One setting: the loss by it. Two: a map whose colours are the losses, of a grid with its cells filled."""
    counted = [trial for trial in trials if trial.counts or trial.state == "pruned"]
    broken = [trial for trial in trials if trial.state == "diverged"]
    first = ranges[0]
    if len(ranges) == 1:
        return _by_one(counted, broken, first)
    is_grid = all(len({t.settings[each.name] for t in trials}) ** 2 <= 2 * len(trials) for each in ranges)
    traces = [(_cells if is_grid else _points)(counted, ranges), _crosses(broken, ranges)]
    chart = figure(traces, label_of(first), label_of(ranges[1]))
    chart.update_xaxes(**_axis(first))
    chart.update_yaxes(**_axis(ranges[1]))
    return chart


def _by_one(counted: Sequence[Trial], broken: Sequence[Trial], first: SettingRange) -> go.Figure:
    losses = np.array([trial.loss for trial in counted])
    top = float(losses.max()) if len(losses) else 1.0
    colours = [STATE_COLOURS[trial.state] for trial in counted]
    traces = [
        go.Scatter(
            x=_coordinates(counted, first), y=losses, mode="markers", text=trial_words(counted),
            hovertemplate=hover("%{text}"), marker={"size": 10, "color": colours}, customdata=_numbers(counted),
        ),
        go.Scatter(
            x=_coordinates(broken, first), y=[top] * len(broken), mode="markers", text=trial_words(broken),
            hovertemplate=hover("%{text}"), marker={"size": 11, "symbol": "x", "color": DANGER},
            customdata=_numbers(broken),
        ),
    ]  # fmt: skip
    chart = figure(traces, label_of(first), _("loss"))
    chart.update_xaxes(**_axis(first))
    chart.update_yaxes(**_loss_axis(losses))
    return chart


def _loss_axis(losses: np.ndarray) -> dict[str, Any]:
    if not len(losses) or losses.min() <= 0:
        return {"autorange": True}
    bottom, top = math.log10(float(losses.min())), math.log10(float(losses.max()))
    room = 0.06 * max(top - bottom, 0.1)
    seen = [bottom - room, top + room]
    return {"type": "log", "range": seen, "dtick": log_ticks(*seen), "tickformat": ONE_SIZE}


def _cells(trials: Sequence[Trial], ranges: Sequence[SettingRange]) -> go.Heatmap:
    columns, rows = (_sorted_values(trials, each) for each in ranges)
    losses, numbers = np.full((len(rows), len(columns)), np.nan), np.full((len(rows), len(columns)), NONE)
    words = np.full((len(rows), len(columns)), "", object)
    for trial, said in zip(trials, trial_words(trials), strict=True):
        place = rows.index(trial.settings[ranges[1].name]), columns.index(trial.settings[ranges[0].name])
        losses[place], numbers[place], words[place] = shade(trial.loss), trial.number, said
    x, y = (_as_coordinates(values, each) for values, each in zip((columns, rows), ranges, strict=True))
    return go.Heatmap(
        x=x, y=y, z=losses, colorscale=BY_LOSS, showscale=False, xgap=2, ygap=2, customdata=numbers, text=words,
        hovertemplate=hover("%{text}"), hoverongaps=False,
    )  # fmt: skip


def _points(trials: Sequence[Trial], ranges: Sequence[SettingRange]) -> go.Scatter:
    shades = [shade(trial.loss) for trial in trials]
    return go.Scatter(
        x=_coordinates(trials, ranges[0]), y=_coordinates(trials, ranges[1]), mode="markers", text=trial_words(trials),
        hovertemplate=hover("%{text}"), customdata=_numbers(trials),
        marker={"color": shades, "colorscale": BY_LOSS, "line": {"color": INK, "width": 1}, "size": 14},
    )  # fmt: skip


def _crosses(trials: Sequence[Trial], ranges: Sequence[SettingRange]) -> go.Scatter:
    return go.Scatter(
        x=_coordinates(trials, ranges[0]), y=_coordinates(trials, ranges[1]), mode="markers", text=trial_words(trials),
        hovertemplate=hover("%{text}"), marker={"size": 11, "symbol": "x", "color": DANGER},
        customdata=_numbers(trials),
    )  # fmt: skip


def _numbers(trials: Sequence[Trial]) -> np.ndarray:
    """What a press on each trial is told by."""
    return np.array([trial.number for trial in trials], int)


def _axis(each: SettingRange) -> dict[str, Any]:
    if each.is_list and not _is_numeric(each):
        texts = [value_text(each.name, value) for value in each.values]
        places = list(range(len(texts)))
        return {"tickvals": places, "ticktext": texts, "range": [-0.5, len(texts) - 0.5], "type": "linear"}
    values = np.array(each.values or (each.low, each.high), float)
    is_log = each.is_log or (values.min() > 0 and values.max() / values.min() >= 30)
    ends = np.log10([values.min(), values.max()]) if is_log else np.array([values.min(), values.max()])
    room = 0.08 * float(ends[1] - ends[0])
    seen = [float(ends[0]) - room, float(ends[1]) + room]
    if not is_log:
        return {"type": "linear", "range": seen}
    return {"type": "log", "range": seen, "dtick": log_ticks(*seen), "tickformat": ONE_SIZE}


def _is_numeric(each: SettingRange) -> bool:
    return all(isinstance(value, int | float) for value in each.values)


def _coordinates(trials: Sequence[Trial], each: SettingRange) -> list[Any]:
    return _as_coordinates([trial.settings[each.name] for trial in trials], each)


def _as_coordinates(values: Sequence[Any], each: SettingRange) -> list[Any]:
    return [each.values.index(value) for value in values] if each.is_list and not _is_numeric(each) else list(values)


def _sorted_values(trials: Sequence[Trial], each: SettingRange) -> list[Any]:
    values = {trial.settings[each.name] for trial in trials}
    return [value for value in each.values if value in values] if each.is_list else sorted(values)
