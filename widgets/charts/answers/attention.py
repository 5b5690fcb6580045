"""The places that each place of an example looks at in a transformer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from core.probes.registry import ATTENTION
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.choice import Choice
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.colour_scales import RISING, shading
from widgets.charts.parts.style import empty, figure, hover
from widgets.charts.parts.text_width import columns
from widgets.plain_text import plain, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.findings.results import Attention
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

MEAN = N_("mean")
ACROSS, DOWN = 400, 216  # pixels of the axes, about
FONT_SIZE = 9
CHARACTER = 0.75  # its width in sizes
NOTE = N_("what each place looks at")


class AttentionChart(ModelChart):
    """The attention weights of one layer and head, or of the mean of its heads, on one fixed example.

    Row i shows how the place i divides its attention: it adds up to 1. Layers are "L1", "L2", ...; heads are
    "mean", "H1", "H2", ...
    """

    id = "attention"
    title = N_("Attention")
    shows = N_("What each place of an example looks at.")
    advice = N_("Switch between the heads: each looks for something else.")
    probe = ATTENTION

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        layers = _numbered("L", setup.spec.depth)
        heads = (MEAN, *_numbered("H", setup.spec.heads))
        self.choices = (Choice("layer", N_("Layer"), layers, layers[0]), Choice("head", N_("Head"), heads, MEAN))
        super().__init__(setup, chosen)
        self._layer = layers.index(self.chosen["layer"])
        self._head = heads.index(self.chosen["head"]) - 1
        self._found = FindingUpdate(ATTENTION, 1, NOTE, self._draw)

    def panel(self) -> Panel:
        """The empty square and the choice of layer and head."""
        heat = go.Heatmap(
            x=empty(), y=empty(), z=empty(), **shading(RISING, 0, 1),
            hovertemplate=hover(_("place %{y} looks at place %{x}"), _("weight %{z:.3f}")),
        )  # fmt: skip
        chart = figure([heat], _("looks at"), _("place"), margin={"l": 58, "r": 12, "t": 8, "b": 44})
        chart.update_traces(visible=False)
        chart.update_xaxes(
            showgrid=False, range=[-0.5, 0.5], tickvals=[], ticktext=[], tickangle=0, tickfont={"size": FONT_SIZE}
        )
        chart.update_yaxes(showgrid=False, range=[0.5, -0.5], tickvals=[], ticktext=[], tickfont={"size": FONT_SIZE})
        return self.card(chart, shown(NOTE))

    def update(self, moment: ModelMoment) -> Update:
        """The weights as they were last."""
        return self._found.update(moment)

    def _draw(self, attention: Attention) -> Update:
        weights = self._weights(attention.weights)
        n = len(weights)
        places = np.arange(n)
        return {
            "traces": {0: {"x": places, "y": places, "z": weights, "zmax": max(float(np.nanmax(weights)), 1e-9)}},
            "layout": {
                "xaxis.range": [-0.5, n - 0.5],
                "yaxis.range": [n - 0.5, -0.5],
                **_labels("xaxis", attention.labels, ACROSS, CHARACTER * max(map(columns, attention.labels))),
                **_labels("yaxis", attention.labels, DOWN, 1),
            },
            "note": shown(attention.title),
        }

    def _weights(self, weights: np.ndarray) -> np.ndarray:
        """Those of the chosen layer and head, or of the mean of its heads; the last ones of a smaller model."""
        heads = weights[min(self._layer, len(weights) - 1)]
        return heads.mean(axis=0) if self._head < 0 else heads[min(self._head, len(heads) - 1)]


def _numbered(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{number}" for number in range(1, count + 1))


def _labels(axis: str, labels: Sequence[str], pixels: float, sizes: float) -> Update:
    """As many of `labels`, each `sizes` times the type's size long, as an axis of that many pixels can hold."""
    step = math.ceil(len(labels) * sizes * FONT_SIZE / pixels)
    places = list(range(0, len(labels), step))
    return {f"{axis}.tickvals": places, f"{axis}.ticktext": [plain(visible(labels[place])) for place in places]}
