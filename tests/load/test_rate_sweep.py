from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from core.load.plan import LoadPlan, LoadResult
from core.load.rate_sweep import CurvePoint, RateSweep, undisturbed
from core.serving.service import Service
from tests.support.model_files import linear_onnx

if TYPE_CHECKING:
    from pathlib import Path


def result(mean: float | None, late: float = 0.0) -> LoadResult:
    return LoadResult(1.0, 10, 10, 0, 0, mean, 0.0, {}, late, 0.0, True)


def test_the_error_of_a_forecast_is_relative_and_said_only_where_something_was_measured() -> None:
    assert CurvePoint(1, 0.011, result(0.010)).error == pytest.approx(0.1)
    assert CurvePoint(1, math.inf, result(0.010)).error is None
    assert CurvePoint(1, 0.011, result(0.010, late=0.5)).error is None
    assert CurvePoint(1, 0.011, result(None)).error is None


def test_a_mean_is_held_where_it_lies_in_the_interval_that_was_foretold() -> None:
    assert CurvePoint(1, 0.011, result(0.010), low=0.009, high=0.012).is_held
    assert CurvePoint(1, 0.011, result(0.013), low=0.009, high=0.012).is_held is False
    assert CurvePoint(1, 0.011, result(0.010, late=0.5), low=0.009, high=0.012).is_held is None


def test_nothing_is_said_of_a_forecast_where_another_program_had_the_servers_core() -> None:
    shared = CurvePoint(1, 0.011, result(0.010), waited=0.03)
    assert shared.is_disturbed
    assert shared.error is None
    assert not CurvePoint(1, 0.011, result(0.010), waited=0.002).is_disturbed


@pytest.mark.parametrize(
    ("waited", "taken", "measured"),
    [
        ([0.002, 0.0], 0.002, 1),  # the first was quiet
        ([0.3, 0.004, 0.0], 0.004, 2),
        ([0.3, 0.02, 0.05, 0.0], 0.02, 3),  # none of the few was
        ([0.3, None], 0.3, 2),  # the server has ended meanwhile
        ([None], None, 1),
    ],
)
def test_batches_are_timed_again_where_another_program_had_the_servers_core(
    waited: list[float | None], taken: float | None, measured: int
) -> None:
    left = list(waited)

    def measure() -> CurvePoint | None:
        now = left.pop(0)
        return None if now is None else CurvePoint(1, 0.01, result(0.01), now)

    found = undisturbed(measure)
    assert (None if found is None else found.waited) == taken
    assert len(waited) - len(left) == measured


def test_a_sweep_foretells_before_it_measures(tmp_path: Path) -> None:
    service = Service(linear_onnx(tmp_path), largest_batch=8)
    assert service.wait(30)
    foretold: list[int] = []
    port = int(service.address.rpartition(":")[2])
    plan = LoadPlan(port, "/v1/models/linear:predict", ('{"instances": [[1, 2]]}',))
    sweep = RateSweep(service, plan, 0.5, lambda: foretold.append(len(sweep.points)))
    sweep.start()
    assert sweep.wait(120)
    service.stop()
    service.join()
    assert sweep.times is not None
    assert foretold[0] == 0
    assert sweep.times.per_row > 0
    assert sweep.most > 100
    assert [point.rate for point in sweep.points] == sorted(point.rate for point in sweep.points)
    assert len(sweep.points) == 7
    assert all(point.low <= point.foretold <= point.high for point in sweep.points)
    assert sweep.forecast(sweep.points[0].rate) is not None
