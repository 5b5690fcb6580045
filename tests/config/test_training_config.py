"""TrainingConfig: what it accepts, what it refuses and in which words, and its round trip through a URL."""

import math
from dataclasses import FrozenInstanceError
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pytest

from core.config.relevance import (
    FIELDS_OF_FAMILY,
    FIELDS_OF_OPTIMIZER,
    FIELDS_OF_PROBLEM,
    FIELDS_OF_SCHEDULE,
    relevant_fields,
)
from core.config.suggested import suitable
from core.config.training_config import FIELDS, TrainingConfig
from core.datasets.registry import DATASETS
from core.field import ConfigError
from core.learning.setup import ModelSetup
from core.models.family import MODELS, families_for
from core.objectives.surfaces import SURFACES

NUMBERS = [name for name, setting in FIELDS.items() if setting.kind != "choice"]

NOT_NUMBERS = [
    *("", " ", "abc", "nan", "inf", "-Infinity", "1;2", "0x10", "1_000", "1 00", "1e", "--1", "1e5e5"),
    *("١٢", "<script>alert(1)</script>", "1\n2", "\x00", "1" * 100_000, b"1", True, False, math.nan),
    *(math.inf, -math.inf, 1j, [], [1], {}, {"value": 1}, (1,), object(), np.array([1.0, 2.0]), np.array("")),
    Fraction(10**400),
]


def refusal(name: str, value: object) -> str:
    with pytest.raises(ConfigError) as caught:
        FIELDS[name].parse(value)
    return str(caught.value)


def test_the_default_config_is_the_regression_the_page_opens_with() -> None:
    config = TrainingConfig()
    assert (config.problem, config.optimizer) == ("regression", "sgd")
    assert (config.samples, config.noise, config.seed, config.batch_size) == (100, 1.0, 3, 100)
    assert (config.learning_rate, config.epochs) == (0.01, 1000)
    assert (config.start_x, config.start_y) == (None, None)


def test_a_config_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        TrainingConfig().seed = 4  # type: ignore[misc]  # that it is frozen is the point


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.5", 0.5),
        (" 1e-3 ", 0.001),
        ("1E-3", 0.001),
        (".5", 0.5),
        ("1.", 1.0),
        ("+2", 2.0),
        (1, 1.0),
        (np.float32(0.5), 0.5),
        (np.int64(2), 2.0),
        (Fraction(1, 4), 0.25),
    ],
)
def test_a_number_may_come_as_text_or_as_any_real_type(typed: object, value: float) -> None:
    parsed = FIELDS["learning_rate"].parse(typed)
    assert parsed == value
    assert type(parsed) is float


@pytest.mark.parametrize("typed", ["1 000", "1\u00a0000", "1\u2009000", "1\u202f000", "1e3", "1000.0", 1000.0, 1000])
def test_a_whole_number_may_be_written_with_thousands_spaces_or_a_point(typed: object) -> None:
    parsed = FIELDS["epochs"].parse(typed)
    assert parsed == 1000
    assert type(parsed) is int


@pytest.mark.parametrize(
    ("typed", "value"), [("0,01", 0.01), ("０．０１", 0.01), ("1e−3", 0.001), ("0,5", 0.5), ("2,25", 2.25)]
)
def test_a_number_may_be_written_as_people_write_it_elsewhere(typed: str, value: float) -> None:
    assert TrainingConfig().replace(learning_rate=typed) == TrainingConfig(learning_rate=value)
    assert TrainingConfig().replace(start_x="−" + typed) == TrainingConfig(start_x=-value)


def test_a_comma_that_may_mean_two_numbers_is_refused_with_both() -> None:
    assert refusal("epochs", "1,000") == "Epochs may be 1\u00a0000 or 1; write one of these."
    assert refusal("start_x", "-1,234") == "Start, first coordinate may be -1\u00a0234 or -1.234; write one of these."
    assert FIELDS["epochs"].parse("1,000,000") == 1_000_000


@pytest.mark.parametrize("value", NOT_NUMBERS, ids=lambda value: ascii(value)[:20])
def test_whatever_is_not_a_number_is_refused_in_one_sentence(value: object) -> None:
    assert refusal("learning_rate", value) == "Learning rate must be a number."


