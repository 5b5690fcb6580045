"""The page's language: who chooses it, and that a run in progress does not notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core import language
from core.config.training_config import TrainingConfig
from core.runs.status import Status
from tests.support.page_without_browser import choose, click, mount, notice, until, widgets_in
from tests.support.pseudo_locale import TAG, in_use, pseudo
from widgets.board.frame_loop import FrameLoop
from widgets.controls import page_language
from widgets.dashboard import Dashboard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody has chosen a language, and none is left behind."""
    monkeypatch.setattr(page_language, "_is_chosen", False)
    yield
    language.use("en")


def greet(dash: Dashboard, query: str, browser: str) -> None:
    content = {"kind": "hello", "query": query, "language": browser}
    dash._header._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


def switch(dash: Dashboard, tag: str) -> None:
    content = {"kind": "language", "language": tag}
    dash._header._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


@pytest.mark.parametrize(
    ("given", "query", "browser", "in_use", "link"),
    [
        (None, "", "zh-CN", "zh", ""),
        (None, "", "de", "en", ""),
        (None, "", "", "en", ""),
        (None, "?lang=zh", "en-GB", "zh", "lang=zh"),
        (None, "lang=en", "zh", "en", "lang=en"),
        (None, "seed=7&lang=zh_Hans", "en", "zh", "seed=7&lang=zh"),
        ("zh", "", "en", "zh", ""),
    ],
)
def test_the_cell_the_link_or_the_browser_says_which_language(
    build: None, given: str | None, query: str, browser: str, in_use: str, link: str
) -> None:
    dash = Dashboard(language=given)
    try:
        greet(dash, query, browser)
        assert language.language() == dash._header.language == in_use
        assert dash._header.query == link
    finally:
        dash.close()


def test_a_view_that_opens_later_does_not_undo_the_switch_which_the_link_keeps(dash: Dashboard) -> None:
    greet(dash, "", "en")
    switch(dash, "zh")
    greet(dash, "lang=en", "en")
    assert language.language() == "zh"
    choose(dash, "seed", "8")
    assert dash._header.query == "seed=8&lang=zh"


def test_all_pages_of_a_process_follow(dash: Dashboard) -> None:
    other = Dashboard()
    try:
        switch(dash, "zh")
        assert other._header.language == "zh"
        assert other._header.query == ""
        assert other._playback.labels == dash._playback.labels
    finally:
        other.close()


def test_the_language_changes_while_the_run_plays_on(dash: Dashboard, catalogues: Path) -> None:
    with in_use(catalogues, language.SOURCE):
        change_while_it_plays(dash)


def change_while_it_plays(dash: Dashboard) -> None:
    mount(dash)
    choose(dash, "epochs", "1000000000")
    click(dash, "dl-play")
    run, staged = dash._session.run, dash._session.staged
    until(dash, lambda: run.step > 0)
    history, step = run.history, run.step
    titles = {panel["id"]: panel["title"] for panel in dash._board.board["panels"]}
    words, buttons = notice(dash), [w.description for w in widgets_in(dash) if hasattr(w, "on_click")]
    strip = dash._stage.strip.value
    dash._link.choose_language(TAG)
    dash._stage.draw()
    assert language.language() == TAG
    changed = {panel["id"]: panel["title"] for panel in dash._board.board["panels"]}
    assert changed.keys() == titles.keys()
    assert all(changed[id] == pseudo(titles[id]) for id in titles)
    assert notice(dash) != words
    assert dash._stage.strip.value != strip
    assert [w.description for w in widgets_in(dash) if hasattr(w, "on_click")] != buttons
    until(dash, lambda: run.step > step + 1)
    assert dash._session.staged is staged
    assert run.history is history
    assert run.status is Status.PLAYING
    assert history is not None
    steps = history.rows()["step"]
    assert np.array_equal(steps, np.arange(len(steps)))


def test_a_refusal_is_said_in_the_language_in_use(dash: Dashboard, catalogues: Path) -> None:
    with in_use(catalogues, language.SOURCE):
        choose(dash, "learning_rate", "50")
        before = notice(dash)
        dash._link.choose_language(TAG)
        assert notice(dash) != before
        assert notice(dash).count("⟦") >= 2  # the title and the sentence, which was made in English


def test_the_cards_of_a_model_change_their_language_too(catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FrameLoop, "start", lambda self: None)
    with in_use(catalogues, language.SOURCE):
        dash = Dashboard(TrainingConfig.suited_to("digits"))
        try:
            dash._stage.draw()
            cards = dash._stage.cards.value
            titles = {panel["id"]: panel["title"] for panel in dash._board.board["panels"]}
            dash._link.choose_language(TAG)
            dash._stage.draw()
            assert dash._stage.cards.value.count("⟦") > 5
            assert dash._stage.cards.value != cards
            assert all(panel["title"] == pseudo(titles[panel["id"]]) for panel in dash._board.board["panels"])
        finally:
            dash.close()
