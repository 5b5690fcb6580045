"""The header of a card is one line of one height, also where a narrow card has several switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.board_page import BoardPage
from tests.support.board_visitor import line
from widgets.board.panel import Panel, Switch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXIS = Switch("axis", ("step", "epoch"), "step", "Axis")
METRIC = Switch("metric", ("Accuracy", "Area under the curve"), "Accuracy", "Metric")
PANELS = [Panel("loss", "Loss", line(), switches=(AXIS,)), Panel("metric", "Accuracy", line(), switches=(AXIS, METRIC))]
EDGE_PX = 6  # into the padding of a card, where its menu's dots stand
NARROW, TWO_NARROW, WIDE = 400, 760, 1200


def board(browser: Browser, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    BoardPage(page, PANELS)
    return page


def parts(page: Page) -> list[list[float]]:
    """Of each card's header its height, and how far down and right what is in it reaches beyond its top and right."""
    script = """heads => heads.map((head) => {
      const { top, right, height } = head.getBoundingClientRect();
      const seen = [...head.children].filter((part) => part.checkVisibility());
      const most = (side) => Math.max(...seen.map((part) => part.getBoundingClientRect()[side]));
      return [height, most("bottom") - top, most("right") - right];
    })"""
    return page.locator(".dl-card-head").evaluate_all(script)


@pytest.mark.parametrize("width", [320, NARROW, 460, 700, TWO_NARROW, 860, WIDE])
def test_every_header_is_one_line_and_none_is_wider_than_its_card(browser: Browser, width: int) -> None:
    page = board(browser, width)
    (height, *_), (other, *_) = found = parts(page)
    assert height == other
    assert all(bottom <= height + 1 for _, bottom, _ in found)
    assert all(right <= EDGE_PX for _, _, right in found)
    page.close()


@pytest.mark.parametrize("width", [NARROW, TWO_NARROW])
def test_in_a_narrow_card_the_second_switch_is_in_the_menu(browser: Browser, width: int) -> None:
    page = board(browser, width)
    card = page.locator(".dl-card").nth(1)
    assert card.locator(".dl-card-head > .dl-switch:visible").count() == 1
    assert card.locator(".dl-card-title").bounding_box()["width"] > 40  # type: ignore[index]  # it is there
    card.locator(".dl-card-more summary").click()
    choice = card.get_by_role("group", name="Metric").get_by_role("button", name="Area under the curve")
    choice.click()
    assert page.evaluate("model.said.at(-1)") == {
        "kind": "switch", "panel": "metric", "name": "metric", "value": "Area under the curve",
    }  # fmt: skip
    assert card.locator(".dl-card-more[open]").count() == 0
    assert page.evaluate("document.activeElement.matches('.dl-card-more summary')")
    page.set_viewport_size({"width": WIDE, "height": 900})  # and is in the header again, as it was chosen
    assert choice.get_attribute("aria-pressed") == "true"
    page.close()
