"""A changed setting is live, moves the start or begins a new run, and brings the settings that suit it."""

from __future__ import annotations

import pytest

from core.config.training_config import FIELDS, TrainingConfig
from core.drawn.two_moons import two_moons
from core.field import ConfigError
from widgets.scenes.config_change import START_FIELDS, Change, change_between, what_else_changed, with_changes

SURFACE = TrainingConfig(problem="bowl")
MODEL = TrainingConfig.suited_to("spiral")
OTHER_VALUES: dict[str, object] = {
    "problem": "beale", "samples": 200, "noise": 0.5, "condition": 20.0, "formula": "x^2 + y^2", "reach": 5.0,
    "start_x": 1.5, "start_y": -2.5,
    "examples": 100, "data_noise": 0.1, "train_share": 0.7, "train_examples": 50, "points": two_moons().text[3:],
    "family": "linear", "size": 2000, "width": 3, "depth": 2,
    "activation": "tanh", "dropout": 0.1, "normalization": "batch", "l1": 0.01, "l2": 0.02, "optimizer": "rmsprop",
    "learning_rate": 0.2, "momentum": 0.5, "rho": 0.8, "beta_1": 0.7, "beta_2": 0.99, "epsilon": 1e-6,
    "weight_decay": 0.01, "initial_accumulator_value": 0.3, "schedule": "cosine", "schedule_period": 3,
    "schedule_factor": 0.4, "warmup_share": 0.2, "clip_norm": 1.0, "pruning": "gradual", "sparsity": 0.5,
     "epochs": 2000, "batch_size": 10, "seed": 7,
}  # fmt: skip


def test_every_setting_is_tried_here() -> None:
    assert OTHER_VALUES.keys() == FIELDS.keys()


@pytest.mark.parametrize("name", OTHER_VALUES)
def test_one_setting_is_live_moves_the_start_or_begins_a_new_run(name: str) -> None:
    change = change_between(SURFACE, SURFACE.replace(**{name: OTHER_VALUES[name]}))
    if name in START_FIELDS:
        assert change is Change.MOVED_START
    else:
        assert change is (Change.LIVE if FIELDS[name].live else Change.NEW_RUN)


def test_the_same_config_lets_the_run_go_on() -> None:
    assert change_between(SURFACE, SURFACE) is Change.LIVE


def test_a_start_that_changes_with_something_structural_begins_a_new_run() -> None:
    assert change_between(SURFACE, SURFACE.replace(start_x=1, seed=9)) is Change.NEW_RUN
    assert change_between(SURFACE, SURFACE.replace(start_x=1, learning_rate=0.5)) is Change.NEW_RUN


def test_a_run_that_failed_cannot_be_moved() -> None:
    assert change_between(SURFACE, SURFACE.replace(start_x=1), failed=True) is Change.NEW_RUN


def test_a_model_has_no_start_to_move() -> None:
    assert change_between(MODEL, MODEL.replace(start_x=1)) is Change.LIVE


def test_another_problem_brings_what_suits_it_and_another_size_its_width() -> None:
    config = TrainingConfig(start_x=4, optimizer="adam")
    assert with_changes(config, {"problem": "spiral"}) == config.replace(
        **{**vars(TrainingConfig.suited_to("spiral")), "start_x": 4}
    )
    rosenbrock = with_changes(config, {"problem": "rosenbrock"})
    assert (rosenbrock.learning_rate, rosenbrock.start_x, rosenbrock.optimizer) == (0.11, None, "adam")
    assert with_changes(MODEL.replace(width=7), {"size": 5000}).width is None
    assert with_changes(MODEL, {"width": 7}).width == 7


def test_an_optimizer_brings_the_rate_that_suits_it_and_one_that_is_named_stays() -> None:
    valley = TrainingConfig.suited_to("rosenbrock")
    assert with_changes(valley, {"optimizer": "adam"}).learning_rate == pytest.approx(0.05 * 2.2, rel=0.05)
    assert with_changes(valley, {"optimizer": "momentum"}).learning_rate == valley.learning_rate
    assert with_changes(MODEL, {"optimizer": "sgd"}).learning_rate == pytest.approx(30 * MODEL.learning_rate)
    assert with_changes(valley, {"optimizer": "adam", "learning_rate": 0.3}).learning_rate == 0.3
    both = with_changes(MODEL, {"optimizer": "adam", "problem": "rosenbrock"})
    assert (both.optimizer, both.learning_rate) == ("adam", 0.11)


def test_a_rate_that_came_with_an_optimizer_is_said() -> None:
    valley = TrainingConfig.suited_to("rosenbrock")
    notice = what_else_changed(valley, with_changes(valley, {"optimizer": "adam"}), {"optimizer"})
    assert notice is not None
    assert "Adam starts with the learning rate 0.11" in notice.sentence
    assert "it was 0.001" in notice.sentence
    named = {"optimizer": "adam", "learning_rate": 0.3}
    assert what_else_changed(valley, with_changes(valley, named), named) is None


def test_what_is_not_legal_is_refused_in_a_sentence() -> None:
    with pytest.raises(ConfigError, match=r"^Learning rate must be between .* too large\.$"):
        with_changes(SURFACE, {"learning_rate": 50})
    with pytest.raises(ConfigError, match="Problem must be one of"):
        with_changes(SURFACE, {"problem": ["bowl"]})
