"""The formula with its live numbers: complete, well-formed, and true when computed from what it shows."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective
from tests.support.moments import moment_at, moment_of, observe
from widgets.cards.formula import blank_slots, formula_html, formula_slots

Numbers = dict[str, float]


def html_of(config: TrainingConfig) -> str:
    return formula_html(build_objective(config), OPTIMIZERS[config.optimizer])


def config_of(optimizer: str, **settings: object) -> TrainingConfig:
    return TrainingConfig().replace(optimizer=optimizer, **settings)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_place_in_the_formula_is_filled_by_a_frame(optimizer: str) -> None:
    config = config_of(optimizer)
    places = set(re.findall(r'data-dl-slot="([^"]+)"', html_of(config)))
    slots = formula_slots(moment_at(config))
    assert places <= set(slots)
    assert len(places) >= 6
    assert not any("…" in slots[place] or "@" in slots[place] or not slots[place] for place in places)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_reset_blanks_every_place(optimizer: str) -> None:
    places = set(re.findall(r'data-dl-slot="([^"]+)"', html_of(config_of(optimizer))))
    assert blank_slots(OPTIMIZERS[optimizer]) == dict.fromkeys(places, "…")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("problem", ["regression", "bowl"])
def test_the_formula_is_well_formed_mathml_without_leftovers_of_latex(optimizer: str, problem: str) -> None:
    root = ElementTree.fromstring(html_of(config_of(optimizer, problem=problem)))
    maths = list(root)
    assert [element.tag.split("}")[-1] for element in maths] == ["math"] * 3
    for element in maths:
        text = "".join(element.itertext())
        assert re.search(r"[\\{}@$]|text|frac|sqrt|hat|quad", text) is None
        assert text.count("(") == text.count(")")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_parameter_has_a_line_that_begins_with_its_name(optimizer: str) -> None:
    root = ElementTree.fromstring(html_of(config_of(optimizer)))
    assert ["".join(line.itertext())[:2] for line in list(root)[1:]] == ["W:", "b:"]


RULES: dict[str, Callable[[Numbers], float]] = {
    "sgd": lambda n: n["theta"] - n["learning_rate"] * n["g"],
    "momentum": lambda n: n["theta"] + (n["momentum"] * n["v"] - n["learning_rate"] * n["g"]),
    "nesterov": lambda n: n["theta"] + n["momentum"] * n["v_next"] - n["learning_rate"] * n["g"],
    "adagrad": lambda n: n["theta"] - n["learning_rate"] * n["g"] / np.sqrt(n["G_next"] + 1e-7),
    "rmsprop": lambda n: n["theta"] - n["learning_rate"] * n["g"] / np.sqrt(n["v_next"] + 1e-7),
    "adam": lambda n: n["theta"] - n["learning_rate"] * n["m_hat"] / np.sqrt(n["v_hat"]),
    "adamw": lambda n: (
        n["theta"]
        - n["learning_rate"] * n["weight_decay"] * n["theta"]
        - n["learning_rate"] * n["m_hat"] / np.sqrt(n["v_hat"])
    ),
    "lion": lambda n: n["theta"] - n["learning_rate"] * np.sign(n["c"]),
}


def read(text: str) -> float:
    return float(text.strip("()").replace("−", "-").replace("\u00a0", ""))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("point", [(2.543, 2.752), (-4.5, 3.2), (0.5, -0.25)])
def test_the_shown_numbers_give_the_shown_result(optimizer: str, point: tuple[float, float]) -> None:
    config = config_of(optimizer, learning_rate=0.06)
    slots = formula_slots(moment_at(config, point))
    for i in range(2):
        mine = {name.split("-")[2]: read(text) for name, text in slots.items() if name.startswith(f"formula-{i}-")}
        assert RULES[optimizer](mine) == pytest.approx(mine["next"], rel=2e-3, abs=2e-3)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_next_is_the_point_after_the_update(optimizer: str) -> None:
    moment = moment_at(config_of(optimizer), point=(1.25, -2.5))
    after = moment.point + moment.view.terms.update
    slots = formula_slots(moment)
    assert [read(slots[f"formula-{i}-next"]) for i in range(2)] == pytest.approx(after, rel=1e-3)


def test_a_negative_factor_stands_in_brackets_and_a_setting_is_exact() -> None:
    config = config_of("sgd", problem="bowl", learning_rate=0.012345678)
    slots = formula_slots(moment_at(config, point=(-2.0, 1.0)))
    assert slots["formula-0-theta"] == "−2.000"
    assert slots["formula-0-g"] == "(−2.000)"
    assert slots["formula-1-g"] == "10.00"
    assert slots["formula-0-learning_rate"] == "0.012345678"


def test_a_tiny_setting_is_written_with_a_true_minus() -> None:
    slots = formula_slots(moment_at(config_of("adam", epsilon=1e-9)))
    assert slots["formula-0-epsilon"] == "1e−9"


def test_a_second_moment_beyond_float32_is_shown_as_infinite() -> None:
    config = config_of("adam")
    slots = formula_slots(moment_of(config, observe(config, second_moment=(np.inf, np.inf))))
    assert slots["formula-0-v_hat"] == "∞"


@pytest.mark.parametrize(("optimizer", "symbol"), [("momentum", "v"), ("nesterov", "v_next"), ("adam", "m_hat")])
def test_momentum_has_the_colour_of_momentum(optimizer: str, symbol: str) -> None:
    assert f'<mn class="dl-c-momentum" data-dl-slot="formula-0-{symbol}">' in html_of(config_of(optimizer))


def test_a_mean_of_squares_has_not() -> None:
    assert "dl-c-momentum" not in html_of(config_of("rmsprop"))
    assert "dl-c-momentum" not in html_of(config_of("adagrad"))
