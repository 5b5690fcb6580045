"""The width of texts in columns: cut and wrapped where they are too wide, in whichever script."""

from __future__ import annotations

import pytest

from widgets.charts.parts.text_width import columns, shortened, wrapped

TEXTS = ["", "a", "change of CO2 in a week, ppm", "一周内二氧化碳的变化, ppm", "新增 learning rate 学习率", "a" * 60]


@pytest.mark.parametrize(("text", "wide"), [("", 0), ("step 1", 6), ("步数", 4), ("R²", 2), ("学习率 α", 8), ("ｘ", 2)])
def test_a_chinese_character_counts_as_two(text: str, wide: int) -> None:
    assert columns(text) == wide


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("longest", [3, 12, 40])
def test_what_is_cut_is_a_beginning_that_fits_with_its_ellipsis_and_no_character_more_would(
    text: str, longest: int
) -> None:
    cut = shortened(text, longest)
    if columns(text) <= longest:
        assert cut == text
        return
    kept = cut.removesuffix("…")
    assert cut == f"{kept}…"
    assert text.startswith(kept)
    assert columns(cut) <= longest < columns(text[: len(kept) + 1] + "…")


@pytest.mark.parametrize("text", TEXTS)
def test_lines_hold_all_of_a_text_and_only_a_word_can_be_wider_than_asked_for(text: str) -> None:
    lines = wrapped(text, 12)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(columns(line) <= 12 or (" " not in line and columns(line) == len(line)) for line in lines)


def test_chinese_is_broken_between_any_two_characters_and_a_word_at_none() -> None:
    assert wrapped("二氧化碳的变化", 8) == ["二氧化碳", "的变化"]
    assert wrapped("the learning rate", 9) == ["the", "learning", "rate"]
