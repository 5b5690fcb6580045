"""What can be seen before an artifact is made: the cubic schedule of pruning, and singular values of dense layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.artifacts.change import CHANGES
from core.language import N_, _
from core.pruning.schedule import CubicSchedule
from core.pruning.sensitivity import LEVELS
from widgets.board.panel import Panel
from widgets.charts.parts.style import LOSS, REFERENCE, figure, hover, line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.artifacts.artifact import Artifact

SCHEDULE, SPECTRA, SENSITIVITY = "compress-schedule", "compress-spectra", "compress-sensitivity"
POINTS = 200
PLAN = CubicSchedule.over(600, 0.8)  # what the form begins with


def schedule_panel(artifact: Artifact | None) -> Panel:
    """The share of zeros planned in the course of the fine-tuning, and what there was, of the last that was pruned."""
    step = None if artifact is None else next((s for s in artifact.steps if "sparsity" in s.values), None)
    plan = PLAN
    if step is not None and step.whole("updates"):
        gradual = step.values.get("when", "gradual") == "gradual"
        plan = CubicSchedule.over(step.whole("updates") if gradual else 0, step.number("sparsity"))
    end = step.whole("updates") if step is not None and step.whole("updates") else 600
    updates = np.linspace(0, end, POINTS)
    planned = [100 * plan.sparsity(int(update)) for update in updates]
    traces = [
        go.Scatter(
            x=updates, y=planned, mode="lines", line=line(REFERENCE, 2, "dot"),
            hovertemplate=hover(_("planned after %{x:.0f} updates: %{y:.0f} %")),
        )
    ]  # fmt: skip
    was = [] if artifact is None else artifact.extra.get("sparsity", [])
    if was:
        traces.append(
            go.Scatter(
                x=[update for update, _share in was], y=[100 * share for _update, share in was], mode="lines+markers",
                line=line(LOSS, 2.5), hovertemplate=hover(_("after %{x:.0f} updates: %{y:.0f} %")),
            )
        )  # fmt: skip
    chart = figure(traces, _("fine-tuning updates"), _("Removed, %"))
    chart.update_xaxes(range=[0, end])
    chart.update_yaxes(range=[0, 102])
    return Panel(
        SCHEDULE, N_("Pruning schedule"), chart,
        shows=N_("The share removed in the course of the fine-tuning: planned (dotted) and what it was."),
        advice=N_("It rises fast while much is superfluous; the last quarter is left to recover."),
    )  # fmt: skip


def sensitivity_panel(artifact: Artifact | None) -> Panel:
    """What each layer alone loses when it is pruned, and how far the search pruned it."""
    found = {} if artifact is None else artifact.extra.get("sensitivity", {})
    shares = {} if artifact is None else artifact.extra.get("shares", {})
    levels = [100 * level for level in LEVELS]
    traces = []
    for place, (path, right) in enumerate(found.items()):
        colour = f"var(--dl-layer-{place % 6 + 1})"
        chosen = [share == 100 * shares.get(path, -1) for share in levels]
        traces.append(
            go.Scatter(
                x=levels, y=[100 * (share - right[0]) for share in right], mode="lines+markers", name=path,
                line=line(colour, 2), marker={"size": [11 if choice else 5 for choice in chosen], "color": colour},
                hovertemplate=hover(_("{name} at %{{x:.0f}} %: %{{y:.1f}} points", name=path)),
            )
        )  # fmt: skip
    chart = figure(traces, _("Zeros in this layer alone, %"), _("Right answers, points"), showlegend=True)
    chart.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, margin_t=12)
    lowest = min((100 * (share - right[0]) for right in found.values() for share in right), default=-1.0)
    chart.update_xaxes(range=[-2, 98])
    chart.update_yaxes(range=[1.08 * min(lowest, -1.0), 0.08 * max(-lowest, 1.0)])
    return Panel(
        SENSITIVITY, N_("What each layer can spare"), chart,
        placeholder="" if traces else _("Make “{label}” to see what each layer can spare.",
                                        label=CHANGES["prune_to"].label),
        shows=N_("Right answers lost, without fine-tuning, when one layer alone is pruned; large marks: the choice."),
        advice=N_("The layer that falls first is the one to leave alone."),
    )  # fmt: skip


def spectra_panel(spectra: Mapping[str, np.ndarray]) -> Panel:
    """The singular values of each dense layer, each as a share of its largest."""
    traces = [
        go.Scatter(
            x=np.arange(1, len(values) + 1), y=values / max(float(values[0]), 1e-12), mode="lines+markers", name=name,
            marker={"size": 4}, line={"width": 2, "color": f"var(--dl-layer-{place % 6 + 1})"},
            hovertemplate=hover(_("{name}: value %{{x}} is %{{y:.2g}} of the largest", name=name)),
        )
        for place, (name, values) in enumerate(spectra.items())
        if len(values)
    ]  # fmt: skip
    chart = figure(traces, _("place"), _("share of the largest"), showlegend=True)
    chart.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, margin_t=12)
    longest = max((len(values) for values in spectra.values()), default=2)
    chart.update_xaxes(range=[0, longest + 1])
    chart.update_yaxes(range=[0, 1.05])
    return Panel(
        SPECTRA, N_("Singular values"), chart,
        placeholder="" if traces else _("Here stand the singular values of dense layers, once an artifact is made."),
        shows=N_("How much of each dense layer stands in how few directions."),
        advice=N_("Where the curve falls early, a low rank loses little."),
    )  # fmt: skip
