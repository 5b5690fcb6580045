"""The charts of the page of two parameters, in its order: one line each. A chart states its own facts, see `Chart`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.charts.surface.loss import LossChart
from widgets.charts.surface.next_step import NextStepChart
from widgets.charts.surface.parameters import CoordinatesChart, RegressionChart
from widgets.charts.surface.surface import SurfaceChart
from widgets.charts.surface.surface_3d import Surface3DChart

if TYPE_CHECKING:
    from widgets.charts.surface.plane_chart import PlaneChart

SURFACE_CHARTS: list[type[PlaneChart]] = [
    LossChart,
    SurfaceChart,
    Surface3DChart,
    RegressionChart,
    CoordinatesChart,
    NextStepChart,
]
