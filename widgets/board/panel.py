"""Panel: one card of the board, and the form in which it travels to the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from plotly.graph_objects import Figure

from widgets.board.encoding import encode


@dataclass(frozen=True)
class Switch:
    """A choice shown as small buttons in a panel's header. `label` is its accessible name."""

    name: str
    options: tuple[str, ...]
    value: str
    label: str


@dataclass(frozen=True)
class Panel:
    """One card of the board: a title, soft words on the right, switches and a figure.

    Colours in the figure may be CSS variables of the page ("var(--dl-loss)"): the page resolves them and
    does so again when the theme changes.
    """

    id: str
    title: str
    figure: Figure
    note: str = ""
    switches: tuple[Switch, ...] = ()


@dataclass
class ShownPanel:
    """What the page was told of one panel: told again only when it changed."""

    panel: Panel
    sent: dict[str, Any]
    buffers: list[memoryview] = field(default_factory=list)
    revision: int = 0

    def same_content(self, other: ShownPanel) -> bool:
        """Whether both would look alike."""
        return self.sent == other.sent and self.buffers == other.buffers


def encode_panel(panel: Panel) -> ShownPanel:
    """The panel as it travels to the page: JSON, and the bytes of its figure's arrays."""
    buffers: list[memoryview] = []
    figure = encode(panel.figure.to_plotly_json(), buffers)
    switches = [encode(vars(switch), buffers) for switch in panel.switches]
    sent = {"id": panel.id, "title": panel.title, "note": panel.note, "switches": switches, "figure": figure}
    return ShownPanel(panel, sent, buffers)
