"""The layers of a model over time: the norm of each one's gradient, and how far an update moves its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, ngettext, shown
from core.number_format import format_number
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.choice import Choice
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.band import NO_BAND, band_trace, outline
from widgets.charts.parts.layer_looks import layer_look
from widgets.charts.parts.run_axis import RunAxis
from widgets.charts.parts.style import SOFT, empty, figure, hover, line, read_together
from widgets.charts.parts.text_width import shortened
from widgets.charts.parts.thinning import evenly
from widgets.charts.parts.value_axis import ValueAxis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.history.band import Band
    from core.learning.setup import ModelSetup
    from core.models.layer_name import LayerName
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

MOST_LAYERS = 24
MOST_POINTS = 3000  # of all lines together: that many travel with every frame
MOST_NAMED = 8  # in the legend, evenly between input and output; a hover names them all
LONGEST_NAME = 18  # columns in the legend
DEEPEST = 1e-8  # of the largest value: what is smaller is cut off
RULE_OF_THUMB = 1e-3  # update over weights: Karpathy, CS231n, Neural networks part 3, 2015
GRADIENT, RATIO, UPDATE, WEIGHT = N_("gradient"), N_("update/weight"), N_("update"), N_("weights")
NO_LINE: Update = {"x": empty(), "y": empty(), "showlegend": False}  # always the same arrays: sent once
SHOW = Choice("show", N_("Shown of each layer"), (GRADIENT, RATIO), default=GRADIENT)
NOTES: dict[str, str] = {
    GRADIENT: N_("norm of each layer's gradient"),
    RATIO: N_("0.001 dotted: a rule of thumb (CS231n)"),
    UPDATE: N_("norm of each layer's update"),
    WEIGHT: N_("norm of each layer's weights"),
}
HOVERS: dict[str, str] = {
    GRADIENT: N_("gradient %{y:.3g}"),
    RATIO: N_("update/weight %{y:.3g}"),
    UPDATE: N_("update %{y:.3g}"),
    WEIGHT: N_("weights %{y:.3g}"),
}
COLUMNS: dict[str, str] = {GRADIENT: "gradient", UPDATE: "update", WEIGHT: "weight"}  # of the record
BANDS: dict[str, str] = {**COLUMNS, RATIO: "ratio"}


class LayersChart(ModelChart):
    """One line for each layer with weights, on a log axis; where updates are too many, their means with a band.

    Either the Euclidean norm of the layer's gradient is shown, or the norm of its update over that of its
    weights before it; a subclass may offer the norms of update and weights. Layers are numbered from the input and
    named by their size, or as Keras knows them.
    """

    id = "layers"
    title = N_("Layers")
    shows = N_("How large each layer's gradient is, and how far an update moves its weights.")
    advice = N_("Look for a layer whose line lies far below: it hardly learns.")
    role = Role.DIAGNOSTIC
    choices = (SHOW,)
    reads_layers = True

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._show = self.chosen[SHOW.name]
        self._values, self._steps = ValueAxis(log=True), RunAxis()

    def panel(self) -> Panel:
        """The chart with room for the most layers there can be; traces without points are not seen."""
        rule = go.Scatter(
            x=empty(), y=empty(), mode="lines", line=line(SOFT, 1.5, "dot"), hoverinfo="skip", showlegend=False
        )
        layer = {"x": empty(), "y": empty(), "mode": "lines", "hovertemplate": self._hover()}
        lines = [go.Scatter(**layer, line=line(SOFT, 1.6), showlegend=False) for _layer in range(MOST_LAYERS)]
        traces = [rule, *lines, *(band_trace(layer_look(i)["line.color"]) for i in range(MOST_LAYERS))]
        chart = figure(traces, self._steps.title, "", legend={"font": {"size": 11}})
        chart.update_layout(showlegend=True)
        read_together(chart, self._steps.hover)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=[-4, 0], type="log")
        return self.card(chart, shown(NOTES[self._show]))

    def update(self, moment: ModelMoment) -> Update:
        """The lines up to `moment`."""
        count = sum(name.startswith("weight_") for name in moment.layers)
        bands = [moment.layer_bands.get(f"{BANDS[self._show]}_{i}") for i in range(count)]
        lines = self._lines(moment, count) if None in bands else [self._means(band, moment) for band in bands if band]
        areas = [NO_BAND if band is None else self._area(band, moment) for band in bands]
        end, looks = self._steps.end(moment), _looks(moment.layer_names, count)
        drawn: list[Update] = [{**line, **look} for line, look in zip(lines, looks, strict=True)]
        # The figure may still have the lines of a model with more layers.
        rest = MOST_LAYERS - count
        traces = [self._rule(end), *drawn, *[NO_LINE] * rest, *areas, *[NO_BAND] * rest]
        return {
            "traces": dict(enumerate(traces)),
            "layout": {**self._steps.layout(moment), **self._y_axis([trace["y"] for trace in lines + areas])},
            "note": self._note(moment),
            "footer": _width(bands),
        }

    def _note(self, moment: ModelMoment) -> str:
        """What is drawn; where nothing is, that the norms of a run which was opened had not been kept."""
        if moment.step < 2 or len(moment.layers.get("step", ())):
            return shown(NOTES[self._show])
        return _(
            "{note} · those up to step {step} were not kept", note=NOTES[self._show], step=format_number(moment.step)
        )

    def _lines(self, moment: ModelMoment, count: int) -> list[Update]:
        """The line of each layer through every row."""
        steps = moment.layers.get("step", empty())
        drawn = evenly(len(steps), MOST_POINTS // max(count, 6))
        x, label = self._steps.places(steps[drawn], moment), self._hover()
        return [{"x": x, "y": self._line(moment, i, drawn), "hovertemplate": label} for i in range(count)]

    def _means(self, band: Band, moment: ModelMoment) -> Update:
        """The line of a layer through the means of its band, which tells the extremes."""
        extremes = np.column_stack([band.low, band.high])
        x = self._steps.places(band.middle, moment)
        return {"x": x, "y": _drawable(band.mean), "customdata": extremes, "hovertemplate": self._hover(of_band=True)}

    def _area(self, band: Band, moment: ModelMoment) -> Update:
        return outline(self._steps.places(band.middle, moment), _drawable(band.low), _drawable(band.high))

    def _line(self, moment: ModelMoment, index: int, drawn: np.ndarray) -> np.ndarray:
        """The values of one layer, float64; NaN where a log axis has no place for them."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if self._show == RATIO:
                values = _norms(moment, "update", index, drawn) / _norms(moment, "weight", index, drawn)
            else:
                values = _norms(moment, COLUMNS[self._show], index, drawn)
        return _drawable(values)

    def _rule(self, end: float) -> Update:
        return {"x": [0, end], "y": [RULE_OF_THUMB] * 2} if self._show == RATIO else {"x": empty(), "y": empty()}

    def _y_axis(self, values: Sequence[np.ndarray]) -> Update:
        reference = [RULE_OF_THUMB] if self._show == RATIO else []
        low, high = finite_extent(*values, np.array(reference)) or (1e-4, 1.0)
        return self._values.update(max(low, DEEPEST * high), high)

    def _hover(self, of_band: bool = False) -> str:
        value = shown(HOVERS[self._show])
        if of_band:
            low, high = "%{customdata[0]:.3g}", "%{customdata[1]:.3g}"
            value = _("{value} ({low} to {high})", value=value, low=low, high=high)
        return hover(f"%{{fullData.name}}: {value}")


