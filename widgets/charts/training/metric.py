"""A model's metric on the training and the validation examples, and the baseline to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.datasets.baselines import strongest
from core.learning.setup import METRIC_NAMES, ModelSetup
from widgets.board.panel import Panel
from widgets.charts.finding_update import dated
from widgets.charts.model_moment import ModelMoment
from widgets.charts.moment import Update
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.run_axis import RunAxis
from widgets.charts.parts.style import empty, figure
from widgets.charts.parts.value_axis import ValueAxis
from widgets.charts.training import evaluation_traces as evaluated
from widgets.number_text import metric_text

if TYPE_CHECKING:
    from core.findings.results import Evaluations

BASELINE, TRAINING, VALIDATION = range(3)  # the traces
PERCENT = (-2.0, 102.0)  # what an axis of accuracy may show: all there is, and the markers at its ends whole
LOWEST_R2 = -1.0  # an untrained model's can be as low as it likes, and would flatten the rest


class MetricChart:
    """Accuracy (percent), R2 or perplexity (log) by step or epoch at the evaluations."""

    id = "metric"
    needs = frozenset({"evaluation"})

    def __init__(self, setup: ModelSetup, axis: str = "step") -> None:
        self._metric = setup.metric
        self._values, self._steps = ValueAxis(self._metric == "perplexity"), RunAxis(axis)

    def panel(self) -> Panel:
        """The empty chart."""
        value = "%{y:.2f} %" if self._metric == "accuracy" else "%{y:.4g}"
        traces = [
            evaluated.baseline_line(),
            evaluated.training_line(self._steps, value),
            evaluated.validation_line(self._steps, value),
        ]
        chart = figure(traces, self._steps.unit, "", margin=evaluated.ROOM_FOR_LEGEND, legend=evaluated.LEGEND)
        chart.update_layout(showlegend=True)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=self._values.range(*self._start()), type=self._values.type)
        chart.update_yaxes(ticksuffix=" %" if self._metric == "accuracy" else "")
        title = METRIC_NAMES[self._metric].capitalize()
        return Panel(self.id, title, chart, "not evaluated yet", (self._steps.switch,))

    def update(self, moment: ModelMoment) -> Update:
        """The evaluations up to `moment`."""
        found: Evaluations | None = moment.found("evaluation")
        if found is None or not len(found.step):
            nothing = {"x": empty(), "y": empty()}
            traces = {BASELINE: {**nothing, "text": []}, TRAINING: nothing, VALIDATION: nothing}
            return {"traces": traces, "note": "not evaluated yet"}
        end = self._steps.end(moment)
        lines = {
            TRAINING: evaluated.points(found, self._heights(found.train_metric), self._steps, moment),
            VALIDATION: evaluated.points(found, self._heights(found.val_metric), self._steps, moment),
            BASELINE: self._level(found, end),
        }
        return {
            "traces": lines,
            "layout": {"xaxis.range": [0, end], **self._y_axis(lines)},
            "note": dated(self._words(found), moment.findings["evaluation"], moment),
        }

    def _level(self, found: Evaluations, end: float) -> Update:
        best = strongest(found.baselines, by="metric")
        if best is None:
            return {"x": empty(), "y": empty(), "text": []}
        height = float(self._heights(np.array(best.value)))
        return evaluated.level(height, f"{best.label} {metric_text(best.value, best.metric)}", end)

    def _words(self, found: Evaluations) -> str:
        best = strongest(found.baselines, by="metric")
        words = f"validation {metric_text(float(found.val_metric[-1]), self._metric)}"
        return words if best is None else f"{words}, {best.label.lower()} {metric_text(best.value, best.metric)}"

    def _heights(self, values: np.ndarray) -> np.ndarray:
        """Metrics as the axis counts them: percent, or what a log axis can hold."""
        if self._metric == "accuracy":
            return 100 * values
        return np.where(values > 0, values, np.nan) if self._metric == "perplexity" else values

    def _y_axis(self, lines: dict[int, Update]) -> Update:
        low, high = finite_extent(*(trace["y"] for trace in lines.values())) or self._start()
        if self._metric == "R2":
            low = max(low, LOWEST_R2)
        update = self._values.update(low, max(high, low))
        if self._metric == "accuracy":
            update["yaxis.range"] = np.clip(update["yaxis.range"], *PERCENT).tolist()
        return update

    def _start(self) -> tuple[float, float]:
        """The axis before anything was evaluated."""
        return {"accuracy": (0.0, 100.0), "R2": (0.0, 1.0), "perplexity": (1.0, 100.0)}[self._metric]
