"""The tabs of the page: each is built when it is first opened, drawn while it is in sight, and closed with the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as ipw
import pytest

from core.language import pgettext, use
from tests.support.page_without_browser import widgets_in
from widgets.board.frame_loop import FrameLoop
from widgets.dashboard import Dashboard
from widgets.page.tabs import TABS, PageTabs, Tab, tab_labels

if TYPE_CHECKING:
    from collections.abc import Iterator


class Noted:
    """A tab that notes what it is asked."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.widget = ipw.VBox()
        self._name, self._notes = name, notes
        notes.append(f"{name} built")

    def draw(self) -> None:
        self._notes.append(f"{self._name} drawn")

    def retranslate(self) -> None:
        self._notes.append(f"{self._name} retranslated")

    def close(self) -> None:
        self._notes.append(f"{self._name} closed")


class Desk:
    """Two tabs, and what became of them."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.on_page: list[ipw.DOMWidget] = []
        self.tabs = PageTabs(None, self.on_page.append, [self.tab("left"), self.tab("right")])  # type: ignore[arg-type]  # they ask nothing of it

    def tab(self, name: str) -> Tab:
        return Tab(name, name, lambda _page: Noted(name, self.notes))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def dash(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    monkeypatch.setattr(FrameLoop, "start", lambda self: None)
    made = Dashboard()
    yield made
    made.close()
    use("en")  # no language is left behind


def open_tab(dash: Dashboard, name: str) -> None:
    content = {"kind": "tab", "tab": name}
    dash._header._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


def with_class(dash: Dashboard, css_class: str) -> list[ipw.Widget]:
    return [widget for widget in widgets_in(dash) if css_class in getattr(widget, "_dom_classes", ())]


def test_a_tab_is_built_once_when_it_is_first_opened(desk: Desk) -> None:
    assert desk.notes == []
    for name in ("left", "train", "left", "right"):
        desk.tabs.show(name)
    assert desk.notes == ["left built", "right built"]
    assert [widget._dom_classes for widget in desk.on_page] == [("dl-tab", "dl-tab-left"), ("dl-tab", "dl-tab-right")]


def test_only_the_tab_in_sight_is_drawn(desk: Desk) -> None:
    desk.tabs.show("left")
    desk.tabs.show("right")
    desk.notes.clear()
    desk.tabs.draw()
    desk.tabs.show("train")
    desk.tabs.draw()
    assert desk.notes == ["right drawn"]


def test_tabs_that_were_opened_are_translated_and_closed_whether_in_sight_or_not(desk: Desk) -> None:
    desk.tabs.show("left")
    desk.tabs.show("train")
    desk.notes.clear()
    desk.tabs.retranslate()
    desk.tabs.close()
    assert desk.notes == ["left retranslated", "left closed"]
    assert desk.on_page[0].comm is None  # ipywidgets' sign of a widget that was closed


def test_a_name_that_is_no_tab_leaves_the_one_in_sight(desk: Desk) -> None:
    desk.tabs.show("left")
    desk.tabs.show("serve")
    assert desk.tabs.open == "left"
    assert len(desk.on_page) == 1


def test_the_header_offers_the_tabs_there_are_in_the_language_in_use(dash: Dashboard) -> None:
    names = ["train", *(tab.name for tab in TABS)]
    assert [name for name, _label in dash._header.tabs] == names
    use("zh")
    dash.retranslate()
    assert dash._header.tabs == tab_labels()
    assert dash._header.tabs[:2] == [["train", pgettext("tab", "Train")], ["compare", "比较"]]


@pytest.mark.parametrize("name", [tab.name for tab in TABS])
def test_each_tab_of_the_page_opens_draws_and_is_taken_away_with_it(dash: Dashboard, name: str) -> None:
    assert not with_class(dash, f"dl-tab-{name}")
    open_tab(dash, name)
    (tab,) = with_class(dash, f"dl-tab-{name}")
    dash._tabs.draw()
    dash.retranslate()
    dash.close()
    assert tab.comm is None


@pytest.mark.parametrize("name", ["nothing", 7, None, ["compare"]])
def test_rubbish_opens_no_tab(dash: Dashboard, name: Any) -> None:
    before = dash.children
    open_tab(dash, name)
    assert dash.children == before
    assert dash._tabs.open == "train"
