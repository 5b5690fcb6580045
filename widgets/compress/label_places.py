"""Where the labels of a chart's points stand, so that two points at one place can both be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Plotly's names. Above and below a point its interval is drawn.
PLACES = ("middle right", "middle left", "top right", "bottom right", "top left", "bottom left")
NEAR = (0.08, 0.06)  # shares of the chart's width and height within which one label would cover another


def label_places(points: Sequence[tuple[float, float]]) -> list[str]:
    """Return the place of each point's label: the first that no label of an earlier point nearby has.

    `points` are shares of the chart's width and height. A seventh point at one place shares the first's.
    """
    places: list[str] = []
    for point in points:
        taken = {place for other, place in zip(points, places, strict=False) if _are_near(point, other)}
        places.append(next((place for place in PLACES if place not in taken), PLACES[0]))
    return places


def _are_near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(a - b) < near for a, b, near in zip(one, other, NEAR, strict=True))
