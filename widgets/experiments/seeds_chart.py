"""The charts of two settings over paired seeds: both as bands, and their difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _
from widgets.board.panel import Panel
from widgets.charts.parts.style import GRID, INK, empty, figure, hover, line
from widgets.compare.run_texts import literal
from widgets.compare.value_scale import linear_scale, log_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.experiments.seed_curves import Band, SeedCurves

BANDS, DIFFERENCE = "seeds-bands", "seeds-difference"
FAINT = 0.22  # of a band


def seeds_panels(names: Sequence[str], colours: Sequence[str]) -> list[Panel]:
    """The two panels without points; `names` and `colours` are those of the first and the second setting."""
    both = [trace for name, colour in zip(names, colours, strict=True) for trace in _band(name, colour)]
    shown = figure(both, _("steps"), "", showlegend=True)
    shown.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})
    difference = figure(_band(_("first minus second"), INK), _("steps"), "")
    difference.add_hline(y=0, line=line(GRID, 1.5))
    waiting = _("Here stand the curves of the seeds once the first pair has ended.")
    return [
        Panel(
            BANDS, N_("Training loss over seeds"), shown, placeholder=waiting,
            shows=N_("The mean training loss of each setting over the seeds, and from the lowest to the highest."),
            advice=N_("Where the bands overlap one run alone could not tell which setting is better."),
        ),
        Panel(
            DIFFERENCE, N_("Difference of the pairs"), difference, placeholder=waiting,
            shows=N_("The loss of the first setting minus that of the second with the same seed, step by step."),
            advice=N_("Below zero the first is ahead. A pair shares its data, first weights and order of examples."),
        ),
    ]  # fmt: skip


def seeds_update(curves: SeedCurves) -> dict[str, dict[str, Any]]:
    """What the panels show now, by their ids."""
    steps = curves.steps
    values = np.concatenate([curves.first.low, curves.first.high, curves.second.low, curves.second.high])
    scale = log_scale(values) if values.min() > 0 else linear_scale(values)
    end = {"xaxis.range": [0, max(float(steps[-1]), 1.0)]}
    differences = np.concatenate([curves.difference.low, curves.difference.high, [0.0]])
    return {
        BANDS: {
            "traces": dict(enumerate([*_points(steps, curves.first), *_points(steps, curves.second)])),
            "layout": {**end, **scale}, "placeholder": "",
        },
        DIFFERENCE: {
            "traces": dict(enumerate(_points(steps, curves.difference))),
            "layout": {**end, **linear_scale(differences)}, "placeholder": "",
        },
    }  # fmt: skip


def _band(name: str, colour: str) -> list[go.Scatter]:
    """A filled band and the line of the mean."""
    shown = literal(name)
    band = go.Scatter(
        x=empty(), y=empty(), mode="lines", line={"width": 0}, fill="toself", fillcolor=colour, opacity=FAINT,
        showlegend=False, hoverinfo="skip",
    )  # fmt: skip
    template = hover(_("{run}: %{{y:.5g}}", run=shown), "%{x:.6~g}")
    return [band, go.Scatter(x=empty(), y=empty(), mode="lines", line=line(colour, 2), name=shown,
                             hovertemplate=template)]  # fmt: skip


def _points(steps: np.ndarray, band: Band) -> list[dict[str, Any]]:
    around = {"x": np.concatenate([steps, steps[::-1]]), "y": np.concatenate([band.low, band.high[::-1]])}
    return [around, {"x": steps, "y": band.mean}]