@pytest.mark.parametrize("name", [name for name in NUMBERS if not FIELDS[name].optional])
def test_none_is_refused_where_a_number_is_needed(name: str) -> None:
    assert refusal(name, None) == f"{FIELDS[name].label} must be a number."


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_an_empty_start_leaves_the_start_to_the_problem(empty: object) -> None:
    assert TrainingConfig(start_x=empty).start_x is None  # type: ignore[arg-type]  # text, as a page sends it


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("learning_rate", 50, "Learning rate must be between 0.000001 and 10; 50 is too large."),
        ("learning_rate", "1e400", "Learning rate must be between 0.000001 and 10; 1e400 is too large."),
        ("learning_rate", "-1", "Learning rate must be between 0.000001 and 10; -1 is too small."),
        ("learning_rate", 0, "Learning rate must be between 0.000001 and 10; 0 is too small."),
        ("epsilon", 1e-13, "Epsilon must be between 1e-12 and 1; 1e-13 is too small."),
        ("samples", 20_000, "Samples must be between 2 and 10\u00a0000; 20\u00a0000 is too large."),
        ("epochs", 2.5, "Epochs must be a whole number; 2.5 is not."),
        ("seed", -1, "Seed must be between 0 and 2\u00a0147\u00a0483\u00a0647; -1 is too small."),
    ],
)
def test_a_refusal_names_the_setting_its_limits_and_the_fault(name: str, value: object, sentence: str) -> None:
    assert refusal(name, value) == sentence


@pytest.mark.parametrize("name", NUMBERS)
def test_both_ends_of_every_range_are_legal_and_the_next_float_beyond_is_not(name: str) -> None:
    setting = FIELDS[name]
    assert setting.parse(setting.low) == setting.low
    assert setting.parse(setting.high) == setting.high
    assert "too small" in refusal(name, math.nextafter(setting.low, -math.inf))
    assert "too large" in refusal(name, math.nextafter(setting.high, math.inf))


@pytest.mark.parametrize("value", ["SGD", "", "sgd ", None, 0, [], ["sgd"], {"sgd": 1}])
def test_a_choice_is_one_of_its_names_and_nothing_else(value: object) -> None:
    assert refusal("optimizer", value) == (
        "Optimizer must be one of sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw, lion."
    )


@pytest.mark.parametrize("huge", [10**400, 10**9999, "9" * 90], ids=["int", "too long for str", "text"])
def test_a_number_too_long_to_read_is_not_repeated_in_its_refusal(huge: int | str) -> None:
    sentence = "Epochs must be between 1 and 1\u00a0000\u00a0000\u00a0000; the given value is too large."
    assert refusal("epochs", huge) == sentence


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
        assert len(query) < 1000


def _any_value(name: str, random: np.random.Generator) -> Any:
    setting = FIELDS[name]
    if setting.kind == "choice":
        return random.choice(setting.choices).item()
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


def test_an_overlong_link_is_refused_as_a_whole_in_one_sentence() -> None:
    config, sentences = TrainingConfig.from_query("seed=5&x=" + "a" * 2000)
    assert config == TrainingConfig()
    assert sentences == ["The link is too long to be read, so every setting is at its default."]


@pytest.mark.parametrize("query", ["", "?", "&&&", "=", "%", "%ff=%ff", "seed", "a=b=c", "\x00", "seed%00=1"])
def test_rubbish_in_a_link_raises_nothing(query: str) -> None:
    config, _ = TrainingConfig.from_query(query)
    assert config == TrainingConfig()


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_has_a_legal_default_a_label_and_one_sentence_of_help(name: str) -> None:
    setting = FIELDS[name]
    assert setting.name == name
    assert setting.parse(setting.default) == setting.default
    assert setting.label
    assert setting.help.endswith(".")
    assert setting.help.count(". ") == 0


@pytest.mark.parametrize("name", NUMBERS)
def test_a_slider_shows_no_more_than_what_is_legal_and_its_default(name: str) -> None:
    setting = FIELDS[name]
    low, high = setting.slider_range
    assert setting.low <= low < high <= setting.high
    if not setting.optional:
        assert low <= cast(float, setting.default) <= high
    assert low > 0 or setting.scale == "linear"


def test_labels_are_unique_since_they_are_the_controls_accessible_names() -> None:
    labels = [setting.label for setting in FIELDS.values()]
    assert len(set(labels)) == len(labels)


def test_every_choice_says_which_settings_it_uses_and_every_setting_is_used() -> None:
    assert tuple(FIELDS_OF_PROBLEM) == FIELDS["problem"].choices == ("regression", *SURFACES, *DATASETS, "csv")
    assert tuple(FIELDS_OF_OPTIMIZER) == FIELDS["optimizer"].choices
    assert tuple(FIELDS_OF_FAMILY) == FIELDS["family"].choices == tuple(MODELS)
    assert tuple(FIELDS_OF_SCHEDULE) == FIELDS["schedule"].choices
    tables = (FIELDS_OF_PROBLEM, FIELDS_OF_OPTIMIZER, FIELDS_OF_FAMILY, FIELDS_OF_SCHEDULE)
    used = {name for table in tables for names in table.values() for name in names}
    assert used == FIELDS.keys() - {"problem", "optimizer", "epochs"}


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
