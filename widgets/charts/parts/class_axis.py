"""An axis of classes by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.language import shown
from widgets.charts.parts.text_width import columns, shortened
from widgets.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 12  # columns of a name that has a place on an axis
SMALL = 11  # size of the type, pixels
WIDTH = 0.62  # of a column, in sizes


def short(name: str, longest: int = LONGEST) -> str:
    """The name of a class as plotly draws it, cut where it is wider than `longest` columns."""
    return plain(shortened(shown(name), longest))


def class_axis(names: Sequence[str], size: int = SMALL) -> dict[str, Any]:
    """Attributes of an axis that has class i at i, with half a class of room at both ends; type of `size` pixels."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [short(name) for name in names],
        "tickfont": {"size": size},
        "range": [-0.5, len(names) - 0.5],
        "showgrid": False,
    }


def room_for(names: Sequence[str]) -> float:
    """The width of the widest of `names` on the axis, pixels."""
    return WIDTH * SMALL * max(columns(shortened(shown(name), LONGEST)) for name in names)
