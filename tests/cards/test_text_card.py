"""The card of generated text: every slot exists, and text stays text."""

import re
from types import SimpleNamespace

from tests.support.model_moments import model_moment
from widgets.cards.text_card import TextCard
from widgets.charts.finding_update import AWAITED

WRITTEN = SimpleNamespace(
    prompt="for x",
    sampled=" in <script>alert(1)</script>",
    greedy=" the the",
    candidates=((" ", 0.62), ("\n", 0.11), ("<", 0.05)),
)
MOMENT = model_moment(1200, {"text": WRITTEN}, found_at=950)


def test_every_slot_that_frames_fill_stands_in_the_card() -> None:
    places = set(re.findall(r'data-dl-slot="([^"]+)"', TextCard().html()))
    assert places == set(TextCard().slots(MOMENT)) == set(TextCard().blank_slots())


def test_the_texts_are_told_letter_for_letter() -> None:
    slots = TextCard().slots(MOMENT)
    assert (slots["text-prompt"], slots["text-sampled"], slots["text-greedy"]) == (
        WRITTEN.prompt, WRITTEN.sampled, WRITTEN.greedy,
    )  # fmt: skip


def test_candidates_are_visible_characters_with_their_probability_in_number_and_width() -> None:
    slots = TextCard().slots(MOMENT)
    assert [slots[f"text-character-{i}"] for i in range(4)] == ["␣", "↵", "<", ""]
    assert [slots[f"text-probability-{i}"] for i in range(4)] == ["62.0\u00a0%", "11.0\u00a0%", "5.0\u00a0%", ""]
    assert slots["text-candidate-0"]["style"] == {"--dl-share": "62.0%", "visibility": "visible"}
    assert slots["text-candidate-3"]["style"]["visibility"] == "hidden"


def test_an_old_text_is_dated() -> None:
    assert TextCard().slots(MOMENT)["text-note"].endswith("at step 950")


def test_before_the_first_text_and_after_a_reset_the_card_is_blank() -> None:
    assert TextCard().slots(model_moment(0)) == {**TextCard().blank_slots(), "text-note": AWAITED}
    assert TextCard().blank_slots()["text-sampled"] == "–"
