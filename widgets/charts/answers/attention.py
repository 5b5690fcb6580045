"""What each place of an example looks at in a transformer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.learning.setup import ModelSetup
from widgets.board.panel import Panel, Switch
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_moment import ModelMoment
from widgets.charts.moment import Update
from widgets.charts.parts.colour_scales import RISING, shading
from widgets.charts.parts.style import empty, figure
from widgets.plain_text import plain, visible

if TYPE_CHECKING:
    from core.findings.results import Attention

MEAN = "mean"
ACROSS, DOWN = 400, 216  # pixels of the axes, about
FONT_SIZE = 9
CHARACTER = 0.75  # its width in sizes
NOTE = "what each place looks at"


class AttentionChart:
    """The attention weights of one layer and head, or of the mean of its heads, on one fixed example.

    Row i says how the place i divides its attention: it adds up to 1. `layer` is "L1", "L2", ...; `head` is
    "mean", "H1", "H2", ...
    """

    id = "attention"
    needs = frozenset({"attention"})

    def __init__(self, setup: ModelSetup, layer: str = "L1", head: str = MEAN) -> None:
        self._layers = tuple(f"L{number}" for number in range(1, setup.spec.depth + 1))
        self._heads = (MEAN, *(f"H{number}" for number in range(1, setup.spec.heads + 1)))
        self._layer = layer if layer in self._layers else "L1"
        self._head = head if head in self._heads else MEAN
        self._found = FindingUpdate("attention", 1, NOTE, self._draw)

    def panel(self) -> Panel:
        """The empty square and the choice of layer and head."""
        heat = go.Heatmap(
            x=empty(), y=empty(), z=empty(), **shading(RISING, 0, 1),
            hovertemplate="place %{y} looks at place %{x}<br>weight %{z:.3f}<extra></extra>",
        )  # fmt: skip
        chart = figure([heat], "looks at", "place", margin={"l": 58, "r": 12, "t": 8, "b": 44})
        chart.update_traces(visible=False)
        chart.update_xaxes(
            showgrid=False, range=[-0.5, 0.5], tickvals=[], ticktext=[], tickangle=0, tickfont={"size": FONT_SIZE}
        )
        chart.update_yaxes(showgrid=False, range=[0.5, -0.5], tickvals=[], ticktext=[], tickfont={"size": FONT_SIZE})
        switches = (
            Switch("layer", self._layers, self._layer, "Layer"),
            Switch("head", self._heads, self._head, "Head"),
        )
        return Panel(self.id, "Attention", chart, NOTE, switches)

    def update(self, moment: ModelMoment) -> Update:
        """The weights as they were last."""
        return self._found.update(moment)

    def _draw(self, attention: Attention) -> Update:
        weights = self._chosen(attention.weights)
        n = len(weights)
        places = np.arange(n)
        return {
            "traces": {0: {"x": places, "y": places, "z": weights, "zmax": max(float(np.nanmax(weights)), 1e-9)}},
            "layout": {
                "xaxis.range": [-0.5, n - 0.5],
                "yaxis.range": [n - 0.5, -0.5],
                **_labels("xaxis", attention.labels, ACROSS, CHARACTER * max(map(len, attention.labels))),
                **_labels("yaxis", attention.labels, DOWN, 1),
            },
            "note": attention.title,
        }

    def _chosen(self, weights: np.ndarray) -> np.ndarray:
        heads = weights[min(self._layers.index(self._layer), len(weights) - 1)]
        if self._head == MEAN:
            return heads.mean(axis=0)
        return heads[min(self._heads.index(self._head), len(heads)) - 1]


def _labels(axis: str, labels: Sequence[str], pixels: float, sizes: float) -> Update:
    """As many of `labels`, each `sizes` times the type's size long, as an axis of that many pixels can hold."""
    step = math.ceil(len(labels) * sizes * FONT_SIZE / pixels)
    places = list(range(0, len(labels), step))
    return {f"{axis}.tickvals": places, f"{axis}.ticktext": [plain(visible(labels[place])) for place in places]}
