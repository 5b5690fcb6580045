"""The charts of the page: each builds its figure once and turns a moment of the run into an update."""

from widgets.charts.loss import LossChart
from widgets.charts.model import CoordinatesChart, RegressionChart
from widgets.charts.moment import Chart, Moment
from widgets.charts.next_step import NextStepChart
from widgets.charts.surface import SurfaceChart
from widgets.charts.surface_3d import Surface3DChart

__all__ = [
    "Chart",
    "CoordinatesChart",
    "LossChart",
    "Moment",
    "NextStepChart",
    "RegressionChart",
    "Surface3DChart",
    "SurfaceChart",
]
