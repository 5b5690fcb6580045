"""Runs side by side: every number in its column, settings and sentence in words, and no markup in a name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from core.config.training_config import TrainingConfig
from core.runs.run_summary import RunSummary
from widgets.cards.run_comparison import comparison, differences
from widgets.cards.runs_card import COLUMNS, NOTHING_PAST, RunsCard

CONFIG = TrainingConfig(problem="digits", size=1000, learning_rate=0.01, batch_size=32)
SMALL = RunSummary(
    config=CONFIG,
    family="MLP",
    data="Digits 8 × 8",
    held_out="these",
    metric="accuracy",
    parameters=1000,
    flops=2880,
    weight_bytes=5928,
    steps=3900,
    examples=124_800,
    seconds=12.5,
    best_metric=0.943,
    lowest_loss=0.1875,
    seconds_per_update=0.0005,
    answer_ms={1: 0.25, 256: 2.0},
)
LARGE = replace(
    SMALL,
    config=CONFIG.replace(size=10_000),
    parameters=10_200,
    steps=400,
    best_metric=0.971,
    seconds_per_update=0.00155,
    answer_ms={1: 1.0, 256: 25.0},
)
OTHER_DATA = replace(
    SMALL, config=TrainingConfig(problem="diabetes"), data="Diabetes", held_out="others", metric="R2", best_metric=0.4
)
NASTY = "<img src=x onerror=alert(1)>&\"'"


def with_settings(run: RunSummary, **settings: Any) -> RunSummary:
    return replace(run, config=run.config.replace(**settings))


def told(present: RunSummary, past: list[RunSummary]) -> list[str]:
    """The settings of each run, with common spaces."""
    return [plain(text) for text in differences(present, past)]


def table(card: RunsCard) -> list[list[str]]:
    """The texts of the table's cells, row by row."""
    rows = ElementTree.fromstring(card.html).iter("tr")
    return [["".join(cell.itertext()) for cell in row] for row in rows]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


# ---- the table


def test_a_past_run_has_all_its_numbers_in_its_row() -> None:
    headings, _, row = table(RunsCard((SMALL,)))
    assert dict(zip(headings, map(plain, row), strict=True)) == {
        "Model": "MLP on Digits 8 × 8",
        "Parameters": "1 000",
        "Steps": "3 900",
        "Time trained": "13 s",
        "Best on validation": "accuracy 94.3 %",
        "Lowest valid. loss": "0.1875",
        "Time per update": "0.500 ms",
        "Examples per second": "9 984",  # 124 800 / 12.5
        "FLOPs per example": "2 880",
        "Weights": "5.93 kB",
        "Answer to 1: p50": "0.250 ms",
        "Answer to 256: p50": "2.00 ms",
    }


def test_the_run_in_progress_stands_at_the_top_and_frames_fill_its_row_with_the_same_numbers() -> None:
    card = RunsCard((LARGE, SMALL))
    _, present, newer, older = table(card)
    assert present[0].startswith("Now")
    assert (newer[1], older[1]) == ("10\u00a0200", "1\u00a0000")
    slots = card.slots(LARGE)
    assert [slots["runs-model"], *(slots[slot] for slot, _, _ in COLUMNS)] == newer


def test_every_place_is_filled_and_every_slot_has_a_place() -> None:
    card = RunsCard((LARGE, SMALL))
    places = re.findall(r'data-dl-slot="([^"]+)"', card.html)
    assert len(places) == len(set(places))
    assert set(places) == set(card.slots(SMALL)) == set(card.slots(None)) == set(card.blank_slots())


def test_what_was_not_measured_is_a_dash() -> None:
    nothing = replace(SMALL, best_metric=None, lowest_loss=None, seconds_per_update=None, answer_ms={}, seconds=0.0)
    row = dict(zip(*table(RunsCard((nothing,)))[::2], strict=True))
    assert {heading for heading, text in row.items() if text == "–"} == {
        "Best on validation", "Lowest valid. loss", "Time per update", "Examples per second", "Answer to 1: p50",
        "Answer to 256: p50",
    }  # fmt: skip


