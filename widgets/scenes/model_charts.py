"""The charts of a model's page, in its order: one line each.

A chart states its own facts, see `ModelChart`. One that a family or a data set has no use for is not shown, and
costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.cards.cost_chart import CostChart
from widgets.charts.answers.attention import AttentionChart
from widgets.charts.answers.confusion import ConfusionChart
from widgets.charts.answers.decision_boundary import BoundaryChart
from widgets.charts.answers.fitted_curve import FittedChart
from widgets.charts.answers.forecast import ForecastChart
from widgets.charts.answers.generated_text import GeneratedTextChart
from widgets.charts.answers.hidden_units import UnitsChart
from widgets.charts.answers.predictions import PredictionsChart
from widgets.charts.answers.samples import SamplesChart
from widgets.charts.training.curvature import CurvatureChart
from widgets.charts.training.landscape import LandscapeChart
from widgets.charts.training.layers import LayersChart
from widgets.charts.training.loss import ModelLossChart
from widgets.charts.training.metric import MetricChart
from widgets.charts.training.next_step import ModelNextStepChart
from widgets.charts.training.pruning import PruningChart

if TYPE_CHECKING:
    from widgets.charts.model_chart import ModelChart

MODEL_CHARTS: list[type[ModelChart]] = [
    ModelLossChart,
    GeneratedTextChart,
    MetricChart,
    PruningChart,
    BoundaryChart,
    UnitsChart,
    SamplesChart,
    ConfusionChart,
    FittedChart,
    PredictionsChart,
    ForecastChart,
    AttentionChart,
    ModelNextStepChart,
    LayersChart,
    CurvatureChart,
    LandscapeChart,
    CostChart,
]
