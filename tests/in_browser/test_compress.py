"""The Compress tab in a browser: an artifact is ordered, made, chosen and looked at, by mouse and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.axe import violations
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Visit
    from tests.support.browser import Host

QUERY = "?problem=digits&family=mlp&size=3000&optimizer=adam&learning_rate=0.003&batch_size=32&epochs=4"
ROW = ".dl-compress-list tbody tr"


@pytest.fixture(scope="module")
def visitor(visit: Visit, voila: Host) -> Iterator[Visitor]:
    """A page with a trained model, its original and an int8 artifact of it."""
    with visit(voila, QUERY) as visitor:
        page = visitor.page
        visitor.press("Play")
        visitor.wait("s => s.offered === 'Play' && s.kernel === 180", PREPARED_MS)
        page.get_by_role("tab", name="Compress").click()
        page.get_by_role("button", name="Make", exact=True).click()
        page.wait_for_function(f"document.querySelectorAll('{ROW} td:nth-child(9)').length === 2", timeout=PREPARED_MS)
        yield visitor


def test_the_list_has_the_original_and_the_artifact_with_their_numbers(visitor: Visitor) -> None:
    texts = visitor.page.locator(ROW).all_inner_texts()
    names = [text.split("\t")[1] for text in texts]
    assert names == ["#1 original", "#0 int8"]
    assert all("kB" in text and "µs" in text and "[" in text for text in texts)
    assert "0 of 3" in texts[0]
    assert "3 of 3" in texts[1]


def test_a_chosen_artifact_opens_its_confusion(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="Show #0 int8").press("Enter")
    page.locator("[data-panel=compress-confusion]").get_by_text("answered").wait_for()
    page.get_by_text("Changed layers:").wait_for()
    assert page.get_by_role("button", name="Show #0 int8").get_attribute("aria-pressed") == "true"


def test_axe_finds_nothing_in_light_and_dark(visitor: Visitor) -> None:
    for theme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        visitor.page.locator(f".dl-root[data-theme={theme}]").wait_for()
        assert violations(visitor.page) == []


def test_a_setting_out_of_range_is_refused_in_a_sentence(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("Change", exact=True).select_option("prune")
    page.get_by_label("Share removed").fill("1")
    page.get_by_role("button", name="Make", exact=True).click()
    page.get_by_text("Share removed must be between 0 and 0.99; 1 is too large.").wait_for()
    assert page.locator(ROW).count() == 2


def test_what_is_being_made_shows_its_progress_and_is_cancelled(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("Share removed").fill("0.5")
    page.get_by_label("Fine-tuning updates").fill("100000")
    page.get_by_role("button", name="Make", exact=True).click()
    page.wait_for_function(f"document.querySelector('{ROW} progress')?.value > 0.01", timeout=PREPARED_MS)
    page.get_by_role("button", name="Cancel #2").click()
    page.locator(ROW).get_by_text("cancelled").wait_for()
    page.get_by_role("button", name="Delete #2").click()
    page.wait_for_function(f"document.querySelectorAll('{ROW}').length === 2")
    assert visitor.errors == []
