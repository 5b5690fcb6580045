"""A model's metric on the training and the validation examples, and the baseline to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.datasets.baselines import strongest
from core.language import N_, _
from core.metric import LOSS, metric
from core.number_text import metric_text
from core.probes.registry import DECISION, EVALUATION, FITTED_CURVE, FORECAST, TEXT
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.choice import Choice
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.run_axis import AXIS, STEP, RunAxis
from widgets.charts.parts.style import empty, figure, read_together
from widgets.charts.parts.value_axis import ValueAxis
from widgets.charts.training import evaluation_traces as evaluated

if TYPE_CHECKING:
    from core.datasets.baselines import Baseline
    from core.findings.results import Evaluations
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

LEADING = (DECISION, FITTED_CURVE, FORECAST, TEXT)  # what these find leads beside the loss
BASELINE, TRAINING, VALIDATION = range(3)  # the traces
LEAST_SPAN = 5.0  # percent: an axis of a single value would show digits that mean nothing
PERCENT = (-2.0, 102.0)  # what an axis of shares may show: all there is, and the markers at its ends whole


class MetricChart(ModelChart):
    """A metric by step or epoch at the evaluations: a share in percent, perplexity in powers of ten."""

    id = "metric"
    shows = N_("How good the answers are on the training and the validation examples.")
    advice = N_("Compare with the dotted line: that much comes without any model.")
    probe = EVALUATION

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        names = setup.judgement.metrics
        labels = tuple(metric(name).label for name in names)
        which = Choice("metric", N_("Metric"), labels, labels[0])
        self.choices = (AXIS, which) if len(names) > 1 else (AXIS,)
        super().__init__(setup, chosen)
        self._name = names[labels.index(self.chosen.get(which.name, labels[0]))]
        self._metric = metric(self._name)
        self.title = self._metric.title
        self.role = Role.ORDINARY if any(probe.fits(setup) for probe in LEADING) else Role.LEAD
        self._values, self._steps = ValueAxis(self._metric.is_log), RunAxis(self.chosen.get(AXIS.name, STEP))

    @classmethod
    def fits(cls, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> bool:
        """True if there is a metric beside the loss."""
        return setup.metric != LOSS

    def panel(self) -> Panel:
        """The empty chart."""
        value = "%{y:.2f} %" if self._metric.is_share else "%{y:.4g}"
        traces = [
            evaluated.baseline_line(),
            evaluated.training_line(value),
            evaluated.validation_line(value),
        ]
        chart = figure(traces, self._steps.title, "", margin=evaluated.ROOM_FOR_LEGEND, legend=evaluated.LEGEND)
        chart.update_layout(showlegend=True)
        read_together(chart, self._steps.hover)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=self._values.range(*self._metric.start), type=self._values.type)
        chart.update_yaxes(ticksuffix=" %" if self._metric.is_share else "")
        return self.card(chart, _("not evaluated yet"))

    def update(self, moment: ModelMoment) -> Update:
        """The evaluations up to `moment`."""
        found = moment.found(EVALUATION)
        if found is None or not len(found.step):
            nothing = {"x": empty(), "y": empty()}
            traces = {BASELINE: evaluated.no_level(), TRAINING: nothing, VALIDATION: nothing}
            return {"traces": traces, "note": _("not evaluated yet"), "is_empty": True}
        end = self._steps.end(moment)
        train, validation = self._found(found)
        lines = {
            TRAINING: evaluated.points(found, self._heights(train), self._steps, moment),
            VALIDATION: evaluated.points(found, self._heights(validation), self._steps, moment),
            BASELINE: self._level(found, end),
        }
        return {
            "traces": lines,
            "layout": {**self._steps.layout(moment), **self._y_axis(lines)},
            **evaluated.dated(self._words(found), found, moment),
        }

    def _found(self, found: Evaluations) -> tuple[np.ndarray, np.ndarray]:
        """The chosen metric of the training and the validation examples."""
        return found.others.get(self._name, (found.train_metric, found.val_metric))

    def _baseline(self, found: Evaluations) -> Baseline | None:
        return strongest([baseline for baseline in found.baselines if baseline.metric == self._name], by="metric")

    def _level(self, found: Evaluations, end: float) -> Update:
        best = self._baseline(found)
        if best is None:
            return evaluated.no_level()
        words = _("{baseline} {value}", baseline=best.label, value=metric_text(best.value, best.metric))
        return evaluated.level(float(self._heights(np.array(best.value))), words, end)

    def _words(self, found: Evaluations) -> str:
        best = self._baseline(found)
        value = metric_text(float(self._found(found)[1][-1]), self._name)
        words = _("validation {value}", value=value)
        if best is None:
            return words
        level = metric_text(best.value, best.metric)
        return _("{validation} · {baseline} {value}", validation=words, baseline=best.label, value=level)

    def _heights(self, values: np.ndarray) -> np.ndarray:
        """Metrics as the axis counts them: percent, or what a log axis can hold."""
        if self._metric.is_share:
            return 100 * values
        return np.where(values > 0, values, np.nan) if self._metric.is_log else values

    def _y_axis(self, lines: dict[int, Update]) -> Update:
        low, high = finite_extent(*(trace["y"] for trace in lines.values())) or self._metric.start
        if self._metric.floor is not None:
            low = max(low, self._metric.floor)
        if self._metric.is_share and high - low < LEAST_SPAN:
            low, high = (low + high - LEAST_SPAN) / 2, (low + high + LEAST_SPAN) / 2
        update = self._values.update(low, max(high, low))
        if self._metric.is_share:
            update["yaxis.range"] = np.clip(update["yaxis.range"], *PERCENT).tolist()
        return update
