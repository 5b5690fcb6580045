"""TrainingConfig: the changes it takes or refuses, the settings that matter in it, its round trip through a URL."""

from dataclasses import FrozenInstanceError
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest

from core.config.relevance import (
    FIELDS_OF_FAMILY,
    FIELDS_OF_OPTIMIZER,
    FIELDS_OF_PROBLEM,
    FIELDS_OF_PRUNING,
    FIELDS_OF_SCHEDULE,
    relevant_fields,
)
from core.config.suggested import suitable
from core.config.training_config import FIELDS, LONGEST_QUERY, TrainingConfig
from core.datasets.registry import DATASETS
from core.drawn.points import MOST, DrawnPoints
from core.field import ConfigError
from core.learning.setup import ModelSetup
from core.models.family import MODELS, families_for
from core.objectives.surfaces import SURFACES
from widgets.scenes.config_change import with_changes


def test_the_default_config_is_the_regression_the_page_opens_with() -> None:
    config = TrainingConfig()
    assert (config.problem, config.optimizer) == ("regression", "sgd")
    assert (config.samples, config.noise, config.seed, config.batch_size) == (100, 1.0, 3, 100)
    assert (config.learning_rate, config.epochs) == (0.01, 1000)
    assert (config.start_x, config.start_y) == (None, None)


def test_a_config_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        TrainingConfig().seed = 4  # type: ignore[misc]  # that it is frozen is the point


def test_an_invalid_config_cannot_be_built_or_reached_by_replace() -> None:
    with pytest.raises(ConfigError, match=r"Momentum must be between 0 and 0\.999"):
        TrainingConfig().replace(momentum=1.0)
    with pytest.raises(ConfigError, match="Seed must be a number"):
        TrainingConfig().replace(seed="soon")


def test_replace_parses_what_it_is_given_and_leaves_the_original_alone() -> None:
    config = TrainingConfig()
    assert config.replace(samples="2 000", noise="0.5") == TrainingConfig(samples=2000, noise=0.5)
    assert config == TrainingConfig()


def test_changed_names_the_settings_that_differ() -> None:
    config = TrainingConfig()
    assert config.changed(config.replace(seed=4, start_x=1.0)) == {"seed", "start_x"}
    assert config.changed(TrainingConfig()) == set()


@pytest.mark.parametrize(
    ("changes", "live"),
    [
        ({"learning_rate": 0.1}, True),
        ({"epochs": 5, "momentum": 0.5, "beta_2": 0.9}, True),
        ({}, True),
        ({"seed": 4}, False),
        ({"learning_rate": 0.1, "batch_size": 5}, False),
    ],
)
def test_a_run_goes_on_only_if_no_structural_setting_differs(changes: dict[str, object], live: bool) -> None:
    assert TrainingConfig().is_live_change(TrainingConfig().replace(**changes)) is live


def test_the_default_config_has_an_empty_query() -> None:
    assert TrainingConfig().to_query() == ""


def test_a_query_holds_what_is_not_default_in_declaration_order_and_few_digits() -> None:
    config = TrainingConfig(seed=7, learning_rate=0.00001, optimizer="adam", start_x=-2.0, epochs=1_000_000)
    assert config.to_query() == "start_x=-2&optimizer=adam&learning_rate=1e-5&epochs=1000000&seed=7"


def test_a_thousand_random_configs_survive_the_trip_through_a_link() -> None:
    random = np.random.default_rng(0)
    for _ in range(1000):
        values = {name: _any_value(name, random) for name in FIELDS}
        fitting = families_for(values["problem"])
        if fitting:
            values["family"] = random.choice(fitting).item()
        config = TrainingConfig(**values)
        query = config.to_query()
        assert TrainingConfig.from_query("?" + query) == (config, [])
        assert len(query) < 1000 + len(config.points)


def _any_value(name: str, random: np.random.Generator) -> Any:
    setting = FIELDS[name]
    if setting.kind == "choice":
        return random.choice(setting.choices).item()
    if name == "points":
        x = random.uniform(-6, 6, (random.integers(4, MOST), 2))
        return DrawnPoints.of(x, np.arange(len(x)) % 2).text
    if setting.kind == "text":
        return random.choice(["x^2 + y^2", "(1-x)^2 + 5(y-x^2)^2", str(setting.default)]).item()
    value = random.uniform(setting.low, setting.high)
    return int(value) if setting.kind == "int" else value


def test_minus_zero_and_zero_make_the_same_link() -> None:
    assert TrainingConfig(start_x=-0.0).to_query() == TrainingConfig(start_x=0.0).to_query()


