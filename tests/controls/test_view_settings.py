"""The page's view settings: the link's, the remembered ones and what a change says, in a browser without a kernel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import widgets.controls
from widgets.front_end import joined_module

if TYPE_CHECKING:
    from playwright.sync_api import Page

MODULE = joined_module(Path(widgets.controls.__file__).parent / "view_settings.js")
ADDRESS = "http://view.test/"
# `view` has the module's functions; `said` has what `dl-view` has told.
SET_UP = """async (source) => {
  globalThis.view = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  globalThis.root = document.querySelector("main");
  globalThis.said = [];
  root.addEventListener("dl-view", ({ detail }) => said.push([detail.name, detail.value ?? null]));
}"""


@pytest.fixture
def opened(page: Page) -> Page:
    """A page whose browser remembers between visits."""
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<main></main>"))
    return page


def visit(page: Page, query: str = "") -> None:
    page.goto(ADDRESS + query)
    page.evaluate(SET_UP, MODULE)


def settings(page: Page) -> dict[str, str]:
    return page.evaluate("view.allViewSettings(root)")


def choose(page: Page, name: str, value: str | None) -> None:
    page.evaluate("([name, value]) => view.setView(root, name, value ?? undefined)", [name, value])


def test_a_link_says_settings_in_its_key_view(opened: Page) -> None:
    visit(opened, "?seed=7&view=theme:dark,projector:on")
    assert settings(opened) == {"theme": "dark", "projector": "on"}


def test_a_link_made_from_settings_is_read_back(opened: Page) -> None:
    visit(opened)
    said = {"theme": "dark", "order": "loss.next-step", "note": "a b&c=d"}
    query = opened.evaluate("said => view.withView('seed=7', said)", said)
    visit(opened, "?" + query)
    assert settings(opened) == said
    assert opened.evaluate("new URLSearchParams(location.search).get('seed')") == "7"


def test_a_link_without_settings_is_as_it_was(opened: Page) -> None:
    visit(opened)
    assert opened.evaluate("view.withView('seed=7', {})") == "seed=7"


def test_what_a_person_chooses_is_told_and_remembered(opened: Page) -> None:
    visit(opened)
    choose(opened, "theme", "dark")
    choose(opened, "theme", "dark")
    assert opened.evaluate("said") == [["theme", "dark"]]
    visit(opened)
    assert settings(opened) == {"theme": "dark"}


def test_what_a_person_gives_back_is_forgotten(opened: Page) -> None:
    visit(opened)
    choose(opened, "projector", "on")
    choose(opened, "projector", None)
    assert settings(opened) == {}
    visit(opened)
    assert settings(opened) == {}


def test_a_link_counts_for_its_page_only(opened: Page) -> None:
    visit(opened)
    choose(opened, "theme", "dark")
    visit(opened, "?view=theme:light,speed:50")
    assert settings(opened) == {"theme": "light", "speed": "50"}
    choose(opened, "projector", "on")
    visit(opened)
    assert settings(opened) == {"theme": "dark", "projector": "on"}


def test_a_follower_is_called_at_once_and_at_each_change_of_its_settings(opened: Page) -> None:
    visit(opened)
    seen = opened.evaluate("""() => {
      const seen = [], life = new AbortController();
      view.followView(root, ["theme"], () => seen.push(view.viewSetting(root, "theme") ?? null), life.signal);
      view.setView(root, "theme", "dark");
      view.setView(root, "projector", "on");
      life.abort();
      view.setView(root, "theme", "light");
      return seen;
    }""")
    assert seen == [None, "dark"]


@pytest.mark.parametrize("query", ["?view=", "?view=,,", "?view=dark", "?view=Theme:x"])
def test_a_link_that_says_nothing_of_use_leaves_the_page_as_it_comes(opened: Page, query: str) -> None:
    visit(opened, query)
    assert settings(opened) == {}


def test_of_a_link_without_end_the_first_2000_characters_are_read(opened: Page) -> None:
    visit(opened, f"?view=theme:dark,note:{'x' * 3000},projector:on")
    assert settings(opened) == {"theme": "dark", "note": "x" * (2000 - len("theme:dark,note:"))}


@pytest.mark.parametrize("kept", ["", "{", "null", "7", "[7]", '{"theme": 7}'])
def test_what_another_program_left_in_the_storage_is_passed_over(opened: Page, kept: str) -> None:
    visit(opened)
    opened.evaluate("kept => localStorage.setItem('descent-lab.view', kept)", kept)
    visit(opened)
    assert settings(opened) == {}


def test_a_browser_without_storage_keeps_a_choice_for_the_page(opened: Page) -> None:
    opened.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } })")
    visit(opened)
    choose(opened, "theme", "dark")
    assert settings(opened) == {"theme": "dark"}
