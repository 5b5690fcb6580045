"""What a person does with a board's cards: enlarge, turn to the next one, hide, bring back, move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.board_page import BoardPage
from tests.support.board_visitor import line
from widgets.board.panel import Panel, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

PANELS = [
    Panel("loss", "Loss", line(), role=Role.LEAD),
    Panel("surface", "Surface", line(), role=Role.LEAD),
    Panel("model", "Model", line()),
    Panel("next-step", "Next step", line()),
    Panel("layers", "Layers", line(), role=Role.DIAGNOSTIC),
]
SHOWN = """() => [...document.querySelectorAll(".dl-card")].filter((card) => card.checkVisibility())
  .map((card) => card.querySelector("[data-panel]").dataset.panel)"""
VISIBLE = "model.said.filter((one) => one.kind === 'view').at(-1).visible.join()"
ALL = ["loss", "surface", "model", "next-step"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
        page = context.new_page()
        BoardPage(page, PANELS)
        page.evaluate("const root = document.querySelector('.dl-root'); root.tabIndex = -1; root.focus()")
        yield page


def shown(page: Page) -> list[str]:
    found: list[str] = page.evaluate(SHOWN)
    return found


def card(page: Page, panel: str) -> Locator:
    return page.locator(f".dl-card:has([data-panel={panel}])")


def choose(page: Page, panel: str, action: str) -> None:
    card(page, panel).locator(".dl-card-more summary").click()
    card(page, panel).get_by_role("button", name=action).click()


def test_f_enlarges_the_chart_under_the_pointer_alone_and_escape_brings_all_back(page: Page) -> None:
    card(page, "model").hover()
    page.keyboard.press("f")
    assert shown(page) == ["model"]
    page.wait_for_function(f"{VISIBLE} === 'model'")
    size = page.locator("[data-panel=model]").bounding_box()
    assert size is not None
    assert (size["width"] > 1100, size["height"] >= 600) == (True, True)
    page.wait_for_function("document.querySelector('[data-panel=model]')._fullLayout.width > 1100")
    page.keyboard.press("Escape")
    assert shown(page) == ALL


def test_arrows_go_to_the_next_chart_and_round_also_to_the_folded_ones(page: Page) -> None:
    card(page, "next-step").get_by_role("button", name="Enlarge").click()
    for expected in ("layers", "loss"):
        page.keyboard.press("ArrowRight")
        assert shown(page) == [expected]
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("Boolean(document.querySelector('[data-panel=layers]').data)")
    page.keyboard.press("f")
    assert shown(page) == ALL


def test_an_arrow_means_no_chart_while_none_is_enlarged(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    assert shown(page) == ALL


def test_a_hidden_chart_leaves_and_comes_back_from_the_list_below(page: Page) -> None:
    choose(page, "loss", "Hide this chart")
    assert shown(page) == ["surface", "model", "next-step"]
    page.wait_for_function(f"!{VISIBLE}.includes('loss')")
    page.locator(".dl-hidden-charts").get_by_role("button", name="Loss").click()
    assert shown(page) == ALL
    assert page.locator(".dl-hidden-charts").is_hidden()


def test_a_chart_moves_among_those_of_its_role_by_its_menu(page: Page) -> None:
    choose(page, "loss", "Move it back")
    assert shown(page) == ["surface", "loss", "model", "next-step"]
    choose(page, "loss", "Move it forward")
    assert shown(page) == ALL


def moves(page: Page, panel: str) -> list[bool]:
    """Whether the card can be moved forward, and back."""
    return [card(page, panel).get_by_text(f"Move it {way}", exact=True).is_enabled() for way in ("forward", "back")]


def test_a_card_is_offered_only_moves_that_it_can_make(page: Page) -> None:
    assert [moves(page, panel) for panel in ALL] == [[False, True], [True, False]] * 2
    choose(page, "loss", "Move it back")
    assert [moves(page, panel) for panel in ("surface", "loss")] == [[False, True], [True, False]]
    choose(page, "surface", "Hide this chart")  # the other lead is alone now
    assert moves(page, "loss") == [False, False]
    card(page, "model").get_by_role("button", name="Enlarge").click()
    assert moves(page, "model") == [False, False]


def test_a_move_passes_over_hidden_cards(page: Page) -> None:
    BoardPage(page, [*PANELS, Panel("units", "Units", line())])
    choose(page, "next-step", "Hide this chart")
    choose(page, "model", "Move it back")
    assert shown(page) == ["loss", "surface", "units", "model"]


def test_a_chart_dragged_by_its_header_takes_the_place_of_another(page: Page) -> None:
    card(page, "next-step").locator(".dl-card-title").drag_to(card(page, "model").locator(".dl-card-title"))
    assert shown(page) == ["loss", "surface", "next-step", "model"]


def test_a_dragged_card_can_be_dropped_only_among_those_of_its_role(page: Page) -> None:
    taken = """(panels) => {
      const cards = panels.map((panel) => document.querySelector(`.dl-card:has([data-panel=${panel}])`));
      const dataTransfer = new DataTransfer();
      cards[0].querySelector("header").dispatchEvent(new DragEvent("dragstart", { dataTransfer, bubbles: true }));
      const over = () => new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true });
      return cards.map((card) => !card.dispatchEvent(over()));
    }"""
    assert page.evaluate(taken, ["model", "next-step", "loss", "layers"]) == [True, True, False, False]


def test_the_arrangement_is_view_settings_of_the_page(page: Page) -> None:
    choose(page, "loss", "Move it back")
    choose(page, "model", "Hide this chart")
    card(page, "surface").get_by_role("button", name="Enlarge").click()
    assert page.evaluate("Object.fromEntries(document.querySelector('.dl-root').dlView)") == {
        "order": "surface.loss.model.next-step.layers",
        "hidden": "model",
        "enlarged": "surface",
    }


def test_another_problem_keeps_what_was_hidden_and_shows_all_where_the_enlarged_one_is_missing(page: Page) -> None:
    card(page, "surface").get_by_role("button", name="Enlarge").click()
    board = BoardPage(page, PANELS)
    page.evaluate("document.querySelector('.dl-root').dlView = new Map([['enlarged', 'gone'], ['hidden', 'model']])")
    board.show([*PANELS, Panel("units", "Units", line())])
    assert shown(page) == ["loss", "surface", "next-step", "units"]
