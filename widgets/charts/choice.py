"""A choice between variants of a chart: its name, its options and the words beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from widgets.board.panel import Switch

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Choice:
    """A row of small buttons in a chart's card.

    Args:
        name: Names the choice in messages of the page.
        label: Its accessible name.
        options: The words on its buttons; the page reports them in English.
        default: The option that holds until another one is chosen.
    """

    name: str
    label: str
    options: tuple[str, ...]
    default: str

    def option(self, chosen: Mapping[str, str]) -> str:
        """The option of this choice in `chosen` (name -> option), or the default where there is none like it."""
        asked = chosen.get(self.name)
        return next((option for option in self.options if option == asked), self.default)

    def switch(self, option: str) -> Switch:
        """The buttons, that of `option` pressed."""
        return Switch(self.name, self.options, option, self.label)
