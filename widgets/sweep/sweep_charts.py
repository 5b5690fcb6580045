"""The charts of a sweep: loss by two settings or by all, importance, and when each trial trained."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.config.training_config import FIELDS
from core.language import N_, _, shown
from core.number_text import significant
from core.sweeps.importance import importances, ordered
from widgets.board.panel import Panel, Role
from widgets.charts.parts.style import CARD, DANGER, INK, LOSS, OPPOSITE, REFERENCE, SOFT, UPDATE, figure, hover
from widgets.charts.parts.value_axis import ONE_SIZE, log_ticks
from widgets.sweep.trial_texts import settings_text, state_text, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.sweeps.setting_range import SettingRange
    from core.sweeps.sweep import Sweep
    from core.sweeps.trial import Trial

VALUES, IMPORTANCE, TIMES = "sweep-values", "sweep-importance", "sweep-times"
BY_LOSS = [(0.0, OPPOSITE), (1.0, LOSS)]  # from the lowest to the highest
STATE_COLOURS = {"finished": LOSS, "pruned": UPDATE, "diverged": DANGER, "training": REFERENCE}
LONGEST_MENU = 12  # entries of a list that are written out on an axis


def sweep_panels(sweep: Sweep | None) -> list[Panel]:
    """The panels of a sweep; their places only, before there is one."""
    return [_values_panel(sweep), _importance_panel(sweep), _times_panel(sweep)]


# ---- loss by settings


def _values_panel(sweep: Sweep | None) -> Panel:
    chart = figure([], "", "")
    if sweep is not None and any(trial.is_over for trial in sweep.trials):
        ranges = sweep.plan.ranges
        trials = [trial for trial in sweep.trials if trial.repeats is None and trial.is_over]
        chart = _parallel(trials, ranges) if len(ranges) > 2 else _map(trials, ranges)
    waiting = _("Here stands the loss of each trial by its settings.")
    return Panel(
        VALUES, N_("Trials"), chart, role=Role.LEAD, placeholder="" if len(chart.data) else waiting,
        shows=N_("The loss of each trial by its settings: low in one colour, high in the other, crosses diverged."),
        advice=N_("Of more than two settings, drag along an axis to keep only the trials that pass there."),
    )  # fmt: skip


def _map(trials: Sequence[Trial], ranges: Sequence[SettingRange]) -> go.Figure:
    """One setting: the loss by it. Two: a map whose colours are the losses, of a grid with its cells filled."""
    counted = [trial for trial in trials if trial.counts or trial.state == "pruned"]
    broken = [trial for trial in trials if trial.state == "diverged"]
    first = ranges[0]
    if len(ranges) == 1:
        return _by_one(counted, broken, first)
    traces: list[Any] = []
    if all(len({t.settings[each.name] for t in trials}) ** 2 <= 2 * len(trials) for each in ranges):
        traces.append(_cells(counted, ranges))
    traces += [_points(counted, ranges, shows_losses=not traces), _crosses(broken, ranges)]
    chart = figure(traces, _label(first), _label(ranges[1]))
    chart.update_xaxes(**_axis(first))
    chart.update_yaxes(**_axis(ranges[1]))
    return chart


def _by_one(counted: Sequence[Trial], broken: Sequence[Trial], first: SettingRange) -> go.Figure:
    losses = np.array([trial.loss for trial in counted])
    top = float(losses.max()) if len(losses) else 1.0
    colours = [STATE_COLOURS[trial.state] for trial in counted]
    traces = [
        go.Scatter(
            x=_coordinates(counted, first), y=losses, mode="markers", text=_texts(counted),
            hovertemplate=hover("%{text}"), marker={"size": 10, "color": colours},
        ),
        go.Scatter(
            x=_coordinates(broken, first), y=[top] * len(broken), mode="markers", text=_texts(broken),
            hovertemplate=hover("%{text}"), marker={"size": 11, "symbol": "x", "color": DANGER},
        ),
    ]  # fmt: skip
    chart = figure(traces, _label(first), _("loss"))
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
    losses = np.full((len(rows), len(columns)), np.nan)
    for trial in trials:
        place = rows.index(trial.settings[ranges[1].name]), columns.index(trial.settings[ranges[0].name])
        losses[place] = _shade(trial.loss)
    x, y = (_as_coordinates(values, each) for values, each in zip((columns, rows), ranges, strict=True))
    return go.Heatmap(x=x, y=y, z=losses, colorscale=BY_LOSS, showscale=False, hoverinfo="skip", xgap=2, ygap=2)


def _points(trials: Sequence[Trial], ranges: Sequence[SettingRange], shows_losses: bool) -> go.Scatter:
    shades = [_shade(trial.loss) for trial in trials]
    seen: dict[str, Any] = {"color": shades, "colorscale": BY_LOSS, "line": {"color": INK, "width": 1}, "size": 14}
    hidden = {"color": "rgba(0,0,0,0)", "size": 24}  # of cells, which say it themselves
    return go.Scatter(
        x=_coordinates(trials, ranges[0]), y=_coordinates(trials, ranges[1]), mode="markers", text=_texts(trials),
        hovertemplate=hover("%{text}"), marker=seen if shows_losses else hidden,
    )  # fmt: skip


def _crosses(trials: Sequence[Trial], ranges: Sequence[SettingRange]) -> go.Scatter:
    return go.Scatter(
        x=_coordinates(trials, ranges[0]), y=_coordinates(trials, ranges[1]), mode="markers", text=_texts(trials),
        hovertemplate=hover("%{text}"), marker={"size": 11, "symbol": "x", "color": DANGER},
    )  # fmt: skip


def _parallel(trials: Sequence[Trial], ranges: Sequence[SettingRange]) -> go.Figure:
    """A line a trial through all settings to its loss; those that diverged are not drawn, as they have no loss."""
    drawn = [trial for trial in trials if trial.counts or trial.state == "pruned"]
    shades = np.array([_shade(trial.loss) for trial in drawn])
    axes = [_parallel_axis(drawn, each) for each in ranges]
    if len(drawn):
        axes.append({"label": _("loss"), **_power_axis(shades)})
    font = {"color": INK, "size": 12}
    trace = go.Parcoords(
        dimensions=axes, line={"color": shades, "colorscale": BY_LOSS, "showscale": False},
        labelfont=font, tickfont=font, rangefont={"color": SOFT, "size": 11},
    )  # fmt: skip
    chart = figure([trace], "", "")
    chart.update_layout(margin={"l": 70, "r": 50, "t": 46, "b": 24})
    return chart


def _parallel_axis(trials: Sequence[Trial], each: SettingRange) -> dict[str, Any]:
    label = shown(FIELDS[each.name].label)
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


def _shade(loss: float) -> float:
    """The place of a loss on the colour scale, which is one of powers: half of it would show one bad trial alone."""
    return math.log10(max(loss, 1e-12))


def _label(each: SettingRange) -> str:
    return shown(FIELDS[each.name].label)


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


def _texts(trials: Sequence[Trial]) -> list[str]:
    return [
        _("{settings}: {state}, loss {loss}", settings=settings_text(trial), state=state_text(trial),
          loss=significant(trial.loss))
        for trial in trials
    ]  # fmt: skip


# ---- importance and times


def _importance_panel(sweep: Sweep | None) -> Panel:
    found = ordered(importances(sweep.trials, sweep.plan.ranges)) if sweep is not None else []
    names, shares = [shown(FIELDS[name].label) for name, _share in found], [share for _name, share in found]
    bars = [go.Bar(x=shares[::-1], y=names[::-1], orientation="h", marker={"color": LOSS}, hoverinfo="skip")]
    chart = figure(bars if found else [], _("share of what matters"), "")
    chart.update_xaxes(range=[0, 1], tickformat=".0%")
    chart.update_yaxes(type="category", automargin=True)
    return Panel(
        IMPORTANCE, N_("Importance"), chart, placeholder="" if found else _("Eight finished trials tell what matters."),
        shows=N_("How much each setting decides whether a trial is among the best fifth (PED-ANOVA)."),
        advice=N_("Leave out of the next sweep what hardly matters."),
    )  # fmt: skip


def _times_panel(sweep: Sweep | None) -> Panel:
    over = [] if sweep is None else [trial for trial in sweep.trials if trial.ended]
    chart = figure(_bars(over, sweep.began) if sweep is not None and over else [], _("seconds"), "")
    chart.update_layout(barmode="overlay", bargap=0.15)
    chart.update_xaxes(range=[0, max((t.ended for t in over), default=1.0) - (sweep.began if sweep and over else 0.0)])
    chart.update_yaxes(showticklabels=False, showgrid=False)
    return Panel(
        TIMES, N_("When trials trained"), chart, placeholder="" if over else _("Here stands how long each trial took."),
        shows=N_("The true time from begin to end of each trial, one row for each worker."),
        advice=N_("Look for the setting that makes trials long, and for those given up early."),
    )  # fmt: skip


def _bars(trials: Sequence[Trial], began: float) -> list[go.Bar]:
    rows = _rows(trials)
    return [
        go.Bar(
            base=[trial.began - began for trial in trials], x=[trial.ended - trial.began for trial in trials], y=rows,
            orientation="h", text=_texts(trials), textposition="none", hovertemplate=hover("%{text}", "%{x:.2f} s"),
            marker={"color": [STATE_COLOURS.get(trial.state, SOFT) for trial in trials],
                    "line": {"color": CARD, "width": 1}},
        )
    ]  # fmt: skip


def _rows(trials: Sequence[Trial]) -> list[int]:
    """A row for each trial, the first that is free when it begins."""
    ends: list[float] = []
    places = {}
    for trial in sorted(trials, key=lambda trial: trial.began):
        place = next((i for i, end in enumerate(ends) if end <= trial.began + 1e-3), len(ends))
        ends[place : place + 1] = [trial.ended]
        places[trial.number] = place
    return [places[trial.number] for trial in trials]
