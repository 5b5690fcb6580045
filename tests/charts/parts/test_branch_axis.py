"""The charts along a run count a branch from the start of the run that it left, and say so, until another run comes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from tests.support.model_moments import evaluations, model_moment, setup_of
from tests.support.moments import moment_at
from widgets.charts.origin import Origin
from widgets.charts.surface.loss import LossChart
from widgets.charts.surface.parameters import CoordinatesChart
from widgets.charts.surface.plane_chart import PlaneSetup
from widgets.charts.training.layers import LayersChart
from widgets.charts.training.metric import MetricChart

if TYPE_CHECKING:
    from collections.abc import Callable

LEFT = 120
ORIGIN = Origin(4, steps=float(LEFT), epochs=10.0, losses=np.array([2.0, 1.0]))
DIGITS, VALLEY = setup_of(), TrainingConfig.suited_to("rosenbrock")


def of_model(chart: type[Any], origin: Origin | None) -> dict[str, Any]:
    moment = model_moment(100, {"evaluation": evaluations(100)})
    return chart(DIGITS).update(replace(moment, origin=origin))


def on_surface(chart: type[Any], origin: Origin | None) -> dict[str, Any]:
    return chart(PlaneSetup.of(VALLEY)).update(replace(moment_at(VALLEY, step=50), origin=origin))


@pytest.mark.parametrize(
    ("update", "chart", "trace", "first"),
    [
        (of_model, LayersChart, 1, LEFT), (of_model, MetricChart, 1, LEFT), (on_surface, CoordinatesChart, 2, LEFT),
        (on_surface, LossChart, 2, 0),  # its parent's curve stands before it
    ],
)  # fmt: skip
def test_a_branch_stands_where_it_left_its_parent(
    update: Callable[[type[Any], Origin | None], dict[str, Any]], chart: type[Any], trace: int, first: int
) -> None:
    branch, alone = update(chart, ORIGIN), update(chart, None)
    x, own = (np.asarray(each["traces"][trace]["x"], float) for each in (branch, alone))
    np.testing.assert_allclose(x, own + LEFT)
    assert branch["layout"]["xaxis.range"][0] == first
    assert branch["layout"]["xaxis.range"][1] >= x[-1]
    assert branch["layout"]["xaxis.title.text"] == "step since run 4 began"
    assert alone["layout"]["xaxis.range"][0] == 0
    assert alone["layout"]["xaxis.title.text"] == "step"  # a chart that is not made anew may have said otherwise
