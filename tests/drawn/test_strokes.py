"""Strokes of a hand: what they make of points, and what of a page's messages is believed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.drawn.points import MOST, DrawnPoints
from core.drawn.strokes import MOST_PLACES, MOST_STROKES, Stroke, after, strokes_in
from core.field import ConfigError

X = np.array([[-2.0, 0.0], [-2.0, 1.0], [2.0, 0.0], [2.0, 1.0], [2.0, 2.0]])
Y = np.array([0, 0, 1, 1, 1])
GOOD: dict[str, Any] = {"tool": "draw", "label": 1, "path": [[1, 2.5]], "reach": [0.1, 0.2]}


def redrawn(strokes: list[Stroke]) -> DrawnPoints:
    """The points X of classes Y after `strokes`."""
    return DrawnPoints.of(*after(X, Y, strokes))


def test_drawing_leaves_a_point_of_the_class_at_each_place() -> None:
    points = redrawn([Stroke("draw", ((0.0, 0.0), (0.5, 0.5)), 1), Stroke("draw", ((5.0, 5.0),), 0)])
    assert points.x.tolist() == [*X.tolist(), [0.0, 0.0], [0.5, 0.5], [5.0, 5.0]]
    assert points.y.tolist() == [0, 0, 1, 1, 1, 1, 1, 0]


def test_erasing_takes_away_what_lies_in_the_ellipse_around_the_path() -> None:
    points = redrawn([Stroke("erase", ((1.0, 0.0), (1.5, 2.8)), reach=(0.9, 1.0))])
    x, y = X.T
    is_kept = (((x - 1) / 0.9) ** 2 + y**2 > 1) & (((x - 1.5) / 0.9) ** 2 + (y - 2.8) ** 2 > 1)
    assert points.x.tolist() == X[is_kept].tolist()
    assert is_kept.tolist() == [True, True, True, True, False]


def test_moving_takes_the_nearest_point_along_with_its_class_and_its_place_in_the_order() -> None:
    points = redrawn([Stroke("move", ((2.0, 0.4), (0.0, 0.0), (-1.0, -1.0)), reach=(1.0, 1.0))])
    assert points.x.tolist() == [*X[:2].tolist(), [-1.0, -1.0], *X[3:].tolist()]
    assert points.y.tolist() == Y.tolist()


def test_moving_where_no_point_is_near_changes_nothing() -> None:
    assert redrawn([Stroke("move", ((0.0, 0.0), (1.0, 1.0)), reach=(1.0, 1.0))]).x.tolist() == X.tolist()


def test_the_points_before_are_left_as_they_were() -> None:
    before = X.copy()
    redrawn([Stroke("move", ((2.0, 0.0), (1.0, 1.0)))])
    np.testing.assert_array_equal(X, before)


def test_a_class_cannot_be_erased_nor_more_be_drawn_than_a_link_carries() -> None:
    with pytest.raises(ConfigError, match="Each class needs at least 2 points"):
        redrawn([Stroke("erase", ((-2.0, 0.0),), reach=(0.1, 0.1))])
    with pytest.raises(ConfigError, match="At most 600 points can be drawn"):
        redrawn([Stroke("draw", ((0.0, 0.0),) * MOST)])


def test_strokes_of_a_page_are_taken() -> None:
    assert strokes_in([GOOD, {**GOOD, "tool": "erase"}]) == (
        Stroke("draw", ((1.0, 2.5),), 1, (0.1, 0.2)),
        Stroke("erase", ((1.0, 2.5),), 1, (0.1, 0.2)),
    )


RUBBISH: list[Any] = [
    None,
    [],
    {},
    "paint",
    7,
    math.nan,
    10**400,
    [[]],
    [[1]],
    [[1, 2, 3]],
    [["1", 2]],
    [[True, 1]],
    [[math.inf, 0]],
]


@pytest.mark.parametrize("rubbish", RUBBISH, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("field", [None, "tool", "label", "path", "reach"])
def test_rubbish_is_no_strokes(field: str | None, rubbish: object) -> None:
    assert strokes_in(rubbish if field is None else [{**GOOD, field: rubbish}]) is None


def test_a_message_has_a_bound() -> None:
    long = {**GOOD, "path": [[0, 0]] * MOST}
    assert strokes_in([GOOD] * (MOST_STROKES + 1)) is None
    assert strokes_in([{**GOOD, "path": [[0, 0]] * (MOST + 1)}]) is None
    assert strokes_in([long] * (MOST_PLACES // MOST)) is not None
    assert strokes_in([long] * (MOST_PLACES // MOST + 1)) is None
    assert strokes_in([{**GOOD, "reach": [0.1, 0]}]) is None
