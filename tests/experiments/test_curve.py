from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from core.experiments.curve import EPOCHS, EXAMPLES, FLOPS, PIXELS, SECONDS, STEPS, axis_of, units_per_step
from core.experiments.curve_cache import CurveCache
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of

if TYPE_CHECKING:
    from core.store.kept_run import KeptRun


def kept(losses: np.ndarray, **more: Any) -> KeptRun:
    store = RunStore()
    id = store.add(**columns_of())
    store.record(id, RecordedColumns({"step": np.arange(len(losses)), "loss": losses}, {}), **more)
    return store[0]


def test_every_point_drawn_is_one_that_was_recorded_with_the_extremes_of_each_pixel() -> None:
    losses = np.random.default_rng(0).normal(size=100_000)
    curve = CurveCache().curve(kept(losses), "loss", 0.0)
    assert curve is not None
    assert len(curve.steps) <= 2 * PIXELS + 2
    assert np.array_equal(curve.values, losses[curve.steps])
    edges = np.linspace(0, len(losses), PIXELS + 1).astype(int)
    drawn = set(curve.steps.tolist())
    found = sum(
        {int(a + losses[a:b].argmin()), int(a + losses[a:b].argmax())} <= drawn for a, b in itertools.pairwise(edges)
    )
    assert found >= 0.95 * PIXELS  # the edges of columns may lie a point apart
    assert {0, len(losses) - 1, int(losses.argmin()), int(losses.argmax())} <= drawn


def test_what_is_not_finite_is_a_gap_and_said() -> None:
    curve = CurveCache().curve(kept(np.array([2.0, 1.0, np.inf, 3.0, np.nan])), "loss", 0.0)
    assert curve is not None
    np.testing.assert_array_equal(curve.values, [2.0, 1.0, np.nan, 3.0, np.nan])
    assert (curve.last, curve.broken) == ((3, 3.0), 2)


def test_a_smoothed_curve_stands_beside_the_raw_one() -> None:
    curve = CurveCache().curve(kept(np.array([4.0, 2.0, 0.0])), "loss", 0.5)
    assert curve is not None
    np.testing.assert_allclose(curve.values, [4, 2, 0])
    np.testing.assert_allclose(curve.smooth_values, [4, 8 / 3, 8 / 7])


def test_what_was_not_recorded_has_no_curve() -> None:
    assert CurveCache().curve(kept(np.ones(3)), "validation_loss", 0.0) is None


def test_a_step_is_as_long_as_the_run_says() -> None:
    run = kept(np.ones(3), steps=100, steps_per_epoch=20, batch=32, flops=1000.0)
    assert [units_per_step(run, axis) for axis in (STEPS, EPOCHS, EXAMPLES, FLOPS)] == [1.0, 0.05, 32, 96_000.0]
    assert units_per_step(kept(np.ones(3)), FLOPS) is None


def test_seconds_are_those_of_the_clock_or_else_spread_evenly_and_said() -> None:
    steps = np.array([0, 50, 100])
    even = axis_of(kept(np.ones(3), steps=100, seconds=5.0), SECONDS)
    assert even is not None
    assert (even(steps).tolist(), even.is_guessed) == ([0.0, 2.5, 5.0], True)
    clock = {"step": np.array([0, 40, 60]), "seconds": np.array([0.0, 1.0, 2.0])}
    true = axis_of(kept(np.ones(3), steps=100, seconds=5.0, clock=clock), SECONDS)
    assert true is not None
    assert (true(steps).tolist(), true.is_guessed) == ([0.0, 1.5, 5.0], False)


def test_a_run_that_is_recorded_anew_has_another_curve_and_one_that_is_marked_has_not() -> None:
    store, cache = RunStore(), CurveCache()
    id = store.add(**columns_of())
    store.record(id, RecordedColumns({"step": np.arange(2), "loss": np.ones(2)}, {}), updated=1.0)
    first = cache.curve(store[0], "loss", 0.0)
    store.mark([id], starred=True)
    assert cache.curve(store[0], "loss", 0.0) is first
    store.record(id, RecordedColumns({"step": np.arange(3), "loss": np.ones(3)}, {}), updated=2.0)
    newer = cache.curve(store[0], "loss", 0.0)
    assert newer is not None
    assert len(newer.steps) == 3
