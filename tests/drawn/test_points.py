"""Drawn points: what a link says comes back, and what anybody else writes there is refused in a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from core.drawn.points import CHARACTERS, MOST, REACH, DrawnPoints
from core.drawn.two_moons import two_moons
from core.field import ConfigError

FOUR = DrawnPoints.of([[0, 0], [0, 1], [3, 0], [3, 1]], [0, 0, 1, 1]).text


def test_points_come_back_from_their_text_to_half_a_place_of_the_lattice() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-REACH, REACH, (200, 2)), np.arange(200) % 2
    back = DrawnPoints.read(DrawnPoints.of(x, y).text)
    assert np.abs(back.x - x).max() <= 0.025 + 1e-12
    np.testing.assert_array_equal(back.y, y)


def test_every_place_of_the_lattice_has_a_text_of_its_own() -> None:
    axis = np.linspace(-REACH, REACH, 361)
    x, y = np.meshgrid(axis, axis)
    every = np.column_stack([x.ravel(), y.ravel()])
    text = "".join(DrawnPoints(every, np.full(len(every), label)).text for label in (0, 1))
    assert len({text[i : i + 3] for i in range(0, len(text), 3)}) == 2 * 361 * 361


def test_the_text_is_its_own_plain_form() -> None:
    assert DrawnPoints.read(FOUR).text == FOUR
    assert DrawnPoints.read(two_moons().text).text == two_moons().text


def test_points_beyond_the_square_stand_at_its_edge() -> None:
    far = DrawnPoints.of([[1e6, -1e6], [0, 0], [1, 1], [2, 2]], [0, 0, 1, 1])
    assert far.x[0].tolist() == [REACH, -REACH]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Each class needs at least 2 points."),
        (FOUR[:9], "Each class needs at least 2 points."),
        (FOUR + "A", "The drawn points of the link cannot be read."),
        (FOUR + "é" * 3, "The drawn points of the link cannot be read."),
        (FOUR + CHARACTERS[-1] * 3, "The drawn points of the link cannot be read."),
        (FOUR + FOUR * MOST, "At most 600 points can be drawn."),
        (FOUR * 10**6, "At most 600 points can be drawn."),
    ],
    ids=["none", "one of a class", "a character too many", "other letters", "no place", "too many", "far too many"],
)
def test_what_is_no_text_of_points_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        DrawnPoints.read(text)
    assert refusal.value.sentence == sentence
