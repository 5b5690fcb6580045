from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from core.config.training_config import TrainingConfig
from core.experiments.curve import EPOCHS, EXAMPLES, STEPS
from core.experiments.curve_cache import CurveCache
from core.runs.past.branch import Branch, Parent
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.board.panel import Panel
from widgets.charts.surface.loss import LossChart
from widgets.charts.surface.plane_chart import PlaneSetup
from widgets.charts.surface.surface_3d import Surface3DChart
from widgets.compare.overlay_chart import OverlayChart
from widgets.compare.run_texts import parent_text
from widgets.compare.trunk import start_of, trunk_of
from widgets.compare.trunk_behind import TrunkBehind

SPIRAL = TrainingConfig.suited_to("spiral")


@pytest.fixture
def store() -> RunStore:
    """A run of 100 steps, one that left it at 40 after 10 epochs and went 20 steps, and one that left that at 6."""
    store, parent = RunStore(), None
    for steps, left, per_epoch in ((100, None, 4), (20, 40, 2), (9, 6, 3)):
        id = store.add(
            **columns_of(SPIRAL, steps=steps, steps_per_epoch=per_epoch, batch=8 * per_epoch, parent=parent,
                         parent_step=left)
        )  # fmt: skip
        store.record(id, RecordedColumns({"step": np.arange(steps), "loss": np.linspace(steps, 1.0, steps)}, {}))
        parent = id
    return store


@pytest.mark.parametrize(("axis", "start"), [(STEPS, 40 + 6), (EPOCHS, 40 / 4 + 6 / 2), (EXAMPLES, 40 * 32 + 6 * 16)])
def test_a_branch_begins_where_the_ways_of_its_parents_add_up_to(store: RunStore, axis: str, start: float) -> None:
    last = store[0]
    trunk = trunk_of(last.parent, last.parent_step, store.get)
    assert [(limb.run.number, limb.step) for limb in trunk] == [(1, 40), (2, 6)]
    assert start_of(trunk, axis) == pytest.approx(start)


def test_compare_draws_it_from_there_with_a_ring_and_says_so(store: RunStore) -> None:
    chart = OverlayChart(store.runs(), {}, CurveCache().curve, store.get)
    traces = list(chart.update()["traces"].values())
    lines, rings = traces[1:-2:2], traces[-1]
    assert [(line["x"][0], line["x"][-1]) for line in lines] == [(46, 54), (40, 59), (0, 99)]
    assert (rings["x"], rings["y"], rings["visible"]) == ([46, 40], [9, 20], True)
    assert chart.update()["layout"]["xaxis.range"] == [0, 99]
    assert len(chart.panel().figure.data) == len(traces)
    assert "with the weights of step 40 of run 1." in chart.sentences()[1]


def test_the_list_names_the_run_and_the_step(store: RunStore) -> None:
    assert [parent_text(run) for run in store] == ["step 6 of run 2", "step 40 of run 1", ""]


def test_the_chart_of_the_loss_has_the_trunk_behind_it(store: RunStore) -> None:
    last = store[0]
    behind = TrunkBehind(lambda: store)
    origin = behind.follow(Branch(last.parent_step or 0, lambda: Parent(last.parent or "", 2), lambda: None))
    assert origin is not None
    assert (origin.root, origin.steps, origin.epochs) == (1, 46, 13)
    assert len(origin.losses) == 41 + 7
    panels = [Panel("loss", "Loss", go.Figure([go.Scatter(x=[0], y=[5])])), Panel("metric", "Metric", go.Figure())]
    loss, metric = behind.drawn_into(panels, {})
    assert metric is panels[1]
    assert [(line.x[0], line.x[-1]) for line in loss.figure.data[1:]] == [(0, 99), (40, 59)]
    assert (loss.figure.layout.shapes[0].x0, loss.figure.layout.annotations[0].text) == (46, "step 6 of run 2")
    assert not panels[0].figure.layout.shapes
    (by_epoch, _metric) = behind.drawn_into(panels, {("loss", "axis"): "epoch"})
    assert [(line.x[0], line.x[-1]) for line in by_epoch.figure.data[1:]] == [(0, 99 / 4), (10, 10 + 19 / 2)]


def test_a_run_whose_parent_is_kept_no_longer_stands_alone(store: RunStore) -> None:
    behind = TrunkBehind(lambda: store)
    assert behind.follow(Branch(3, lambda: Parent("gone", None), lambda: None)) is None
    panels = [Panel("loss", "Loss", go.Figure())]
    assert behind.drawn_into(panels, {}) == panels
    assert behind.follow(None) is None


