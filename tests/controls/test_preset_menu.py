"""The menu of presets hands on the config that is chosen, and shows which one the page is at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw

from core.config.presets import PRESETS
from core.config.training_config import TrainingConfig
from tests.support.page_without_browser import from_page, widgets_in
from widgets.controls.preset_menu import MENU, PresetMenu
from widgets.controls.setting_controls import Looks

if TYPE_CHECKING:
    from widgets.dashboard import Dashboard

OVERSHOOT = PRESETS["overshoot"]


class Desk:
    """A menu whose owner takes what is chosen, as a page does."""

    def __init__(self) -> None:
        self.chosen: list[TrainingConfig] = []
        self.menu = PresetMenu(Looks(), self._take)

    def _take(self, config: TrainingConfig) -> None:
        self.chosen.append(config)
        self.menu.show(config)

    def choose(self, name: str) -> None:
        from_page(menu_in(self.menu.widget), index=MENU.choices.index(name))

    def shown(self) -> tuple[object, bool]:
        """The entry that is shown, and whether a note stands under it."""
        (note,) = (w for w in widgets_in(self.menu.widget) if isinstance(w, ipw.HTML))
        return menu_in(self.menu.widget).value, PRESETS["overshoot"].watch in note.value


def menu_in(box: ipw.Widget) -> ipw.Dropdown:
    (menu,) = (w for w in widgets_in(box) if "dl-field-preset" in w._dom_classes and isinstance(w, ipw.Dropdown))
    return menu


def test_choosing_a_preset_asks_for_its_config_and_says_what_to_watch() -> None:
    desk = Desk()
    assert desk.shown() == ("", False)
    desk.choose("overshoot")
    assert desk.chosen == [OVERSHOOT.config]
    assert desk.shown() == ("overshoot", True)


def test_it_stays_while_live_settings_move_and_goes_with_another_run() -> None:
    desk = Desk()
    desk.choose("overshoot")
    desk.menu.show(OVERSHOOT.config.replace(momentum=0.5))
    assert desk.shown() == ("overshoot", True)
    desk.menu.show(OVERSHOOT.config.replace(optimizer="sgd"))
    assert desk.shown() == ("", False)
    desk.choose("")
    assert desk.chosen == [OVERSHOOT.config]


def test_a_config_that_is_a_preset_is_shown_as_one() -> None:
    desk = Desk()
    desk.menu.show(OVERSHOOT.config)
    assert desk.shown() == ("overshoot", True)
    desk.menu.show(TrainingConfig())
    assert desk.shown() == ("", False)


def test_an_entry_that_is_none_changes_nothing() -> None:
    desk = Desk()
    for rubbish in (99, -1, "x", None):
        from_page(menu_in(desk.menu.widget), index=rubbish)
    assert (desk.chosen, desk.shown()) == ([], ("", False))


def test_a_page_takes_a_preset_whole_and_puts_it_into_its_link(dash: Dashboard) -> None:
    from_page(menu_in(dash), index=MENU.choices.index("overshoot"))
    assert dash._session.config == OVERSHOOT.config
    assert dash._header.query == OVERSHOOT.config.to_query()
    assert menu_in(dash).value == "overshoot"
