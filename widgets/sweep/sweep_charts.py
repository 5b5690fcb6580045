"""The charts of a sweep: loss by settings, importance, and when each trial trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.config.training_config import FIELDS
from core.language import N_, _, shown
from core.sweeps.importance import importances, ordered
from widgets.board.panel import Panel, Role
from widgets.charts.parts.style import CARD, LOSS, SOFT, figure, hover
from widgets.sweep.loss_shade import STATE_COLOURS
from widgets.sweep.parallel_coordinates import parallel_coordinates
from widgets.sweep.trial_map import trial_map
from widgets.sweep.trial_texts import trial_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.sweeps.sweep import Sweep
    from core.sweeps.trial import Trial

VALUES, IMPORTANCE, TIMES = "sweep-values", "sweep-importance", "sweep-times"


def sweep_panels(sweep: Sweep | None) -> list[Panel]:
    """The panels of a sweep; their places only, before there is one."""
    return [_values_panel(sweep), _importance_panel(sweep), _times_panel(sweep)]


def _values_panel(sweep: Sweep | None) -> Panel:
    chart = figure([], "", "")
    if sweep is not None and any(trial.is_over for trial in sweep.trials):
        ranges = sweep.plan.ranges
        trials = [trial for trial in sweep.trials if trial.repeats is None and trial.is_over]
        chart = parallel_coordinates(trials, ranges) if len(ranges) > 2 else trial_map(trials, ranges)
    waiting = _("Here stands the loss of each trial by its settings.")
    return Panel(
        VALUES, N_("Trials"), chart, role=Role.LEAD, placeholder="" if len(chart.data) else waiting,
        note=_("press one to open it") if len(chart.data) else "", has_points_to_press=True,
        shows=N_("The loss of each trial by its settings: low in one colour, high in the other, crosses diverged."),
        advice=N_("Of more than two settings, drag along an axis to keep only the trials that pass there."),
    )  # fmt: skip


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
        has_points_to_press=True,
        shows=N_("The true time from begin to end of each trial, one row for each worker."),
        advice=N_("Look for the setting that makes trials long, and for those given up early."),
    )  # fmt: skip


def _bars(trials: Sequence[Trial], began: float) -> list[go.Bar]:
    rows = _rows(trials)
    return [
        go.Bar(
            base=[trial.began - began for trial in trials], x=[trial.ended - trial.began for trial in trials], y=rows,
            orientation="h", text=trial_words(trials), textposition="none",
            hovertemplate=hover("%{text}", "%{x:.2f} s"), customdata=[trial.number for trial in trials],
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
