"""One setting: which values it takes in which spellings, and the sentence by which it refuses the others."""

import math
from fractions import Fraction

import numpy as np
import pytest

from core.config.settings import FIELDS
from core.config.training_config import TrainingConfig
from core.field import ConfigError

NUMBERS = [name for name, setting in FIELDS.items() if setting.kind in ("int", "float")]

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
