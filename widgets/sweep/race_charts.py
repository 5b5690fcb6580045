"""The charts of a race: one loss chart for all, and one surface with all paths."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _
from core.training.build import build_objective
from widgets.board.panel import Panel
from widgets.charts.parts.style import empty, figure, hover, line
from widgets.charts.parts.value_axis import ONE_SIZE, log_ticks
from widgets.charts.surface.ground import GROUND_TRACES, surface_figure
from widgets.charts.surface.surface_grid import surface_grid
from widgets.sweep.trial_texts import value_text

if TYPE_CHECKING:
    from core.sweeps.race import Race, Racer

LOSSES, SURFACE = "race-losses", "race-surface"
POINTS = 400  # of a path or curve
ABOVE_START = 10.0  # times the first loss: a racer that diverges bends no axis


def race_panels(race: Race | None) -> list[Panel]:
    """The panels of a race, without what `race_updates` draws; the surface only where there are two parameters."""
    panels = [_losses_panel(race)]
    if race is not None and not race.racers[0].config.learns:
        panels.append(_surface_panel(race))
    return panels


def race_updates(race: Race | None) -> dict[str, Any]:
    """What the panels show now, by their ids, as `LiveBoard.draw` takes it; a figure made anew would flicker."""
    if race is None:
        return {}
    rows = [_rows(racer) for racer in race.racers]
    updates = {LOSSES: _losses_update(rows)}
    if not race.racers[0].config.learns:
        updates[SURFACE] = {"traces": {GROUND_TRACES + place: _path_points(each) for place, each in enumerate(rows)}}
    return updates


def racer_name(racer: Racer) -> str:
    """What a racer was given, in words."""
    return ", ".join(value_text(name, value) for name, value in racer.settings.items())


def _losses_panel(race: Race | None) -> Panel:
    traces = [
        go.Scatter(
            x=empty(), y=empty(), mode="lines", name=racer_name(racer), line=line(_colour(place), 2),
            hovertemplate=hover(_("{name}: %{{y:.4g}}", name=racer_name(racer)), _("step %{x}")),
        )
        for place, racer in enumerate(race.racers if race else ())
    ]  # fmt: skip
    chart = figure(traces, _("step"), _("loss"), showlegend=True)
    chart.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, margin_t=12)
    chart.update_xaxes(range=[0, 1])
    chart.update_yaxes(**_loss_axis([]))
    return Panel(
        LOSSES, N_("Race: losses"), chart, placeholder=_("Here race the losses of several runs."),
        shows=N_("The loss of each racer by its own updates."),
        advice=N_("Race optimizers from one start, then the same with a rate for each."),
    )  # fmt: skip


def _losses_update(rows: list[dict[str, Any]]) -> dict[str, Any]:
    known = [found for found in rows if len(found.get("loss", ()))]
    axis = _loss_axis([found["loss"] for found in known])
    longest = max((float(found["step"][-1]) for found in known), default=1.0) or 1.0
    return {
        "traces": {place: _losses_of(found) for place, found in enumerate(rows)},
        "layout": {"xaxis.range": [0, longest], **{f"yaxis.{name}": value for name, value in axis.items()}},
        "placeholder": "" if known else _("Here race the losses of several runs."),
    }


def _losses_of(found: dict[str, Any]) -> dict[str, Any]:
    losses = found.get("loss", empty())
    return {"x": found.get("step", empty()), "y": np.where(losses > 0, losses, np.nan)}


def _loss_axis(losses: list[np.ndarray]) -> dict[str, object]:
    start = max((float(values[0]) for values in losses), default=1.0)
    values = np.concatenate(losses) if losses else np.array([0.1, 1.0])
    values = values[np.isfinite(values) & (values > 0) & (values <= ABOVE_START * start)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.1, 1.0)
    bottom, top = math.log10(low), max(math.log10(high), math.log10(low) + 0.1)
    seen = [bottom - 0.04 * (top - bottom), top + 0.04 * (top - bottom)]
    return {"type": "log", "range": seen, "dtick": log_ticks(*seen), "tickformat": ONE_SIZE}


def _surface_panel(race: Race) -> Panel:
    objective = build_objective(race.racers[0].config)
    paths = [_path(racer, place) for place, racer in enumerate(race.racers)]
    chart = surface_figure(objective, surface_grid(objective), paths)
    return Panel(
        SURFACE, N_("Race: paths"), chart, shows=N_("The loss at every point, and the path of each racer."),
        advice=N_("Choose a surface with a valley and race momentum against plain descent."),
    )  # fmt: skip


def _path(racer: Racer, place: int) -> go.Scatter:
    return go.Scatter(
        x=empty(), y=empty(), mode="lines+markers", name=racer_name(racer), line=line(_colour(place), 2.5),
        marker={"size": 4, "color": _colour(place), "maxdisplayed": 40}, hoverinfo="name",
    )  # fmt: skip


def _path_points(found: dict[str, Any]) -> dict[str, Any]:
    return {"x": found.get("parameter_0", empty()), "y": found.get("parameter_1", empty())}


def _rows(racer: Racer) -> dict[str, Any]:
    history = racer.run.history
    return {} if history is None else history.view(POINTS)


def _colour(place: int) -> str:
    return f"var(--dl-run-{place})"
