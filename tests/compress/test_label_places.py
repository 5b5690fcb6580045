"""The labels of points at one place stand on different sides of it."""

from __future__ import annotations

from widgets.compress.label_places import PLACES, label_places


def test_labels_far_apart_stand_to_the_right() -> None:
    assert label_places([(0.1, 0.5), (0.5, 0.5), (0.1, 0.9)]) == ["middle right"] * 3


def test_no_two_labels_at_one_place_share_a_side_while_there_are_sides() -> None:
    points = [(0.5 + 0.001 * number, 0.5) for number in range(len(PLACES))]
    assert sorted(label_places(points)) == sorted(PLACES)
    assert label_places([*points, points[0]])[-1] == PLACES[0]


def test_only_what_is_near_gives_way() -> None:
    assert label_places([(0.1, 0.5), (0.14, 0.52), (0.3, 0.5), (0.12, 0.9)]) == [
        "middle right",
        "middle left",
        "middle right",
        "middle right",
    ]


def test_no_points_have_no_labels() -> None:
    assert label_places([]) == []
