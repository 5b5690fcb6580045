"""What a model foretells, against what came and against foretelling no change."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import _
from core.learning.setup import ModelSetup
from widgets.board.panel import Panel, Switch
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_moment import ModelMoment
from widgets.charts.moment import Update
from widgets.charts.parts.axis_ranges import SteadyRange, finite_extent
from widgets.charts.parts.style import INK, REFERENCE, UPDATE, empty, figure, line
from widgets.number_text import significant

if TYPE_CHECKING:
    from core.findings.results import Forecast

PERSISTENCE, TRUTH, PREDICTED, TRACES = range(4)
CHARACTERS_ACROSS = 26  # of the upright axis title
NOTE = "validation part"
CHANGE, LEVEL = "change", "level"


class ForecastChart:
    """The truth, the prediction and persistence (what holds now will hold next) over time, in the target's unit.

    `show` is "change", what is predicted, or "level", the series itself: the last true level and that change.
    """

    id = "forecast"
    needs = frozenset({"forecast"})

    def __init__(self, setup: ModelSetup, show: str = CHANGE) -> None:
        self._level = show == LEVEL
        assert setup.dataset.forecast is not None
        unit = setup.dataset.forecast.unit
        self._target = _("level of the series, {unit}", unit=unit) if self._level else setup.dataset.target_in_unit
        self._range = SteadyRange(room=0.05)
        self._found = FindingUpdate("forecast", TRACES, NOTE, self._draw)

    def panel(self) -> Panel:
        """The empty chart."""
        looks = (
            ("persistence", line(REFERENCE, 1.5, "dot")),
            ("truth", line(INK, 1.8)),
            ("prediction", line(UPDATE, 2.5)),
        )
        traces = [
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=look, name=name,
                hovertemplate=f"{name} %{{y:.4g}}<br>at %{{x}}<extra></extra>",
            )
            for name, look in looks
        ]  # fmt: skip
        legend = {
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "y": 1,
            "yanchor": "bottom",
            "bgcolor": "rgba(0,0,0,0)",
        }
        margin = {"l": 70, "r": 18, "t": 26, "b": 44}
        chart = figure(
            traces,
            "time",
            "<br>".join(wrap(self._target, CHARACTERS_ACROSS)),
            showlegend=True,
            legend=legend,
            margin=margin,
        )
        chart.update_traces(visible=False)
        # No date is shown until there are any.
        chart.update_xaxes(type="date", range=["2000-01-01", "2001-01-01"], showticklabels=False)
        chart.update_yaxes(range=[0, 1])
        switch = Switch("show", (CHANGE, LEVEL), LEVEL if self._level else CHANGE, "Shown of the forecast")
        return Panel(self.id, "Forecast", chart, NOTE, (switch,))

    def update(self, moment: ModelMoment) -> Update:
        """The forecast as it was last made."""
        return self._found.update(moment)

    def _draw(self, forecast: Forecast) -> Update:
        lines = self._lines(forecast)
        low, high = finite_extent(*lines.values()) or (0.0, 1.0)
        # Texts and not numbers, which a browser would shift by its own time zone.
        dates = np.datetime_as_string(forecast.time, unit="auto").tolist()
        errors = f"RMSE {significant(forecast.rmse, 3)}, persistence {significant(forecast.rmse_persistence, 3)}"
        return {
            "traces": {index: {"x": dates, "y": values} for index, values in lines.items()},
            "layout": {
                "xaxis.range": [dates[0], dates[-1]],
                "xaxis.showticklabels": True,
                "yaxis.range": self._range.fit(low, high),
            },
            "note": f"{errors} {forecast.unit} · skill {significant(forecast.skill, 2)}",
        }

    def _lines(self, forecast: Forecast) -> dict[int, np.ndarray]:
        if self._level:
            values = forecast.level_before, forecast.level, forecast.level_predicted
        else:
            values = forecast.persistence, forecast.truth, forecast.predicted
        return dict(zip((PERSISTENCE, TRUTH, PREDICTED), values, strict=True))
