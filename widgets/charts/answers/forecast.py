"""The future that a model predicts, against what came and against predicting no change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from core.number_text import significant
from core.probes.registry import FORECAST
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.choice import Choice
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.axis_ranges import SteadyRange, finite_extent
from widgets.charts.parts.style import INK, REFERENCE, UPDATE, empty, figure, hover, line, read_together
from widgets.charts.parts.text_width import wrapped
from widgets.plain_text import plain

if TYPE_CHECKING:
    from core.findings.results import Forecast
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

PERSISTENCE, TRUTH, PREDICTED, TRACES = range(4)
COLUMNS_ACROSS = 26  # of the upright axis title
NOTE = N_("validation part")
CHANGE, LEVEL = N_("change"), N_("level")
SHOW = Choice("show", N_("Shown of the forecast"), (CHANGE, LEVEL), default=CHANGE)
LEGEND = {
    "orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "bgcolor": "rgba(0,0,0,0)",
}  # fmt: skip
MARGIN = {"l": 70, "r": 18, "t": 26, "b": 44}


class ForecastChart(ModelChart):
    """The truth, the prediction and persistence (what holds now will hold next) over time, in the target's unit.

    Either the change is shown, which is what is predicted, or the level of the series: the last true level and
    that change.
    """

    id = "forecast"
    title = N_("Forecast")
    shows = N_("The forecast beside what came.")
    advice = N_("Compare it with the naive forecast: is the model any better?")
    role = Role.LEAD
    probe = FORECAST
    choices = (SHOW,)

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._level = self.chosen[SHOW.name] == LEVEL
        assert setup.dataset.forecast is not None
        unit = setup.dataset.forecast.unit
        self._target = _("level of the series, {unit}", unit=unit) if self._level else setup.dataset.target_in_unit
        self._range = SteadyRange(room=0.05)
        self._found = FindingUpdate(FORECAST, TRACES, NOTE, self._draw)

    def panel(self) -> Panel:
        """The empty chart."""
        lines = [
            (_("persistence"), line(REFERENCE, 1.5, "dot")),
            (_("truth"), line(INK, 1.8)),
            (_("prediction"), line(UPDATE, 2.5)),
        ]
        traces = [
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=look, name=name,
                hovertemplate=hover(f"{name} %{{y:.4g}}"),
            )
            for name, look in lines
        ]  # fmt: skip
        target = "<br>".join(map(plain, wrapped(self._target, COLUMNS_ACROSS)))
        chart = figure(traces, _("time"), target, showlegend=True, legend=LEGEND, margin=MARGIN)
        chart.update_traces(visible=False)
        read_together(chart, _("at %{x}"))
        # No date is shown until there are any.
        chart.update_xaxes(type="date", range=["2000-01-01", "2001-01-01"], showticklabels=False)
        chart.update_yaxes(range=[0, 1])
        return self.card(chart, shown(NOTE))

    def update(self, moment: ModelMoment) -> Update:
        """The forecast as it was last made."""
        return self._found.update(moment)

    def _draw(self, forecast: Forecast) -> Update:
        lines = self._lines(forecast)
        low, high = finite_extent(*lines.values()) or (0.0, 1.0)
        # Texts and not numbers, which a browser would shift by its own time zone.
        dates = np.datetime_as_string(forecast.time, unit="auto").tolist()
        return {
            "traces": {index: {"x": dates, "y": values} for index, values in lines.items()},
            "layout": {
                "xaxis.range": [dates[0], dates[-1]],
                "xaxis.showticklabels": True,
                "yaxis.range": self._range.fit(low, high),
            },
            "note": _note(forecast),
        }

    def _lines(self, forecast: Forecast) -> dict[int, np.ndarray]:
        if self._level:
            values = forecast.level_before, forecast.level, forecast.level_predicted
        else:
            values = forecast.persistence, forecast.truth, forecast.predicted
        return dict(zip((PERSISTENCE, TRUTH, PREDICTED), values, strict=True))


def _note(forecast: Forecast) -> str:
    """Both errors in the target's unit, and the skill."""
    return _(
        "RMSE {error}, persistence {error_of_persistence} {unit} · skill {skill}",
        error=significant(forecast.rmse, 3),
        error_of_persistence=significant(forecast.rmse_persistence, 3),
        unit=forecast.unit,
        skill=significant(forecast.skill, 2),
    )