def test_bad_values_in_a_link_stay_at_their_default_and_give_a_sentence_each() -> None:
    config, sentences = TrainingConfig.from_query("seed=9&learning_rate=fast&epochs=0&optimizer=%3Cb%3E")
    assert config == TrainingConfig(seed=9)
    assert sentences == [
        "Learning rate must be a number.",
        "Epochs must be between 1 and 1\u00a0000\u00a0000\u00a0000; 0 is too small.",
        "Optimizer must be one of sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw, lion.",
    ]


def test_a_link_may_carry_other_programs_parameters() -> None:
    assert TrainingConfig.from_query("?token=abc&voila-theme=dark&__class__=x&seed=5&replace=1") == (
        TrainingConfig(seed=5),
        [],
    )


def test_of_a_repeated_name_the_last_counts() -> None:
    assert TrainingConfig.from_query("seed=bad&seed=4&seed=5") == (TrainingConfig(seed=5), [])


@pytest.mark.parametrize(("problem", "label"), [("regression", "Start W"), ("bowl", "Start x")])
def test_a_refused_start_is_called_as_its_control_is(problem: str, label: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        TrainingConfig(problem=problem).replace(start_x="far")
    assert refusal.value.sentence == f"{label} must be a number."
    assert TrainingConfig.from_query(f"start_x=1e9&problem={problem}")[1] == [
        f"{label} must be between -1\u00a0000 and 1\u00a0000; 1e9 is too large."
    ]


def test_an_overlong_link_is_refused_as_a_whole_in_one_sentence() -> None:
    config, sentences = TrainingConfig.from_query("seed=5&x=" + "a" * LONGEST_QUERY)
    assert config == TrainingConfig()
    assert sentences == ["The link is too long to be read, so every setting is at its default."]


@pytest.mark.parametrize("query", ["", "?", "&&&", "=", "%", "%ff=%ff", "seed", "a=b=c", "\x00", "seed%00=1"])
def test_rubbish_in_a_link_raises_nothing(query: str) -> None:
    config, _ = TrainingConfig.from_query(query)
    assert config == TrainingConfig()


def test_every_choice_says_which_settings_it_uses_and_every_setting_is_used() -> None:
    assert tuple(FIELDS_OF_PROBLEM) == FIELDS["problem"].choices == ("regression", *SURFACES, *DATASETS, "csv")
    assert tuple(FIELDS_OF_OPTIMIZER) == FIELDS["optimizer"].choices
    assert tuple(FIELDS_OF_FAMILY) == FIELDS["family"].choices == tuple(MODELS)
    assert tuple(FIELDS_OF_PRUNING) == FIELDS["pruning"].choices
    assert tuple(FIELDS_OF_SCHEDULE) == FIELDS["schedule"].choices
    tables = (FIELDS_OF_PROBLEM, FIELDS_OF_OPTIMIZER, FIELDS_OF_FAMILY, FIELDS_OF_SCHEDULE, FIELDS_OF_PRUNING)
    used = {name for table in tables for names in table.values() for name in names}
    assert used == FIELDS.keys() - {"problem", "optimizer", "epochs", "points"}  # points are drawn, without a control


def test_a_model_learns_on_data_sets_and_a_csv_and_nowhere_else() -> None:
    learning = {name for name in FIELDS["problem"].choices if families_for(name)}
    assert learning == {*DATASETS, "csv"}
    for problem in FIELDS["problem"].choices:
        family = (*families_for(problem), "mlp")[0]
        assert TrainingConfig(problem=problem, family=family).learns is (problem in learning)


@pytest.mark.parametrize("problem", ["regression", "rosenbrock"])
def test_settings_of_models_mean_nothing_where_no_model_learns(problem: str) -> None:
    of_models = {"family", "size", "activation", "l2", "train_share", "schedule", "schedule_period", "clip_norm"}
    assert relevant_fields(TrainingConfig(problem=problem, schedule="step")) & of_models == set()
    assert of_models <= relevant_fields(TrainingConfig(problem="digits", schedule="step"))


@pytest.mark.parametrize("name", ["spiral", "diabetes"])
def test_only_made_up_data_have_a_noise(name: str) -> None:
    assert ("data_noise" in relevant_fields(TrainingConfig(problem=name))) is (name == "spiral")


@pytest.mark.parametrize(
    ("problem", "family", "sentence"),
    [
        ("imdb", "mlp", "Model MLP cannot read IMDB reviews (download); choose one of RNN, LSTM, GRU, Transformer."),
        ("csv", "cnn", "Model CNN cannot read your CSV; choose one of Linear, MLP."),
    ],
)
def test_a_family_that_cannot_read_the_data_is_refused_in_one_sentence(
    problem: str, family: str, sentence: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(problem=problem, family=family)
    assert str(caught.value) == sentence
    config, sentences = TrainingConfig.from_query(f"problem={problem}&family={family}&seed=5")
    assert (config.problem, config.seed, sentences) == (problem, 5, [sentence])


def test_a_family_is_free_where_no_model_learns() -> None:
    assert TrainingConfig(problem="bowl", family="decoder").family == "decoder"


@pytest.mark.parametrize("problem", FIELDS["problem"].choices)
def test_a_link_that_names_only_a_problem_starts_as_if_it_had_been_chosen_from_the_menu(problem: str) -> None:
    query = "" if problem == "regression" else f"problem={problem}"
    config, sentences = TrainingConfig.from_query(query)
    assert config == TrainingConfig().replace(problem=problem, **suitable(problem))
    assert (config.to_query(), sentences) == (query, [])


def test_a_link_says_what_is_empty_where_the_problem_starts_with_a_number() -> None:
    config = TrainingConfig.suited_to("spiral").replace(width=None, learning_rate=0.02)
    assert config.to_query() == "problem=spiral&width=&learning_rate=0.02"
    assert TrainingConfig.from_query(config.to_query()) == (config, [])


def test_an_empty_width_leaves_it_to_the_size_and_a_given_one_does_not() -> None:
    by_size = ModelSetup.of(TrainingConfig(problem="spiral", size=1000))
    by_hand = ModelSetup.of(TrainingConfig(problem="spiral").replace(width="7", depth="2"))
    assert by_size.parameters == pytest.approx(1000, rel=0.03)
    assert (by_hand.spec.width, by_hand.spec.depth) == (7, 2)


def test_only_the_bowl_shows_a_condition_number() -> None:
    assert [name for name, names in FIELDS_OF_PROBLEM.items() if "condition" in names] == ["bowl"]


def test_a_link_with_another_family_takes_its_own_width_at_the_size_that_suits_the_problem() -> None:
    suited = TrainingConfig.suited_to("python_help")
    assert (suited.size, suited.width, suited.depth) == (38_000, 64, 1)
    config, refused = TrainingConfig.from_query("problem=python_help&family=decoder")
    assert refused == []
    assert config == with_changes(suited, {"family": "decoder"})  # as the menu gives it
    assert (config.size, config.width, config.depth) == (38_000, None, None)


@pytest.mark.parametrize(
    ("settings", "query"),
    [
        ({"family": "decoder", "width": None, "depth": None}, "problem=python_help&family=decoder"),
        ({"family": "decoder"}, "problem=python_help&family=decoder&width=64&depth=1"),
        ({"family": "decoder", "width": None}, "problem=python_help&family=decoder&depth=1"),
        ({"size": 9000, "width": 32, "depth": None}, "problem=python_help&size=9000&width=32"),
        ({"width": None}, "problem=python_help&width="),
    ],
)
def test_a_link_names_width_and_depth_where_its_family_and_size_would_choose_others(
    settings: dict[str, object], query: str
) -> None:
    config = TrainingConfig.suited_to("python_help").replace(**settings)
    written = dict(parse_qsl(config.to_query(), keep_blank_values=True))
    assert written == dict(parse_qsl(query, keep_blank_values=True))
    assert TrainingConfig.from_query(config.to_query()) == (config, [])


@pytest.mark.parametrize(
    ("query", "rate"),
    [
        ("problem=rosenbrock&optimizer=adam", 0.11),
        ("problem=rosenbrock&optimizer=adam&learning_rate=0.001", 0.001),
        ("problem=rosenbrock&optimizer=sgd", 0.001),
        ("problem=spiral&optimizer=sgd", 0.3),
        ("problem=spiral&family=mlp", 0.01),
    ],
)
def test_an_optimizer_brings_the_rate_that_suits_it_unless_the_link_names_one(query: str, rate: float) -> None:
    config, refused = TrainingConfig.from_query(query)
    assert (config.learning_rate, refused) == (rate, [])
    assert TrainingConfig.from_query(config.to_query()) == (config, [])


def test_a_rate_that_is_the_problems_own_and_not_the_optimizers_stands_in_the_link() -> None:
    config = TrainingConfig.suited_to("rosenbrock").replace(optimizer="adam")
    assert config.to_query() == "problem=rosenbrock&optimizer=adam&learning_rate=0.001"
    assert TrainingConfig.from_query(config.to_query()) == (config, [])
