"""Panel: one card of the board, and the form in which it travels to the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from core.language import _, shown
from widgets.board.encoding import encode
from widgets.board.figure_patch import Patch, figure_patch

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class Switch:
    """A choice shown as small buttons in a panel's header. `label` is its accessible name.

    `options` are the values, which the page reports in English; it shows them in the language in use.
    """

    name: str
    options: tuple[str, ...]
    value: str
    label: str


class Role(StrEnum):
    """The place of a panel on the board: leads come first and are twice as large, diagnostics are folded away."""

    LEAD = "lead"
    ORDINARY = "ordinary"
    DIAGNOSTIC = "diagnostic"


@dataclass(frozen=True)
class Offer:
    """A button in the place of a figure that nobody has asked for yet: it chooses `value` of the switch `name`."""

    label: str
    name: str
    value: str


@dataclass(frozen=True)
class Panel:
    """One card of the board: a title, soft words on the right, switches and a figure, or HTML in its place.

    Colours in the figure may be CSS variables of the page ("var(--dl-loss)"): the page resolves them and
    does so again when the theme changes. `shows` says in a sentence what can be seen, `advice` what to try.
    `placeholder` says what will be shown until there is something to show; without it the figure is shown from the
    start. `html` is shown in the place of a figure without traces. `drawable` names the two classes of points that a
    person may draw into the figure, where that is so: its traces of markers are the points that are there. Where
    `has_points_to_press` a press on a point is told, by the whole number that its trace's `customdata` has for it.
    Values of its quantity are drawn as their height above `zero`.
    """

    id: str
    title: str
    figure: Figure
    note: str = ""
    switches: tuple[Switch, ...] = ()
    role: Role = Role.ORDINARY
    placeholder: str = ""
    offer: Offer | None = None
    html: str = ""
    shows: str = ""
    advice: str = ""
    drawable: tuple[str, ...] = ()
    has_points_to_press: bool = False
    zero: float = 0.0


@dataclass
class ShownPanel:
    """A panel as it was sent to the page: sent again only when it changed.

    `revision` numbers its content. `patch` makes the figure of revision `patched` this one; None if there is none.
    """

    panel: Panel
    sent: dict[str, Any]
    buffers: list[memoryview] = field(default_factory=list)
    revision: int = 0
    patch: Patch | None = None
    patched: int = 0

    def same_content(self, other: ShownPanel) -> bool:
        """True if both would look alike."""
        return self.sent == other.sent and self.buffers == other.buffers

    def translates(self, before: ShownPanel) -> None:
        """Note that this is `before` in another language."""
        if self.buffers == before.buffers:
            self.patch, self.patched = figure_patch(before.sent["figure"], self.sent["figure"]), before.revision


def encode_panel(panel: Panel) -> ShownPanel:
    """Return the panel as it travels to the page: JSON, and the bytes of its figure's arrays."""
    buffers: list[memoryview] = []
    figure = encode(panel.figure.to_plotly_json(), buffers)
    sent = {
        "id": panel.id,
        "title": shown(panel.title),
        "note": shown(panel.note),
        "switches": [_encode_switch(switch) for switch in panel.switches],
        "role": panel.role.value,
        "placeholder": shown(panel.placeholder),
        "offer": None if panel.offer is None else _encode_offer(panel.offer),
        "figure": figure,
        "html": panel.html,
        "shows": shown(panel.shows),
        "about": _about(panel),
        "drawable": list(panel.drawable),
        "pressable": panel.has_points_to_press,
    }
    return ShownPanel(panel, sent, buffers)


def _encode_offer(offer: Offer) -> dict[str, str]:
    return {"label": shown(offer.label), "name": offer.name, "value": offer.value}


def _about(panel: Panel) -> str:
    """What there is to read of the panel, as one text."""
    if not panel.advice:
        return shown(panel.shows)
    return _("{meaning} {advice}", meaning=panel.shows, advice=panel.advice)


def _encode_switch(switch: Switch) -> dict[str, Any]:
    return {
        "name": switch.name,
        "options": list(switch.options),
        "labels": [shown(option) for option in switch.options],
        "value": switch.value,
        "label": shown(switch.label),
    }