def test_a_fork_has_its_ring_where_it_left_and_is_counted_as_the_run_that_it_was(store: RunStore) -> None:
    first = store[2]
    id = store.add(
        **columns_of(TrainingConfig(), started=9.0, steps=30, forked_from=first.id, forked_at=12, name="fork")
    )
    store.record(id, RecordedColumns({"step": np.arange(30), "loss": np.linspace(30, 1.0, 30)}, {}))
    (fork,) = store.runs("name = fork")
    assert [run.name for run in store.runs("parent = 1 and parent_step = 12")] == ["fork"]
    assert [run.left_number for run in store.runs(sort="-parent")] == [2, 1, 1, None]
    assert parent_text(fork) == "step 12 of run 1"
    chart = OverlayChart([fork], {}, CurveCache().curve, store.get)
    rings = list(chart.update()["traces"].values())[-1]
    assert (rings["x"], rings["y"]) == ([12], [pytest.approx(np.linspace(30, 1.0, 30)[12])])
    assert chart.sentences() == ["fork is run 1 up to the ring, at step 12, and goes its own way from there."]


def behind_a_branch(path: np.ndarray, losses: np.ndarray, left: int) -> TrunkBehind:
    """What is drawn behind a branch that left a run with this path and these losses at step `left`."""
    store = RunStore()
    config = TrainingConfig.suited_to("rosenbrock")
    parent = store.add(**columns_of(config, started=0.0, steps=len(path) - 1, steps_per_epoch=1))
    columns = {"step": np.arange(len(path)), "loss": losses, "parameters": path}
    store.record(parent, RecordedColumns(columns, {}))
    behind = TrunkBehind(lambda: store)
    origin = behind.follow(Branch(left, lambda: Parent(parent, 1), None))
    assert origin is not None
    assert origin.steps == left
    return behind


def test_a_surface_has_the_path_of_the_parent_behind_that_of_a_branch_up_to_its_ring() -> None:
    path = np.column_stack([np.linspace(-1, 1, 21), np.linspace(2, 0, 21)])
    behind = behind_a_branch(path, np.ones(21), left=8)
    surface = Panel("surface", "Surface", go.Figure([go.Heatmap(z=[[1.0]])]))
    (drawn,) = behind.drawn_into([surface], {})
    line, ring = drawn.figure.data[1:]
    np.testing.assert_allclose(np.column_stack([line.x, line.y]), path[:9])
    np.testing.assert_allclose([ring.x[0], ring.y[0]], path[8])
    assert behind.follow(None) is None
    assert behind.drawn_into([surface], {}) == [surface]


def test_a_surface_in_space_has_it_at_the_height_of_its_losses_and_none_beyond_its_edge() -> None:
    setup = PlaneSetup.of(TrainingConfig.suited_to("rosenbrock"))
    (x_low, x_high), _y = setup.objective.domain
    path = np.column_stack([np.linspace(x_low, x_high + 1, 21), np.linspace(2, 0, 21)])
    losses = (1 - path[:, 0]) ** 2 + 100 * (path[:, 1] - path[:, 0] ** 2) ** 2
    panel = Surface3DChart(setup, {}).panel()
    (drawn,) = behind_a_branch(path, losses, left=20).drawn_into([panel], {})
    line, ring = drawn.figure.data[len(panel.figure.data) :]
    inside = path[:, 0] <= x_high
    ground, low = setup.grid.loss, setup.grid.loss.min()
    heights = np.log(losses - low + 0.01 * (np.median(ground) - low)) + 0.01 * np.ptp(setup.grid.shade)
    np.testing.assert_allclose(line.z[inside], heights[inside], rtol=1e-4)
    assert np.isnan(line.z[~inside]).all()
    assert np.isnan(ring.z).all()


def test_losses_that_are_drawn_as_heights_above_a_minimum_have_the_trunk_and_pinned_runs_as_heights_too() -> None:
    chart = LossChart(PlaneSetup.of(TrainingConfig.suited_to("styblinski_tang")), {"scale": "log"})
    panel = chart.panel()
    losses = np.linspace(50, -70, 21)
    behind = behind_a_branch(np.zeros((21, 2)), losses, left=8)
    (drawn,) = behind.drawn_into([panel], {})
    lowest = chart._objective.minimum
    assert lowest is not None
    assert lowest < 0
    (line,) = drawn.figure.data[len(panel.figure.data) :]
    np.testing.assert_allclose(line.y, losses - lowest, rtol=1e-6)
