"""The chart of generated text: every slot exists, and text stays text."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from core.findings.results import GeneratedText
from tests.support.model_moments import model_moment, setup_of
from widgets.board.panel import Role
from widgets.charts.answers.generated_text import GeneratedTextChart
from widgets.charts.finding_update import AWAITED

WRITTEN = SimpleNamespace(
    prompt="for x",
    sampled=" in <script>alert(1)</script>",
    greedy=" the the",
    candidates=((" ", 0.62), ("\n", 0.11), ("<", 0.05)),
)
MOMENT = model_moment(1200, {"text": WRITTEN}, found_at=950)


def chart() -> GeneratedTextChart:
    return GeneratedTextChart(setup_of("python_help", "decoder"))


def slots() -> dict[str, Any]:
    return chart().update(MOMENT)["slots"]


def test_every_slot_that_frames_fill_stands_in_the_card() -> None:
    places = set(re.findall(r'data-dl-slot="([^"]+)"', chart().panel().html))
    assert places == set(slots()) == set(chart().update(model_moment())["slots"])


def test_the_text_leads_the_page_of_a_text_and_is_on_no_other_one() -> None:
    assert chart().panel().role is Role.LEAD
    assert GeneratedTextChart.fits(setup_of("python_help", "decoder"))
    assert not GeneratedTextChart.fits(setup_of("digits"))


def test_the_texts_are_told_letter_for_letter() -> None:
    assert [slots()[f"text-{part}"]["text"] for part in ("prompt", "sampled", "greedy")] == [
        WRITTEN.prompt, WRITTEN.sampled, WRITTEN.greedy,
    ]  # fmt: skip


def test_candidates_are_visible_characters_with_their_probability_in_number_and_width() -> None:
    told = slots()
    assert [told[f"text-character-{i}"] for i in range(4)] == ["␣", "↵", "<", ""]
    assert [told[f"text-probability-{i}"] for i in range(4)] == ["62.0\u00a0%", "11.0\u00a0%", "5.0\u00a0%", ""]
    assert told["text-candidate-0"]["style"] == {"--dl-share": "62.0%", "visibility": "visible"}
    assert told["text-candidate-3"]["style"]["visibility"] == "hidden"


def test_an_old_text_is_dated() -> None:
    assert chart().update(MOMENT)["footer"] == "as of step 950"


def test_before_the_first_text_and_after_a_reset_the_card_is_blank() -> None:
    update = chart().update(model_moment(0))
    assert (update["note"], update["is_empty"], update["slots"]["text-sampled"]["text"]) == (
        AWAITED, True, "–",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("greedy", "words"),
    [
        (" " * 200, "200 spaces, and nothing else"),
        ("\n" * 10, "10 line breaks, and nothing else"),
        (" \n" * 5, "10 spaces and line breaks, and nothing else"),
    ],
)
def test_a_text_that_leaves_no_mark_is_told_in_words_of_the_page(greedy: str, words: str) -> None:
    blank = GeneratedText("for x", "i", greedy, ())
    told = chart().update(model_moment(1200, {"text": blank}))["slots"]
    assert told["text-greedy"] == {"text": words, "attrs": {"data-words": "true"}}
    assert told["text-sampled"] == {"text": "i", "attrs": {"data-words": "false"}}
