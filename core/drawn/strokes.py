"""Strokes: what a hand does to drawn points. A page sends them, so that all of it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import numpy as np

from core.drawn.points import MOST

if TYPE_CHECKING:
    from collections.abc import Sequence

Tool = Literal["draw", "erase", "move"]
Place = tuple[float, float]
MOST_STROKES, MOST_PLACES = 100, 2000  # of one message
FARTHEST = 1e6  # of a place that is still believed


@dataclass(frozen=True)
class Stroke:
    """One movement of a hand along `path`.

    "draw" leaves a point of class `label` at each of its places. "erase" takes away all points within `reach` of one,
    half axes of an ellipse. "move" takes the point nearest to its first place, within `reach`, to its last.
    """

    tool: Tool
    path: tuple[Place, ...]
    label: int = 0
    reach: Place = (0.1, 0.1)

    def change(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The points x (n, 2) of classes y (n,) as they are after it."""
        path = np.array(self.path)
        if self.tool == "draw":
            labels = np.full(len(path), self.label, y.dtype)
            return np.concatenate([x, path]), np.concatenate([y, labels])
        far = np.linalg.norm((x[:, None] - path[None]) / np.array(self.reach), axis=2)
        if self.tool == "erase":
            left = (far > 1).all(1)
            return x[left], y[left]
        nearest = int(far[:, 0].argmin()) if len(x) else 0
        if len(x) and far[nearest, 0] <= 1:
            x = x.copy()
            x[nearest] = path[-1]
        return x, y


def after(x: np.ndarray, y: np.ndarray, strokes: Sequence[Stroke]) -> tuple[np.ndarray, np.ndarray]:
    """The points x (n, 2) of classes y (n,), 0 or 1, after `strokes`, where the hand put them.

    >>> x, y = np.array([[0.0, 0.0], [0.0, 1.0], [3.0, 0.0], [3.0, 1.0]]), np.array([0, 0, 1, 1])
    >>> after(x, y, [Stroke("draw", ((5.0, 5.0),), 1), Stroke("move", ((0.05, 0.0), (1.0, 1.0)))])[0].tolist()
    [[1.0, 1.0], [0.0, 1.0], [3.0, 0.0], [3.0, 1.0], [5.0, 5.0]]
    """
    for stroke in strokes:
        x, y = stroke.change(x, y)
    return x, y


def strokes_in(value: object) -> tuple[Stroke, ...] | None:
    """The strokes that a page has sent, each {"tool", "label", "path", "reach"}; None if anything is amiss."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_STROKES:
        return None
    strokes = tuple(filter(None, map(_stroke, value)))
    is_long = sum(len(stroke.path) for stroke in strokes) > MOST_PLACES
    return None if is_long or len(strokes) < len(value) else strokes


def _stroke(value: object) -> Stroke | None:
    if not isinstance(value, dict) or value.get("tool") not in get_args(Tool) or not _is_label(value.get("label")):
        return None
    path, reach = value.get("path"), value.get("reach")
    if not isinstance(path, list) or not 0 < len(path) <= MOST or not all(map(_is_place, [*path, reach])):
        return None
    if min(cast("Any", reach)) <= 0:
        return None
    return Stroke(value["tool"], tuple(map(_place, path)), value["label"], _place(reach))


def _is_label(value: object) -> bool:
    return type(value) is int and value in (0, 1)


def _is_place(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_coordinate, value))


def _is_coordinate(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(cast("float", value)) <= FARTHEST


def _place(value: Any) -> Place:
    first, second = value
    return float(first), float(second)
