"""The pages that each notebook cell made: when a cell is run again, those of its last run end.

Their views are gone from the screen, while the widgets live on in the kernel: without this, an old run would go on
training unseen, beside the new one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol
from weakref import WeakSet

from IPython import get_ipython

CellRun = tuple[str, str]  # the id of a cell, and of the request that runs it


class Closable(Protocol):
    """A page, of which nothing more is needed."""

    def close(self) -> None:
        """Ends it."""


@dataclass
class CellPages:
    """The open pages by the cell that made them, with the run of the cell in which it did."""

    _pages: dict[str, tuple[str, WeakSet[Any]]] = field(default_factory=dict)

    def add(self, page: Closable, cell_run: CellRun | None) -> None:
        """Notes that `page` was made in that run of a cell, and closes those of an earlier run of the same cell."""
        if cell_run is None:
            return
        cell, request = cell_run
        before, pages = self._pages.get(cell, (request, WeakSet()))
        if before != request:
            for old in list(pages):
                old.close()
            pages = WeakSet()
        pages.add(page)
        self._pages[cell] = request, pages


def present_cell_run() -> CellRun | None:
    """The cell that runs now, where the front end says which it is; None in a script."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return None
    parent = kernel.get_parent("shell")
    cell, request = parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id")
    return (cell, request) if isinstance(cell, str) and isinstance(request, str) else None


PAGES = CellPages()
