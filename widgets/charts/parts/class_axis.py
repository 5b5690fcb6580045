"""An axis of classes by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from widgets.plain_text import plain

LONGEST = 12  # characters of a name that has a place on an axis
SMALL = 11  # size of the type, pixels
WIDTH = 0.62  # of a character, in sizes


def short(name: str, longest: int = LONGEST) -> str:
    """`name`, cut where it is longer than there is room for."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def class_axis(names: Sequence[str], size: int = SMALL) -> dict[str, Any]:
    """Attributes of an axis that has class i at i, with half a class of room at both ends; type of `size` pixels."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [plain(short(name)) for name in names],
        "tickfont": {"size": size},
        "range": [-0.5, len(names) - 0.5],
        "showgrid": False,
    }


def room_for(names: Sequence[str]) -> float:
    """How many pixels the longest of the names takes."""
    return WIDTH * SMALL * max(len(short(name)) for name in names)
