"""Views: the places on screens that show one board, and which of its panels are in sight there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from widgets.board.page_values import is_name

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_VIEWS = 16  # views that are remembered; a page that invents more pushes out the oldest


@dataclass(frozen=True)
class View:
    """One place on a screen: the ids of the panels in sight, and whether its tab is hidden."""

    visible: frozenset[str] = frozenset()
    hidden: bool = False


class Views:
    """The live views of one board, as its page reports them. A page can send anything; rubbish is dropped."""

    def __init__(self) -> None:
        self._views: dict[str, View] = {}

    def __bool__(self) -> bool:
        return bool(self._views)

    def __len__(self) -> int:
        return len(self._views)

    @property
    def visible(self) -> frozenset[str]:
        """The ids of the panels that are on some screen now."""
        return frozenset().union(*(view.visible for view in list(self._views.values()) if not view.hidden))

    @property
    def hidden(self) -> bool:
        """True if there are views, and every one is in a hidden tab."""
        views = list(self._views.values())
        return bool(views) and all(view.hidden for view in views)

    def take(self, content: dict[str, Any], panels: Collection[str]) -> bool | None:
        """Note what a view shows of `panels`; return True for a new view, False for a known one, None for rubbish."""
        view_id, view = content.get("view"), _parsed(content, panels)
        if view is None or not is_name(view_id):
            return None
        is_new = view_id not in self._views
        self._views[view_id] = view
        while len(self._views) > MAX_VIEWS:
            del self._views[next(iter(self._views))]
        return is_new

    def leave(self, content: dict[str, Any]) -> bool:
        """Forget the view that left; return True if there was one."""
        view_id = content.get("view")
        return is_name(view_id) and self._views.pop(view_id, None) is not None


def _parsed(content: dict[str, Any], panels: Collection[str]) -> View | None:
    visible, hidden = content.get("visible"), content.get("hidden")
    if not isinstance(visible, list) or not isinstance(hidden, bool):
        return None
    return View(frozenset(name for name in panels if name in visible), hidden)