def _drawable(values: np.ndarray) -> np.ndarray:
    """`values`, NaN where a log axis has no place for them."""
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)


def _width(bands: Sequence[Band | None]) -> str:
    """What the lines and the bands are of; "" where each update is drawn."""
    widths = [band.width for band in bands if band is not None]
    return _("line: mean of {count} steps · band: lowest to highest", count=format_number(widths[0])) if widths else ""


def _norms(moment: ModelMoment, column: str, index: int, drawn: np.ndarray) -> np.ndarray:
    return moment.layers[f"{column}_{index}"][drawn].astype(float)


def _looks(names: Sequence[LayerName], count: int) -> list[Update]:
    """Colour, dash and name of each of `count` layers."""
    named = set(evenly(count, MOST_NAMED).tolist())
    return [{**layer_look(i), "name": _name(names, i), "showlegend": i in named} for i in range(count)]


def _name(names: Sequence[LayerName], index: int) -> str:
    number = _("layer {number}", number=index + 1)
    return f"{number} · {shortened(_fact(names[index]), LONGEST_NAME)}" if index < len(names) else number


def _fact(name: LayerName) -> str:
    """How large the layer is, or its name where that is not known."""
    if name.size is None:
        return name.keras
    count = format_number(name.size)
    if name.unit == "filters":
        return ngettext("one filter", "{count} filters", name.size, count=count)
    if name.unit == "heads":
        return ngettext("one head", "{count} heads", name.size, count=count)
    return ngettext("one unit", "{count} units", name.size, count=count)
