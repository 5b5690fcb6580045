"""A model's strip of numbers and its formula as slots."""

import re
from xml.etree import ElementTree

import pytest

from core.optimizers.registry import OPTIMIZERS
from tests.support.model_moments import evaluations, model_moment, seen_at, setup_of
from widgets.cards import model_formula, model_number_strip
from widgets.cards.number_strip import meter_slots


def places(html: str) -> set[str]:
    return set(re.findall(r'data-dl-slot="([^"]+)"', html))


@pytest.mark.parametrize("findings", [{}, {"evaluation": evaluations()}])
def test_each_number_has_one_place_and_one_source(findings: dict[str, object]) -> None:
    filled = {**model_number_strip.moment_slots(model_moment(findings=findings)), **meter_slots(0, None, None, None)}
    assert places(model_number_strip.strip_html(setup_of())) == set(filled)
    assert {*model_number_strip.blank_slots(), "strip"} == set(filled)
    assert set(model_number_strip.blank_slots().values()) == {"–"}


def test_the_strip_shows_what_the_moment_says() -> None:
    found = evaluations(900)
    moment = model_moment(1003, {"evaluation": found}, 900, seen=seen_at(1003, 0.5, 2.0, {"learning_rate": 0.003}))
    slots = model_number_strip.moment_slots(moment)
    assert (slots["step"], slots["epoch"], slots["loss"]) == ("1\u00a0003", "100", "0.5000")
    assert (slots["gradient-norm"], slots["learning-rate"]) == ("2.000", "0.003000")
    assert slots["validation-loss"]["text"] == f"{found.val_loss[-1]:.4f}"
    percents = (f"{100 * values[-1]:.1f}\u00a0%" for values in (found.train_metric, found.val_metric))
    assert slots["metric"]["text"] == ", ".join(percents)
    assert slots["metric"]["attrs"]["title"] == "evaluated after step 900"


def test_what_was_not_evaluated_is_a_dash() -> None:
    slots = model_number_strip.moment_slots(model_moment())
    assert (slots["validation-loss"]["text"], slots["metric"]["text"]) == ("–", "–")


@pytest.mark.parametrize(("data", "label"), [("digits", "Accuracy"), ("co2", "R²")])
def test_the_metric_has_its_name(data: str, label: str) -> None:
    assert f">{label}: train, valid.<" in model_number_strip.strip_html(setup_of(data))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_place_of_the_formula_is_blanked_and_filled(optimizer: str) -> None:
    rule = OPTIMIZERS[optimizer]
    hyper = {field.name: 0.5 for field in rule.live}
    html = model_formula.formula_html(rule)
    filled = model_formula.formula_slots(model_moment(seen=seen_at(1000, hyper=hyper)))
    assert places(html) == set(model_formula.blank_slots(rule)) == set(filled)
    assert not any("…" in text for text in filled.values())
    text = "".join(ElementTree.fromstring(html).itertext())
    assert re.search(r"[\\{}@$]|text|lVert|alpha", text) is None


def test_the_formula_shows_settings_in_full_and_the_norms_of_the_last_update() -> None:
    moment = model_moment(seen=seen_at(1000, norm=0.125, hyper={"learning_rate": 0.00025, "epsilon": 1e-7}))
    slots = model_formula.formula_slots(moment)
    assert slots["formula-learning_rate"] == "0.00025"
    assert slots["formula-epsilon"] == "1e−7"
    assert slots["formula-gradient_norm"] == "0.1250"
    assert float(slots["formula-update_norm"]) == pytest.approx(moment.rows["update_norm"][-1], rel=1e-3)


def test_a_rate_that_a_schedule_made_has_four_digits() -> None:
    moment = model_moment(seen=seen_at(1000, hyper={"learning_rate": 0.0123456789}))
    assert model_formula.formula_slots(moment)["formula-learning_rate"] == "0.01235"


def test_before_the_first_update_there_is_no_norm_of_an_update() -> None:
    assert model_formula.formula_slots(model_moment(0))["formula-update_norm"] == "–"
