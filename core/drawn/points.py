"""Drawn points: two classes of points on a square lattice, and the text of three characters a point that says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from core.field import ConfigError
from core.language import _, ngettext

REACH = 9.0  # of the square [-9, 9]^2 that holds them
STEP = 0.05  # between two places of the lattice; a pixel of a chart says about 0.02
SIDE = 361  # places along an axis, so that class and place fit into three characters: 2 * 361^2 < 64^3
MOST = 600  # points, 1800 characters of a link
FEWEST = 2  # points of a class: one to learn from, one to test on
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # that a URL takes as they are


@dataclass(frozen=True)
class DrawnPoints:
    """Points x float64 (n, 2) on the lattice, and their classes y int32 (n,), 0 or 1.

    >>> points = DrawnPoints.of([[1, 2], [3, 4], [-1, 0], [-2, 0.51]], [0, 0, 1, 1])
    >>> points.text, DrawnPoints.read(points.text).x[-1]
    ('RrkVN0t9lsM7', array([-2. ,  0.5]))
    """

    x: np.ndarray
    y: np.ndarray

    @classmethod
    def of(cls, x: np.ndarray | list[list[float]], y: np.ndarray | list[int]) -> Self:
        """The points at the places of the lattice nearest to x (n, 2), finite; those beyond its square at its edge.

        Raises:
            ConfigError: There are too many points, or too few of a class.
        """
        places = np.rint((np.clip(np.asarray(x, float).reshape(-1, 2), -REACH, REACH) + REACH) / STEP)
        points = cls(np.round(places * STEP - REACH, 2), np.asarray(y, np.int32))
        _check_counts(points.y)
        return points

    @property
    def text(self) -> str:
        """The points as a link says them."""
        places = np.rint((self.x + REACH) / STEP).astype(int)
        numbers = (self.y * SIDE + places[:, 0]) * SIDE + places[:, 1]
        return "".join(CHARACTERS[n >> 12] + CHARACTERS[n >> 6 & 63] + CHARACTERS[n & 63] for n in numbers.tolist())

    @classmethod
    def read(cls, text: str) -> Self:
        """The points that `text` says.

        Raises:
            ConfigError: It says none, too many, or too few of a class.
        """
        digits = np.array([CHARACTERS.find(character) for character in text[: 3 * MOST + 3]], int)
        if len(digits) % 3 or (digits < 0).any():
            raise ConfigError(_unreadable())
        numbers = digits.reshape(-1, 3) @ np.array([64 * 64, 64, 1])
        if (numbers >= 2 * SIDE * SIDE).any():
            raise ConfigError(_unreadable())
        places = np.column_stack([numbers // SIDE % SIDE, numbers % SIDE])
        return cls.of(places * STEP - REACH, numbers // (SIDE * SIDE))


def _unreadable() -> str:
    return _("The drawn points of the link cannot be read.")


def _check_counts(y: np.ndarray) -> None:
    if len(y) > MOST:
        raise ConfigError(ngettext("At most one point can be drawn.", "At most {count} points can be drawn.", MOST))
    if min((y == 0).sum(), (y == 1).sum()) < FEWEST:
        raise ConfigError(
            ngettext("Each class needs at least one point.", "Each class needs at least {count} points.", FEWEST)
        )
