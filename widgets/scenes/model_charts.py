"""Which charts a model's page has: a registry of chart -> what it fits and how it is made.

A chart that a family or a data set has no use for is not shown, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.learning.setup import ModelSetup
from core.probes.registry import PROBES
from widgets.charts.answers.attention import AttentionChart
from widgets.charts.answers.confusion import ConfusionChart
from widgets.charts.answers.decision_boundary import BoundaryChart
from widgets.charts.answers.fitted_curve import FittedChart
from widgets.charts.answers.forecast import ForecastChart
from widgets.charts.answers.hidden_units import UnitsChart
from widgets.charts.answers.predictions import PredictionsChart
from widgets.charts.answers.samples import SamplesChart
from widgets.charts.model_moment import ModelChart
from widgets.charts.training.curvature import CurvatureChart
from widgets.charts.training.landscape import LandscapeChart
from widgets.charts.training.layers import LayersChart
from widgets.charts.training.loss import ModelLossChart
from widgets.charts.training.metric import MetricChart
from widgets.charts.training.next_step import ModelNextStepChart

Chosen = Mapping[str, str]  # switch -> the option chosen, where one was


@dataclass(frozen=True)
class Entry:
    """A chart: the probe it draws, and `make(setup, chosen)` with the chosen options of its switches."""

    probe: str
    make: Callable[[ModelSetup, Chosen], ModelChart]


def model_charts(setup: ModelSetup, switches: Mapping[tuple[str, str], str]) -> list[ModelChart]:
    """The charts that fit `setup`, in the order of the page."""
    fitting = {id: entry for id, entry in CHARTS.items() if PROBES[entry.probe].fits(setup)}
    return [entry.make(setup, _chosen(switches, id)) for id, entry in fitting.items()]


def _chosen(switches: Mapping[tuple[str, str], str], id: str) -> Chosen:
    return {name: value for (panel, name), value in switches.items() if panel == id}


CHARTS: dict[str, Entry] = {
    "loss": Entry("evaluation", lambda setup, chosen: ModelLossChart(setup, **chosen)),
    "metric": Entry("evaluation", lambda setup, chosen: MetricChart(setup, **chosen)),
    "boundary": Entry("decision", lambda setup, _: BoundaryChart(setup)),
    "units": Entry("units", lambda _, __: UnitsChart()),
    "samples": Entry("samples", lambda setup, _: SamplesChart(setup)),
    "confusion": Entry("confusion", lambda setup, _: ConfusionChart(setup)),
    "fitted": Entry("fitted-curve", lambda setup, _: FittedChart(setup)),
    "predictions": Entry("predictions", lambda setup, _: PredictionsChart(setup)),
    "forecast": Entry("forecast", lambda setup, chosen: ForecastChart(setup, **chosen)),
    "attention": Entry("attention", lambda setup, chosen: AttentionChart(setup, **chosen)),
    "next-step": Entry("next-step", lambda setup, _: ModelNextStepChart(setup)),
    "layers": Entry("evaluation", lambda setup, chosen: LayersChart(setup, **chosen)),
    "curvature": Entry("curvature", lambda setup, _: CurvatureChart(setup)),
    "landscape": Entry("weight-path", lambda _, chosen: LandscapeChart(**chosen)),
}
