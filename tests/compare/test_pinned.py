from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from core.config.training_config import TrainingConfig
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.board.panel import Panel
from widgets.compare.pinned import PinnedRuns


@pytest.fixture
def pinned() -> PinnedRuns:
    """A pinned regression and a pinned surface; a third run is not pinned."""
    store = RunStore()
    for problem, steps_per_epoch in (("line", 4), ("rosenbrock", 1), ("line", 4)):
        config = TrainingConfig() if problem == "line" else TrainingConfig(problem=problem)
        id = store.add(**columns_of(config, steps_per_epoch=steps_per_epoch))
        store.record(id, RecordedColumns({"step": np.arange(3), "loss": np.array([3.0, 2.0, 1.0])}, {}))
        store.mark([id], pinned=len(store) < 3)
    made = PinnedRuns()
    made.take(store.runs())
    return made


def test_a_pinned_run_stands_behind_the_loss_of_its_own_problem(pinned: PinnedRuns) -> None:
    figure = go.Figure([go.Scatter(x=[0], y=[5])])
    panels = [Panel("loss", "Loss", figure), Panel("surface", "Surface", figure)]
    loss, surface = pinned.drawn_into(panels, TrainingConfig().problem, {})
    assert surface is panels[1]
    assert len(figure.data) == 1  # the scene's own stays as it was
    first, behind = loss.figure.data
    assert first.y == (5,)
    assert (behind.name, behind.line.color, behind.text[-1]) == ("#1", "var(--dl-run-0)", "#1")
    np.testing.assert_array_equal(behind.x, [0, 1, 2])
    np.testing.assert_array_equal(behind.y, [3, 2, 1])


def test_it_follows_the_axis_of_the_chart(pinned: PinnedRuns) -> None:
    panels = [Panel("loss", "Loss", go.Figure())]
    (loss,) = pinned.drawn_into(panels, TrainingConfig().problem, {("loss", "axis"): "epoch"})
    np.testing.assert_array_equal(loss.figure.data[0].x, [0, 0.25, 0.5])


def test_without_a_pinned_run_the_panels_are_the_same(pinned: PinnedRuns) -> None:
    pinned.take([])
    panels = [Panel("loss", "Loss", go.Figure())]
    assert pinned.drawn_into(panels, TrainingConfig().problem, {})[0] is panels[0]
