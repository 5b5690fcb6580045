"""A board in another language: only its texts are sent again."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.language import N_
from tests.support.board_page import BoardPage
from tests.support.board_visitor import BoardVisitor, line, panel
from tests.support.pseudo_locale import TAG, in_use
from widgets.board.own_texts import plotly_words
from widgets.board.panel import Switch
from widgets.board.plotly_bundle import packed_plotly_js

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from widgets.board.live_board import LiveBoard
    from widgets.board.panel import Panel


def numbers_of(live_board: LiveBoard, name: str) -> dict[str, int]:
    return {spec["id"]: spec[name] for spec in live_board.board["panels"]}


def test_retranslating_changes_the_boards_and_plotlys_words_and_no_figure(
    live_board: LiveBoard, catalogues: Path
) -> None:
    before = live_board.board
    assert (live_board.texts["loading"], live_board.plotly_locale) == (
        "Loading charts…",
        {"locale": "en-US", "locales": {}},
    )
    with in_use(catalogues):
        live_board.retranslate()
        assert [text for text in live_board.texts.values() if not re.fullmatch("⟦.*⟧", text)] == []
        words = live_board.plotly_locale["locales"][TAG]["dictionary"]
        assert live_board.plotly_locale["locale"] == TAG
        assert words["Reset axes"] == "⟦Reseet aaxees⟧"
        assert [word for word in words.values() if not re.fullmatch("⟦.*⟧", word)] == []
    assert live_board.board is before


def test_the_words_are_those_that_plotly_js_looks_up() -> None:
    source = gzip.decompress(packed_plotly_js()).decode()
    with in_use(Path(), "xx"):
        assert [key for key in plotly_words() if f'"{key}"' not in source] == []


def test_a_figure_in_another_language_comes_with_what_makes_the_old_one_it(live_board: LiveBoard) -> None:
    before = numbers_of(live_board, "revision")
    with in_use(Path(), "zh"):
        live_board.show([panel("loss", title="损失", figure=line().update_traces(name="损失")), panel("surface")])
    loss, surface = live_board.board["panels"]
    assert loss["patch"] == {"traces": {"0": {"name": "损失"}}, "layout": {}}
    assert loss["patched"] == before["loss"] != loss["revision"]
    assert surface["revision"] == before["surface"]


def test_another_figure_in_the_same_language_comes_without_a_patch(live_board: LiveBoard) -> None:
    live_board.show([panel("loss", title="Another", figure=line("red")), panel("surface")])
    assert [spec["patch"] for spec in live_board.board["panels"]] == [None, None]


def test_after_a_change_of_the_language_only_texts_are_said_again(
    live_board: LiveBoard, visitor: BoardVisitor, unchanging: dict[str, Any]
) -> None:
    visitor.look()
    live_board.draw(unchanging)
    visitor.answer()
    with in_use(Path(), "zh"):
        live_board.show([panel("loss", title="损失"), panel("surface")])
        live_board.draw(unchanging)
    assert visitor.sent[-1][0]["panels"]["loss"]["traces"]["0"].keys() == {"line.color", "text"}
    assert visitor.sent[-1][1] == []


def test_a_switch_shows_its_options_in_the_language_in_use_and_reports_them_in_english(
    live_board: LiveBoard, visitor: BoardVisitor, events: list[Any], catalogues: Path
) -> None:
    zoom = Switch("scale", (N_("Zoom"), "log"), "log", N_("Reset axes"))
    with in_use(catalogues):
        live_board.show([panel("loss", switches=(zoom,))])
    assert live_board.board["panels"][0]["switches"] == [
        {
            "name": "scale",
            "options": ["Zoom", "log"],
            "labels": ["⟦Zoooom⟧", "log"],
            "value": "log",
            "label": "⟦Reseet aaxees⟧",
        }
    ]
    visitor.say(kind="switch", panel="loss", name="scale", value="Zoom")
    assert events == [("switch", {"panel": "loss", "name": "scale", "value": "Zoom"})]


def test_a_chart_that_no_frame_draws_to_is_translated_though_it_is_out_of_sight(page: Page) -> None:
    page.set_viewport_size({"width": 900, "height": 500})

    def panels(title: str, words: str) -> list[Panel]:
        chart = line().update_layout(xaxis_title_text=title)
        return [panel("loss"), panel("map", figure=chart), panel("bars", placeholder=words)]

    board = BoardPage(page, panels("seconds", "Nothing yet."))
    page.locator("[data-panel=bars]").scroll_into_view_if_needed()
    page.locator("[data-panel=map]").get_by_text("seconds").wait_for()
    page.evaluate("document.querySelector('.dl-root').style.paddingTop = '3000px'")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("document.querySelector('[data-panel=bars]').getBoundingClientRect().top > innerHeight")
    page.wait_for_function("model.said.at(-1).kind === 'view' && model.said.at(-1).visible.length === 0")
    with in_use(Path(), "zh"):
        board.show(panels("秒", "还没有。"))
    page.locator("[data-panel=bars]").scroll_into_view_if_needed()
    page.get_by_text("还没有。").wait_for()
    page.locator("[data-panel=map]").scroll_into_view_if_needed()
    page.locator("[data-panel=map]").get_by_text("秒").wait_for()


def test_an_axis_keeps_its_range_in_another_language(page: Page) -> None:
    chart = line().update_layout(yaxis_type="log")
    board = BoardPage(page, [panel("loss", title="Loss", figure=chart)])
    layout = {"yaxis.type": "log", "yaxis.range": [-1.0, 1.0]}
    points = {"x": np.arange(3), "y": np.array([1.0, 1e20, 2.0])}
    frame = {"step": 0, "panels": {"loss": {"traces": {0: points}, "layout": layout}}}
    board.draw(frame)
    with in_use(Path(), "zh"):
        board.show([panel("loss", title="损失", figure=chart)])
        board.draw(frame)
    page.get_by_role("heading", name="损失").wait_for()
    assert page.evaluate("document.querySelector('[data-panel=loss]')._fullLayout.yaxis.range") == [-1, 1]
