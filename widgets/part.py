"""A part of the page that is built when it is first opened: a tab, or what stands in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ipywidgets as ipw


class Part(Protocol):
    """What the page asks of a tab, and a tab of its parts."""

    @property
    def widget(self) -> ipw.DOMWidget:
        """What the page shows."""

    def draw(self) -> None:
        """Shows what is new; called by the frame loop while the tab is open."""

    def retranslate(self) -> None:
        """Writes what `draw` does not in the language in use."""

    def close(self) -> None:
        """Ends what it has started: the page closes."""
