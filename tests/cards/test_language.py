"""Every word of every card is in the language in use: its markup, what frames fill in, and after a change."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from core.config.training_config import TrainingConfig
from core.findings.results import GeneratedText
from core.geometry.stability import RateZones
from core.language import N_
from core.models.card import LayerCard, ModelCard
from core.notices.notice import Notice
from core.runs.run_summary import RunSummary
from tests.support.bare_words import bare_words
from tests.support.model_moments import cost, evaluations, model_moment, setup_of
from tests.support.moments import moment_at
from tests.support.pseudo_locale import in_use
from widgets.cards import cost_card, model_card_view, model_number_strip, notice, number_strip
from widgets.cards.learning_rate_zones import no_zones_note, zones_note
from widgets.cards.runs_card import RunsCard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOMENT = model_moment(
    1000,
    {
        "evaluation": evaluations(900),
        "cost": cost({1: (0.4, 0.6), 256: (2.0, 31.0)}),
        "text": GeneratedText("12", "34", "56", (("7", 0.5),)),
    },
    found_at=900,
)
CARD = ModelCard(1482, (LayerCard("1", "2", (64,), 1482, 2880),), 2_880_000, 5928)
RUN = RunSummary(
    TrainingConfig(problem="digits", size=1000), N_("Layer"), N_("Kind"), "these", "accuracy", 1000, 2_880_000, 5928,
    3900, 124_800, 12.5, best_metric=0.9, lowest_loss=0.2, seconds_per_update=0.0005, answer_ms={1: 0.25, 256: 2.0},
)  # fmt: skip
LARGER = replace(
    RUN, config=RUN.config.replace(size=9000, optimizer="adam"), parameters=9000, diverged=True, steps=400,
    changed_at={"learning_rate": 20},
)  # fmt: skip
UNITS = {"ms", "kB", "MB", "GB", "Adam", "SGD", "L1"}  # symbols and names, the same in all languages


def read(html: str) -> Iterator[str]:
    """What a person reads of `html`, or hears."""
    yield from (unescape(text) for text in re.findall(r'(?:aria-label|title)="([^"]*)"', html))
    yield unescape(re.sub("<[^>]*>", " ", html))


def told(slots: Mapping[str, Any]) -> Iterator[str]:
    """What frames fill into slots, with the words for whoever points at one."""
    for slot in slots.values():
        if isinstance(slot, str):
            yield slot
        elif "text" in slot:
            yield slot["text"]
            yield slot["attrs"]["title"]


@pytest.fixture(autouse=True)
def pseudo(catalogues: Path) -> Iterator[None]:
    with in_use(catalogues):
        yield


def test_no_word_of_the_strips_is_left_in_english() -> None:
    texts = [
        *read(number_strip.strip_html(("W", "b"))),
        *read(model_number_strip.strip_html(setup_of())),
        *read(notice.notice_html()),
        *told(number_strip.moment_slots(moment_at(TrainingConfig()), 1)),
        *told(model_number_strip.moment_slots(MOMENT)),
        *told(model_number_strip.moment_slots(model_moment())),
        number_strip.meter_slots(0, 12.0, 10.0, 80.0)["screen"]["text"],
        number_strip.progress_slots(60, 1000, 0.001)["progress-text"]["text"],
        number_strip.progress_slots(60, 1000, None)["progress-text"]["text"],
    ]
    assert bare_words(texts) - UNITS == set()


def test_a_notice_that_was_made_in_another_language_is_shown_in_this_one() -> None:
    slots = notice.notice_slots(Notice("info", N_("Layer"), N_("Getting ready.")))
    assert bare_words([slots["notice-title"], slots["notice-text"]]) == set()


def test_no_word_of_the_card_of_costs_is_left_in_english() -> None:
    pace = cost_card.Pace(250, 10_000_000, 1000, 32, 61.0, 0.0008, 2.0)
    texts = [*read(cost_card.cost_html()), *told(cost_card.cost_slots(MOMENT)), *told(cost_card.pace_slots(pace))]
    assert bare_words(texts) - UNITS == set()


@pytest.mark.parametrize("settings", [{}, {"width": None, "depth": None, "size": 1000}, {"family": "linear"}])
def test_no_word_of_the_models_card_is_left_in_english(settings: dict[str, Any]) -> None:
    setup = setup_of(**settings)
    texts = [model_card_view.size_note(setup)]
    for card in (None, CARD):
        texts += read(model_card_view.card_html(setup, card))
    assert bare_words(texts) - UNITS == set()


def test_no_word_of_the_runs_is_left_in_english() -> None:
    card = RunsCard((RUN, LARGER))
    texts = [*read(card.html), *read(RunsCard(()).html), *told(card.slots(LARGER)), *told(card.slots(RUN))]
    assert bare_words(texts) - UNITS == set()


def test_the_runs_are_written_anew_in_another_language(catalogues: Path) -> None:
    card = RunsCard((RUN,))
    pseudo, slots = card.html, card.slots(LARGER)
    with in_use(catalogues, "en"):
        assert "Best on validation" in card.html
        assert card.slots(LARGER)["runs-settings-1"].startswith("Model size")
    with in_use(catalogues):
        assert (card.html, card.slots(LARGER)) == (pseudo, slots)


def test_no_word_of_the_zones_note_is_left_in_english() -> None:
    notes = [zones_note(RateZones(limit, best, None)) for limit, best in ((None, None), (0.5, None), (0.5, 0.4))]
    assert bare_words([*notes, no_zones_note()]) == set()
