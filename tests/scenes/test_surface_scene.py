"""Every problem with every optimizer makes frames that can travel to the page."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.history.history import History
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.runs.status import Status
from tests.support.bare_words import bare_words
from tests.support.moments import moment_at, moment_of, observe
from tests.support.pseudo_locale import in_use
from widgets.board.encoding import encode
from widgets.board.panel import encode_panel
from widgets.charts.surface.surface_3d import Surface3DChart
from widgets.scenes import surface_scene as scene_module
from widgets.scenes.surface_scene import SurfaceScene

if TYPE_CHECKING:
    from pathlib import Path

    from core.runs.run import Run

PROBLEMS = ("regression", *SURFACES)
IDS = ["loss", "surface", "model", "next-step"]
ALL = frozenset(IDS)
OTHER = {("surface", "view"): "3-D", ("loss", "scale"): "linear"}


def scene_of(switches: dict[tuple[str, str], str] | None = None, **settings: object) -> SurfaceScene:
    scene = SurfaceScene(TrainingConfig().replace(**settings), dict(switches or {}))
    scene.panels()
    return scene


def travels(frame: dict[str, Any]) -> bool:
    """Whether the frame is strict JSON beside its buffers."""
    return bool(json.dumps(encode(frame, []), allow_nan=False))


@pytest.mark.parametrize("switches", [{}, OTHER], ids=["2-D", "3-D"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_problem_with_every_optimizer_makes_frames_that_travel(
    problem: str, optimizer: str, switches: dict[tuple[str, str], str]
) -> None:
    scene = scene_of(switches, problem=problem, optimizer=optimizer)
    assert [panel.id for panel in scene.panels()] == IDS
    assert all(json.dumps(encode_panel(panel).sent, allow_nan=False) for panel in scene.panels())
    minimum = (*scene.objective.minima, (0.0, 0.0))[0]
    for point in (None, minimum, (1e6, -3e5), (scene.objective.domain[0][0], scene.objective.domain[1][1])):
        frame = scene.frame(moment_at(scene.config, point), ALL, settled=True)
        assert list(frame["panels"]) == IDS
        assert travels(frame)
        assert all(panel.get("layout") is None or finite(panel["layout"]) for panel in frame["panels"].values())
    assert travels(scene.blank_frame())


def finite(layout: dict[str, Any]) -> bool:
    ranges = [end for name, value in layout.items() if name.endswith("range") for end in value]
    return all(np.isfinite(ranges)) and all(a < b for a, b in zip(ranges[::2], ranges[1::2], strict=True))


@pytest.mark.parametrize(
    "settings",
    [
        {"samples": 2},
        {"noise": 0},
        {"batch_size": 1},
        {"samples": 10_000, "noise": 5},
        {"start_x": -1000, "start_y": 1000},
        {"learning_rate": 10},
        {"learning_rate": 1e-6},
        {"problem": "bowl", "condition": 1000, "learning_rate": 10},
        {"problem": "saddle", "start_x": 0, "start_y": 0},
        {"problem": "ackley", "start_x": 0, "start_y": 0},
    ],
    ids=repr,
)
def test_extreme_settings_make_frames_that_travel(settings: dict[str, object]) -> None:
    scene = scene_of(None, **settings)
    for step in (0, 1, 5000):
        frame = scene.frame(moment_at(scene.config, step=step), ALL, settled=True)
        assert travels(frame)
        assert all(finite(panel["layout"]) for panel in frame["panels"].values() if "layout" in panel)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_diverged_run_still_has_its_last_frame(optimizer: str) -> None:
    scene = scene_of(problem="bowl", optimizer=optimizer, learning_rate=10)
    seen = observe(scene.config, point=(1e18, -2e17), second_moment=(np.inf, np.inf))
    frame = scene.frame(moment_of(scene.config, seen), ALL, settled=True)
    assert travels(frame)
    assert frame["slots"]["loss"] == "7.00e35"


def test_a_diverged_run_ends_at_its_last_finite_row_and_keeps_the_limit_of_where_the_loss_rose() -> None:
    scene = scene_of(problem="rosenbrock", learning_rate=0.01)
    points = np.array([[-1.2, 1.0], [-1.1, 1.2], [30.0, -5.0], [1e8, 2e5]])
    losses = scene.objective.value(*points.T)
    history = History({"step": "int64", "loss": "float64", "parameter_0": "float64", "parameter_1": "float64"})
    history.append(step=np.arange(4), loss=losses, parameter_0=points[:, 0], parameter_1=points[:, 1])
    seen = observe(scene.config, step=4, point=(1e8, 2e5))
    run: Any = SimpleNamespace(observation=seen, history=history, marks=[], status=Status.DIVERGED, total_steps=9)
    moment = scene.moment(run)
    assert moment is not None
    assert moment.steps().tolist() == [0, 1, 2, 3]
    assert moment.losses() == pytest.approx(losses)
    x, y = points[np.argmin(losses)]
    steepest = np.linalg.eigvalsh([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200.0]])[-1]
    assert moment.view.zones.limit == pytest.approx(2 / steepest, rel=1e-4)
    note = scene.frame(moment, ALL, settled=True)["slots"]["rate-note"]
    assert note["text"].startswith(f"step {np.argmin(losses)}: stable below ")
    assert note["attrs"]["title"] == note["text"]
    assert scene.notice(run, moment).title == "Diverged at step 4: rate too large."


def test_only_charts_on_screen_are_updated() -> None:
    scene = scene_of()
    frame = scene.frame(moment_at(scene.config), frozenset({"loss", "model"}), settled=False)
    assert list(frame["panels"]) == ["loss", "model"]
    assert frame["step"] == 5


def test_a_switch_changes_its_own_chart_and_keeps_the_order() -> None:
    scene = scene_of()
    before = scene.panels()
    scene.switch("surface", "view", "3-D")
    after = scene.panels()
    assert [panel.id for panel in after] == IDS
    assert [a is b for a, b in zip(before, after, strict=True)] == [True, False, True, True]
    assert after[1].figure.data[0].type == "surface"
    scene.switch("loss", "scale", "linear")
    assert scene.panels()[0].figure.layout.yaxis.type == "linear"


def test_charts_are_made_anew_in_another_language_and_back_in_the_variants_that_were_chosen(catalogues: Path) -> None:
    scene = scene_of()
    scene.switch("surface", "view", "3-D")
    before = [(panel.title, panel.note) for panel in scene.panels()]
    with in_use(catalogues):
        assert bare_words(panel.note for panel in scene.panels()) == set()
        assert scene.panels()[1].figure.data[0].type == "surface"
    assert [(panel.title, panel.note) for panel in scene.panels()] == before


def test_a_surface_in_space_is_drawn_now_and_then_and_always_when_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(scene_module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    scene = scene_of(OTHER, problem="bowl")
    moment = moment_at(scene.config)

    def is_drawn(settled: bool = False) -> bool:
        return "surface" in scene.frame(moment, ALL, settled)["panels"]

    drawn = [is_drawn(), is_drawn(), is_drawn(settled=True), is_drawn()]
    clock.now += Surface3DChart.seconds_between
    assert [*drawn, is_drawn(), is_drawn()] == [True, False, True, False, True, False]


def run_with(scene: SurfaceScene, step: int | None, rows: int, status: Status = Status.PAUSED) -> Run:
    """What a scene reads of a run: observed at `step`, with `rows` rows of history."""
    columns = {"step": "int64", "loss": "float32", "parameter_0": "float32", "parameter_1": "float32"}
    history = History(columns, capacity=4000)
    history.append(step=np.arange(rows), **{name: np.ones(rows) for name in list(columns)[1:]})
    seen = None if step is None else observe(scene.config, step=step)
    return cast("Run", SimpleNamespace(observation=seen, history=history, marks=[], status=status, total_steps=9000))


def test_before_the_first_observation_there_is_no_moment() -> None:
    scene = scene_of()
    assert scene.moment(run_with(scene, None, 3)) is None


@pytest.mark.parametrize(("step", "rows"), [(0, 0), (4, 4), (4, 50), (2000, 2000), (1999, 2500)])
def test_a_moment_has_no_rows_from_after_its_observation(step: int, rows: int) -> None:
    scene = scene_of()
    moment = scene.moment(run_with(scene, step, rows))
    assert moment is not None
    steps = moment.steps()
    assert np.all(np.diff(steps) > 0)
    assert steps[-1] == step
    assert len(steps) <= 501


def test_several_batches_an_epoch_are_counted_and_mentioned() -> None:
    scene = scene_of(samples=100, batch_size=30)
    assert scene.steps_per_epoch == 4
    assert "of each batch" in scene.panels()[0].note
    assert scene_of(samples=100, batch_size=10_000).steps_per_epoch == 1


def test_after_a_reset_the_axes_are_those_of_a_page_that_has_just_opened() -> None:
    fresh, used = scene_of(problem="himmelblau"), scene_of(problem="himmelblau")
    for point, step in (((40.0, -30.0), 500), ((0.5, 0.5), 900)):
        used.frame(moment_at(used.config, point, step), ALL, settled=True)
    start = moment_at(fresh.config, (0.5, 0.5), 5)
    layouts = [
        [panel.get("layout") for panel in scene.frame(start, ALL, settled=True)["panels"].values()]
        for scene in (fresh, used)
    ]
    assert layouts[0] == layouts[1]
