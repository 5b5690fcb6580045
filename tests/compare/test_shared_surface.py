"""Runs on one loss surface in the Compare tab: one picture of it, with a path for each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.charts.surface.ground import GROUND_TRACES
from widgets.compare.compare_tab import CompareTab
from widgets.compare.paths import MOST_PATHS, POINTS, PathCache
from widgets.compare.pinned import PinnedRuns
from widgets.compare.shared_surface import ID, SharedSurface

BOWL = TrainingConfig.suited_to("bowl")
LINE = np.linspace([2.0, -1.0], [0.0, 0.0], 1000)


def keep(store: RunStore, config: TrainingConfig, path: np.ndarray | None = LINE, **more: Any) -> str:
    id = store.add(**columns_of(config, **more))
    loss = {"step": np.arange(len(LINE)), "loss": np.linspace(5, 1, len(LINE))}
    store.record(id, RecordedColumns(loss if path is None else {**loss, "parameters": path}, {}))
    return id


def surface(store: RunStore) -> SharedSurface:
    return SharedSurface(store.runs(sort="started"), PathCache())


def test_two_runs_of_a_surface_share_it_with_two_paths_through_their_own_points() -> None:
    store = RunStore()
    keep(store, BOWL, started=1.0)
    keep(store, BOWL.replace(optimizer="adam", start_x=1.0), 2 * LINE, started=2.0)
    shared = surface(store)
    (panel,) = shared.panels()
    assert panel.id == ID
    paths = panel.figure.data[GROUND_TRACES:]
    assert [trace.line.color for trace in paths] == ["var(--dl-run-0)", "var(--dl-run-1)"]
    traces = shared.updates()[ID]["traces"]
    assert list(traces) == [GROUND_TRACES, GROUND_TRACES + 1]
    for drawn, path in zip(traces.values(), (LINE, 2 * LINE), strict=True):
        points = np.stack([drawn["x"], drawn["y"]], axis=1)
        assert len(points) <= POINTS
        np.testing.assert_allclose(points[[0, -1]], path[[0, -1]])
        assert all(np.isclose(path, point, atol=1e-6).all(axis=1).any() for point in points)


def test_the_heat_map_holds_the_losses_of_that_surface() -> None:
    store = RunStore()
    for start in (1.0, 2.0):
        keep(store, BOWL.replace(problem="rosenbrock", start_x=start))
    (panel,) = surface(store).panels()
    ground = panel.figure.data[0]
    x, y = np.meshgrid(ground.x, ground.y)
    np.testing.assert_allclose(ground.customdata, (1 - x) ** 2 + 100 * (y - x**2) ** 2, rtol=1e-4)


@pytest.mark.parametrize(
    "others",
    [
        [],
        [TrainingConfig.suited_to("rosenbrock")],
        [TrainingConfig(seed=1), TrainingConfig(seed=2)],  # the data of a regression make its surface
        [TrainingConfig.suited_to("xor"), TrainingConfig.suited_to("xor")],
    ],
    ids=["one run", "two problems", "other data", "models"],
)
def test_runs_without_a_surface_in_common_have_no_such_picture(others: list[TrainingConfig]) -> None:
    store = RunStore()
    for config in (BOWL, *others):
        keep(store, config)
    shared = surface(store)
    assert (shared.panels(), shared.updates()) == ([], {})


def test_a_run_whose_path_was_not_kept_has_none() -> None:
    store = RunStore()
    keep(store, BOWL)
    keep(store, BOWL, path=None)
    assert surface(store).panels() == []


def test_a_path_that_diverges_is_drawn_as_far_as_numbers_go() -> None:
    store = RunStore()
    keep(store, BOWL, np.array([[1.0, 1.0], [1e5, -1e5], [np.inf, 1e300]]), started=1.0)
    keep(store, BOWL, started=2.0)
    drawn = surface(store).updates()[ID]["traces"][GROUND_TRACES]
    np.testing.assert_array_equal(drawn["x"], np.array([1, 1e5, np.nan], np.float32))


def test_so_many_paths_are_drawn_as_can_be_told_apart() -> None:
    store = RunStore()
    for _run in range(MOST_PATHS + 2):
        keep(store, BOWL)
    shared = surface(store)
    assert len(shared.updates()[ID]["traces"]) == MOST_PATHS
    assert shared.panels()[0].note == f"{MOST_PATHS} paths"


def test_the_tab_shows_the_picture_while_two_such_runs_are_drawn() -> None:
    store = RunStore()
    ids = [keep(store, BOWL), keep(store, BOWL.replace(optimizer="adam"))]
    tab = CompareTab(lambda: store, lambda: None, PinnedRuns())
    tab.draw()
    assert ID in tab._board.widget._shown
    store.mark([ids[0]], hidden=True)
    tab.draw()
    assert ID not in tab._board.widget._shown
    tab.close()