def test_a_run_that_diverged_says_so() -> None:
    assert table(RunsCard((replace(SMALL, steps=7, diverged=True),)))[2][2] == "7, diverged"


def test_before_there_is_a_run_to_compare_with_the_card_says_when_there_will_be() -> None:
    assert NOTHING_PAST in RunsCard(()).html
    assert "<table>" not in RunsCard(()).html


def test_no_name_can_carry_markup() -> None:
    html = RunsCard((replace(SMALL, family=NASTY, data=NASTY),)).html
    assert "<img" not in html
    assert table(RunsCard((replace(SMALL, family=NASTY, data="x"),)))[2][0] == f"{NASTY} on x"


# ---- settings


def test_only_settings_that_differ_are_told_with_the_values_of_both() -> None:
    past = with_settings(SMALL, learning_rate=0.1)
    assert told(LARGE, [past]) == [
        "Model size 10 000 · Learning rate 0.01",
        "Model size 1 000 · Learning rate 0.1",
    ]
    assert told(SMALL, [SMALL]) == ["", ""]


def test_the_present_run_tells_what_any_of_them_differs_in_and_a_past_one_what_it_does() -> None:
    past = [with_settings(SMALL, seed=7), with_settings(SMALL, l1=0.01)]
    assert told(SMALL, past) == ["L1 0 · Seed 3", "Seed 7", "L1 0.01"]


def test_menus_and_empty_boxes_are_told_as_the_page_shows_them() -> None:
    past = with_settings(SMALL, optimizer="adam", width=12, activation="tanh")
    assert told(SMALL, [past]) == [
        "Width by size · Activation ReLU · Optimizer SGD", "Width 12 · Activation tanh · Optimizer Adam",
    ]  # fmt: skip


def test_settings_that_mean_nothing_in_a_run_are_not_told_of_it() -> None:
    linear = with_settings(SMALL, family="linear", size=500)
    assert told(SMALL, [linear]) == ["Model size 1 000", ""]


def test_a_setting_that_was_changed_on_the_way_says_since_when() -> None:
    assert told(SMALL, [replace(SMALL, changed_at={"learning_rate": 1200})])[1] == (
        "Learning rate 0.01 since step 1 200"
    )


# ---- the sentence


def test_the_sentence_tells_what_ten_times_the_parameters_bought_and_cost() -> None:
    assert plain(comparison(LARGE, [SMALL])) == (
        "10.2 times the parameters of the last run on the same data. Best accuracy 97.1 % after 400 steps, against "
        "94.3 % after 3 900. 3.1 times the time per update. 4.0 times the time to answer 1 example. 12 times the "
        "time to answer 256 examples."
    )


def test_a_run_on_other_data_is_passed_over() -> None:
    assert comparison(LARGE, [OTHER_DATA, SMALL]) == comparison(LARGE, [SMALL])
    assert comparison(OTHER_DATA, [LARGE, SMALL]) == ""


@pytest.mark.parametrize(
    ("metric", "words"), [("R2", "Best R² 0.900 against 0.800"), ("perplexity", "Best perplexity 0.900 against 0.800")]
)
def test_each_metric_is_told_by_its_name(metric: Any, words: str) -> None:
    runs = (replace(SMALL, metric=metric, best_metric=best) for best in (0.9, 0.8))
    newer, older = runs
    assert plain(comparison(newer, [older])).startswith(
        f"As many parameters as the last run on the same data. {words}, after 3 900 steps each. "
    )


def test_only_what_was_measured_in_both_runs_is_compared() -> None:
    newer = replace(LARGE, best_metric=None, answer_ms={1: 1.0})
    assert comparison(newer, [replace(SMALL, seconds_per_update=None)]) == (
        "10.2 times the parameters of the last run on the same data. 4.0 times the time to answer 1 example."
    )
    assert comparison(newer, [replace(SMALL, seconds_per_update=None, answer_ms={256: 2.0})]) == ""


def test_before_its_first_step_a_run_is_compared_only_if_its_size_is_another() -> None:
    ready = replace(LARGE, steps=0, best_metric=None)
    assert "3.1 times the time per update" in comparison(ready, [SMALL])
    assert comparison(ready, [LARGE]) == ""
