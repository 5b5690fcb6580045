"""Colour scales of heat maps, in the page's own colours, so that they fit both of its themes."""

from __future__ import annotations

from typing import Any

from widgets.charts.parts.style import CARD, LOSS, OPPOSITE

Scale = list[tuple[float, str]]

RISING: Scale = [(0.0, CARD), (1.0, LOSS)]  # from nothing to much
DIVERGING: Scale = [(0.0, LOSS), (0.5, CARD), (1.0, OPPOSITE)]  # from one thing to its opposite
TWO: Scale = [(0.0, LOSS), (1.0, OPPOSITE)]  # the ends of DIVERGING, for what is one or the other


def shading(scale: Scale, low: float, high: float) -> dict[str, Any]:
    """The attributes of a heat map, or its like, that paint values from `low` to `high`."""
    return {"colorscale": scale, "zmin": low, "zmax": high, "showscale": False}
