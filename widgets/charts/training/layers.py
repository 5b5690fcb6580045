"""The layers of a model over time: how large each one's gradient is, and how far an update moves its weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.learning.setup import ModelSetup
from widgets.board.panel import Panel, Switch
from widgets.charts.model_moment import ModelMoment
from widgets.charts.moment import Update
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.layer_colours import layer_colours
from widgets.charts.parts.run_axis import RunAxis
from widgets.charts.parts.style import SOFT, empty, figure, line
from widgets.charts.parts.thinning import evenly
from widgets.charts.parts.value_axis import ValueAxis

MOST_LAYERS = 24
MOST_POINTS = 3000  # of all lines together: that many travel with every frame
MOST_NAMED = 8  # in the legend, evenly between input and output; a hover names them all
LONGEST_NAME = 18  # characters in the legend
DEEPEST = 1e-8  # of the largest value: what is smaller is cut off
RULE_OF_THUMB = 1e-3  # update over weights: Karpathy, CS231n, Neural networks part 3, 2015
GRADIENT, RATIO = "gradient", "update/weight"
NO_LINE: Update = {"x": empty(), "y": empty(), "showlegend": False}  # always the same arrays: sent once
WORDS = {
    GRADIENT: "norm of each layer's gradient",
    RATIO: "0.001 dotted: a rule of thumb (CS231n)",
}


class LayersChart:
    """One line for each layer with weights, blue at the input to orange at the output, on a log axis.

    `show` is "gradient", the Euclidean norm of the layer's gradient, or "update/weight", the norm of its
    update over that of its weights before it. Layers without a name are numbered.
    """

    id = "layers"
    needs: frozenset[str] = frozenset()

    def __init__(self, setup: ModelSetup, show: str = GRADIENT) -> None:
        self._show = show
        self._values, self._steps = ValueAxis(log=True), RunAxis()

    def panel(self) -> Panel:
        """The chart with room for the most layers there can be; traces without points are not seen."""
        rule = go.Scatter(
            x=empty(), y=empty(), mode="lines", line=line(SOFT, 1.5, "dot"), hoverinfo="skip", showlegend=False
        )
        layer = {"x": empty(), "y": empty(), "mode": "lines", "hovertemplate": self._hover()}
        traces = [rule, *(go.Scatter(**layer, line=line(SOFT, 1.6), showlegend=False) for _ in range(MOST_LAYERS))]
        chart = figure(traces, "step", "", legend={"font": {"size": 11}, "itemclick": False, "itemdoubleclick": False})
        chart.update_layout(showlegend=True)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=[-4, 0], type="log")
        switch = Switch("show", (GRADIENT, RATIO), self._show, "Shown of each layer")
        return Panel(self.id, "Layers", chart, WORDS[self._show], (switch,))

    def update(self, moment: ModelMoment) -> Update:
        """The lines up to `moment`."""
        count = sum(name.startswith("gradient_") for name in moment.layers)
        steps = moment.layers.get("step", empty())
        shown = evenly(len(steps), MOST_POINTS // max(count, 6))
        values = [self._line(moment, i, shown) for i in range(count)]
        end = self._steps.end(moment)
        x, looks = self._steps.places(steps[shown], moment), _looks(moment.layer_names, count)
        traces = {1 + i: {"x": x, "y": y, **looks[i]} for i, y in enumerate(values)}
        # The figure may still have the lines of a model with more layers.
        others = {1 + i: NO_LINE for i in range(count, MOST_LAYERS)}
        return {
            "traces": {0: self._rule(end), **traces, **others},
            "layout": {"xaxis.range": [0, end], **self._y_axis(values)},
        }

    def _line(self, moment: ModelMoment, index: int, shown: np.ndarray) -> np.ndarray:
        """What is drawn of one layer, float64; NaN where a log axis has no place for it."""
        columns = {
            name: moment.layers[f"{name}_{index}"][shown].astype(float) for name in ("gradient", "update", "weight")
        }
        with np.errstate(divide="ignore", invalid="ignore"):
            values = columns["gradient"] if self._show == GRADIENT else columns["update"] / columns["weight"]
        return np.where(np.isfinite(values) & (values > 0), values, np.nan)

    def _rule(self, end: float) -> Update:
        return {"x": [0, end], "y": [RULE_OF_THUMB] * 2} if self._show == RATIO else {"x": empty(), "y": empty()}

    def _y_axis(self, values: Sequence[np.ndarray]) -> Update:
        reference = [RULE_OF_THUMB] if self._show == RATIO else []
        low, high = finite_extent(*values, np.array(reference)) or (1e-4, 1.0)
        return self._values.update(max(low, DEEPEST * high), high)

    def _hover(self) -> str:
        return "%{fullData.name}, step %{x}<br>" + self._show + " %{y:.3g}<extra></extra>"


def _looks(names: Sequence[str], count: int) -> list[Update]:
    """Colour and name of each of `count` layers."""
    named = set(evenly(count, MOST_NAMED).tolist())
    return [
        {"line.color": colour, "name": _name(names, i), "showlegend": i in named}
        for i, colour in enumerate(layer_colours(count))
    ]


def _name(names: Sequence[str], index: int) -> str:
    name = names[index] if index < len(names) else f"layer {index + 1}"
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
