"""A model's metric on the training and the validation examples, and the baseline to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.datasets.baselines import strongest
from core.language import N_, _
from core.number_text import metric_text
from core.probes.registry import EVALUATION
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.finding_update import dated
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.run_axis import AXIS, RunAxis
from widgets.charts.parts.style import empty, figure
from widgets.charts.parts.value_axis import ValueAxis
from widgets.charts.training import evaluation_traces as evaluated

if TYPE_CHECKING:
    from core.findings.results import Evaluations
    from core.learning.setup import Metric, ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

BASELINE, TRAINING, VALIDATION = range(3)  # the traces
METRIC_TITLES: dict[Metric, str] = {"accuracy": N_("Accuracy"), "R2": "R²", "perplexity": N_("Perplexity")}
AXIS_AT_START: dict[Metric, tuple[float, float]] = {
    "accuracy": (0.0, 100.0),
    "R2": (0.0, 1.0),
    "perplexity": (1.0, 100.0),
}
PERCENT = (-2.0, 102.0)  # what an axis of accuracy may show: all there is, and the markers at its ends whole
LOWEST_R2 = -1.0  # an untrained model's can be as low as it likes, and would flatten the rest


class MetricChart(ModelChart):
    """Accuracy (percent), R2 or perplexity (log) by step or epoch at the evaluations."""

    id = "metric"
    probe = EVALUATION
    choices = (AXIS,)

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._metric = setup.metric
        self.title = METRIC_TITLES[self._metric]
        self._values, self._steps = ValueAxis(self._metric == "perplexity"), RunAxis(self.chosen[AXIS.name])

    def panel(self) -> Panel:
        """The empty chart."""
        value = "%{y:.2f} %" if self._metric == "accuracy" else "%{y:.4g}"
        traces = [
            evaluated.baseline_line(),
            evaluated.training_line(self._steps, value),
            evaluated.validation_line(self._steps, value),
        ]
        chart = figure(traces, self._steps.title, "", margin=evaluated.ROOM_FOR_LEGEND, legend=evaluated.LEGEND)
        chart.update_layout(showlegend=True)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=self._values.range(*AXIS_AT_START[self._metric]), type=self._values.type)
        chart.update_yaxes(ticksuffix=" %" if self._metric == "accuracy" else "")
        return self.card(chart, _("not evaluated yet"))

    def update(self, moment: ModelMoment) -> Update:
        """The evaluations up to `moment`."""
        found = moment.found(EVALUATION)
        if found is None or not len(found.step):
            nothing = {"x": empty(), "y": empty()}
            traces = {BASELINE: evaluated.no_level(), TRAINING: nothing, VALIDATION: nothing}
            return {"traces": traces, "note": _("not evaluated yet")}
        end = self._steps.end(moment)
        lines = {
            TRAINING: evaluated.points(found, self._heights(found.train_metric), self._steps, moment),
            VALIDATION: evaluated.points(found, self._heights(found.val_metric), self._steps, moment),
            BASELINE: self._level(found, end),
        }
        return {
            "traces": lines,
            "layout": {"xaxis.range": [0, end], **self._y_axis(lines)},
            "note": dated(self._words(found), moment.findings[EVALUATION.name], moment),
        }

    def _level(self, found: Evaluations, end: float) -> Update:
        best = strongest(found.baselines, by="metric")
        if best is None:
            return evaluated.no_level()
        words = _("{baseline} {value}", baseline=best.label, value=metric_text(best.value, best.metric))
        return evaluated.level(float(self._heights(np.array(best.value))), words, end)

    def _words(self, found: Evaluations) -> str:
        best = strongest(found.baselines, by="metric")
        words = _("validation {value}", value=metric_text(float(found.val_metric[-1]), self._metric))
        if best is None:
            return words
        level = metric_text(best.value, best.metric)
        return _("{validation} · {baseline} {value}", validation=words, baseline=best.label, value=level)

    def _heights(self, values: np.ndarray) -> np.ndarray:
        """Metrics as the axis counts them: percent, or what a log axis can hold."""
        if self._metric == "accuracy":
            return 100 * values
        return np.where(values > 0, values, np.nan) if self._metric == "perplexity" else values

    def _y_axis(self, lines: dict[int, Update]) -> Update:
        low, high = finite_extent(*(trace["y"] for trace in lines.values())) or AXIS_AT_START[self._metric]
        if self._metric == "R2":
            low = max(low, LOWEST_R2)
        update = self._values.update(low, max(high, low))
        if self._metric == "accuracy":
            update["yaxis.range"] = np.clip(update["yaxis.range"], *PERCENT).tolist()
        return update
