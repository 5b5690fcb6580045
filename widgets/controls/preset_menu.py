"""The menu of presets with, below it, what there is to see in the one that was chosen."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from core.config.presets import PRESETS
from core.field import Field
from core.language import N_, shown
from widgets.controls.setting_controls import Choice
from widgets.controls.validated_widgets import Column, Html

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.training_config import TrainingConfig
    from widgets.controls.setting_controls import Looks

NONE = ""
MENU = Field(
    name="preset",
    label=N_("Preset"),
    default=NONE,
    kind="choice",
    options=((N_("choose one …"), NONE), *((preset.label, name) for name, preset in PRESETS.items())),
    help=N_("Starting points that each show one thing; all settings follow."),
)


class PresetMenu:
    """Hands the config of the preset that a person chooses to `on_choose`, which answers with `show`."""

    def __init__(self, looks: Looks, on_choose: Callable[[TrainingConfig], None]) -> None:
        self._on_choose = on_choose
        self._name = NONE
        self._menu = Choice(MENU, NONE, looks, self._choose)
        self._note = Html(self._text(), layout=looks.shown, style=looks.html)
        self.widget = Column([self._menu.widget, self._note], layout=looks.shown)
        self.widget.add_class("dl-control-card").add_class("dl-presets")

    def show(self, config: TrainingConfig) -> None:
        """Shows the preset that `config` is, or was before live settings changed; none otherwise. Calls nobody back."""
        if self._name != NONE and not PRESETS[self._name].config.is_live_change(config):
            self._name = NONE
        self._name = next((name for name, preset in PRESETS.items() if preset.config == config), self._name)
        self._menu.show(self._name)
        self._note.value = self._text()

    def retranslate(self) -> None:
        """Writes label, entries and note in the language in use."""
        self._menu.retranslate()
        self._note.value = self._text()

    def _choose(self, name: object) -> None:
        self._menu.show(self._name)
        if isinstance(name, str) and name in PRESETS:
            self._name = name
            self._on_choose(PRESETS[name].config)

    def _text(self) -> str:
        text = "" if self._name == NONE else escape(shown(PRESETS[self._name].watch))
        return f'<div class="dl-rate-note">{text}</div>'
