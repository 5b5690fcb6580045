"""The page without a browser: what a setting reaches, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.relevance import relevant_fields
from core.config.training_config import FIELDS, TrainingConfig
from core.learning.setup import ModelSetup
from core.number_format import format_number
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.runs.status import Status
from tests.support.page_without_browser import PATIENCE, choose, click, has_control, mount, notice, shown, until
from widgets.scenes.config_change import START_FIELDS

if TYPE_CHECKING:
    from widgets.dashboard import Dashboard

LEGAL: dict[str, object] = {
    "problem": "beale", "samples": 200, "noise": 0.5, "condition": 20.0, "start_x": 1.5, "start_y": -2.5,
    "optimizer": "adam", "learning_rate": 0.2, "momentum": 0.5, "rho": 0.8, "beta_1": 0.7, "beta_2": 0.99,
    "epsilon": 1e-6, "weight_decay": 0.01, "initial_accumulator_value": 0.3, "epochs": 2000, "batch_size": 10,
    "seed": 7,
}  # fmt: skip
OF_SURFACES = {
    name
    for problem in ("regression", "bowl", "beale")
    for optimizer in OPTIMIZERS
    for name in relevant_fields(TrainingConfig(problem=problem, optimizer=optimizer))
}
REFUSED: list[tuple[str, object]] = [
    ("learning_rate", "quick"), ("learning_rate", "50"), ("learning_rate", "-0.1"), ("learning_rate", "1e400"),
    ("learning_rate", "<script>alert(1)</script>"), ("learning_rate", "9" * 3000), ("epochs", "1.5"),
    ("epochs", ""), ("seed", "-1"), ("start_x", "nan"),
]  # fmt: skip


def test_every_legal_value_reaches_the_config_and_is_shown_again(dash: Dashboard) -> None:
    assert set(LEGAL) == OF_SURFACES
    order = sorted(LEGAL, key=lambda name: name != "problem")  # another problem brings its own rate and start
    for name in order:
        choose(dash, name, LEGAL[name])
    assert {name: getattr(dash.config, name) for name in LEGAL} == LEGAL
    numbers = {n: value for n, value in LEGAL.items() if isinstance(value, int | float) and has_control(dash, n)}
    assert {name: shown(dash, name) for name in numbers} == {n: format_number(v) for n, v in numbers.items()}
    assert TrainingConfig.from_query(dash._header.query) == (dash.config, [])


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=[f"{name}-{str(value)[:12]}" for name, value in REFUSED])
def test_a_refused_value_keeps_config_session_and_box_and_gives_one_sentence(
    dash: Dashboard, name: str, value: object
) -> None:
    config, staged, before = dash.config, dash._session.staged, shown(dash, name)
    choose(dash, name, value)
    assert (dash.config, dash._session.staged, shown(dash, name)) == (config, staged, before)
    label = "Start W" if name == "start_x" else FIELDS[name].label
    assert notice(dash).startswith(f"Kept as it was. {label} must be")
    assert len(notice(dash)) < 150
    choose(dash, "learning_rate", "0.02")
    assert "Kept" not in notice(dash)


@pytest.mark.parametrize(("field", "is_live"), [(name, FIELDS[name].live) for name in LEGAL])
def test_only_a_structural_change_ends_the_run_in_progress(dash: Dashboard, field: str, is_live: bool) -> None:
    mount(dash)
    before = dash._session.run
    choose(dash, field, LEGAL[field])
    keeps_the_run = is_live or field in START_FIELDS
    assert (dash._session.run is before) == keeps_the_run
    if not keeps_the_run:
        assert before.join(PATIENCE)
        assert before.status is Status.STOPPED


def test_another_problem_brings_a_rate_that_suits_it_and_its_own_start(dash: Dashboard) -> None:
    choose(dash, "start_x", "4")
    choose(dash, "problem", "rosenbrock")
    assert (dash.config.learning_rate, dash.config.start_x) == (SURFACES["rosenbrock"].learning_rate, None)
    choose(dash, "problem", "regression")
    assert dash.config == TrainingConfig()


@pytest.mark.parametrize("problem", ["spiral", "circle", "digits", "python_help"])
def test_the_size_that_is_chosen_is_the_models_whatever_width_and_depth_it_came_with(
    dash: Dashboard, problem: str
) -> None:
    choose(dash, "problem", problem)
    choose(dash, "size", "60000")
    assert ModelSetup.of(dash.config).parameters == pytest.approx(60_000, rel=0.1)
    choose(dash, "width", "9")
    choose(dash, "size", "much")
    assert (dash.config.size, dash.config.width, dash.config.depth) == (60_000, 9, None)


@pytest.mark.parametrize(("problem", "family"), [("mnist", "rnn_lstm"), ("mnist", "mlp"), ("python_help", "decoder")])
def test_another_family_has_the_size_that_is_shown(dash: Dashboard, problem: str, family: str) -> None:
    choose(dash, "problem", problem)
    choose(dash, "family", family)
    assert ModelSetup.of(dash.config).parameters == pytest.approx(dash.config.size, rel=0.1)


def test_another_batch_size_plays_on_and_keeps_the_switches(dash: Dashboard) -> None:
    mount(dash)
    dash._board._receive({"kind": "switch", "panel": "loss", "name": "scale", "value": "linear"})
    click(dash, "dl-play")
    until(dash, lambda: dash._session.run.step > 0)
    choose(dash, "batch_size", "10")
    assert dash._session.run.wants_to_play
    assert dash._session.scene.switches == {("loss", "scale"): "linear"}
    assert dash._session.run.total_steps == 10 * dash.config.epochs


def test_a_live_rate_reaches_the_run_and_is_marked(dash: Dashboard) -> None:
    mount(dash)
    run = dash._session.run
    click(dash, "dl-step")
    until(dash, lambda: run.step == 1)
    choose(dash, "learning_rate", "0.2")
    until(dash, lambda: bool(run.marks))
    assert [(mark.step, mark.name, mark.old, mark.new) for mark in run.marks] == [(1, "learning_rate", 0.01, 0.2)]


def test_a_link_is_taken_from_the_first_page_only(dash: Dashboard) -> None:
    dash._greet("problem=himmelblau&seed=oops")
    assert dash.config.problem == "himmelblau"
    assert notice(dash) == "Kept as it was. Seed must be a number."
    dash._greet("problem=booth")
    assert dash.config.problem == "himmelblau"
