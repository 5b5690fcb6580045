"""The charts of a `fit`: those of a model's page, as far as a callback can know what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.language import N_, _, shown
from core.probes.registry import NEXT_STEP
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen
from widgets.charts.choice import Choice
from widgets.charts.finding_update import AWAITED, dated
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.style import hover
from widgets.charts.parts.value_axis import SCALE
from widgets.charts.surface.step_figure import StepFigure
from widgets.charts.training import loss, metric
from widgets.charts.training.evaluation_traces import row
from widgets.charts.training.layers import RATIO, UPDATE, WEIGHT, LayersChart
from widgets.charts.training.loss import ModelLossChart
from widgets.charts.training.metric import MetricChart
from widgets.watching.fit_moment import FitMoment
from widgets.watching.fit_setup import BATCH, FitSetup

if TYPE_CHECKING:
    from core.findings.results import Evaluations
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.chart import Update
    from widgets.charts.model_moment import ModelMoment

ALONG = N_("loss along the update on training examples, prediction dotted")
NORMS = Choice("show", N_("Shown of each layer"), (RATIO, UPDATE, WEIGHT), default=RATIO)


class FitLossChart(ModelLossChart):
    """The loss of each batch, and at the ends of epochs what `fit` returns: its mean, and that of the validation."""

    choices = (SCALE,)

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._batches = setup.batches if isinstance(setup, FitSetup) else BATCH

    def panel(self) -> Panel:
        """The empty chart."""
        panel = super().panel()
        panel.figure.data[loss.BATCH].name = shown(self._batches)
        _name_mean(panel, loss.TRAINING, _("loss %{y:.5g}"))
        return panel


class FitMetricChart(MetricChart):
    """A metric at the ends of epochs, as `fit` returns it."""

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self.choices = self.choices[1:]  # an epoch of a generator may have any number of steps

    def panel(self) -> Panel:
        """The empty chart."""
        panel = super().panel()
        _name_mean(panel, metric.TRAINING, "%{y:.2f} %" if self._metric.is_share else "%{y:.4g}")
        return panel

    def _words(self, found: Evaluations) -> str:
        return "" if np.isnan(self._found(found)[1][-1]) else super()._words(found)


class FitLayersChart(LayersChart):
    """The norms of each layer's update and weights; a callback is not told the gradients."""

    role = Role.ORDINARY  # of the few charts that a fit has
    choices = (NORMS,)


class FitStepChart(ModelChart):
    """An update that was made, on the loss along its direction."""

    id = "last-step"
    title = N_("The last step")
    shows = N_("The loss along an update that fit made, on some of the examples that it trains on.")
    advice = N_("Where the step lands beyond the lowest point, the learning rate is large; far before it, small.")

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._figure = StepFigure(in_rates=False)

    def panel(self) -> Panel:
        """The empty chart."""
        return self.card(self._figure.empty(), shown(ALONG))

    def update(self, moment: ModelMoment) -> Update:
        """The update that was looked at last; before that, why there is none."""
        finding = moment.findings.get(NEXT_STEP.name)
        if finding is None:
            reason = moment.no_step_look if isinstance(moment, FitMoment) else ""
            said = {"placeholder": shown(reason)} if reason else {"is_empty": True}  # a reason needs the room of a card
            return {**self._figure.blank(), "note": "" if reason else shown(AWAITED), **said}
        return {**self._figure.drawn(finding.value), **dated(ALONG, finding, moment)}


def _name_mean(panel: Panel, trace: int, value: str) -> None:
    """Names the line of the training examples as what Keras logs: the mean over an epoch while it trained."""
    line = panel.figure.data[trace]
    line.name = _("mean of the epoch")
    line.hovertemplate = hover(row(line.name, value))


FIT_CHARTS: list[type[ModelChart]] = [FitLossChart, FitMetricChart, FitLayersChart, FitStepChart]
