"""Targets of any form as the model's loss takes them, and the names of their classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.field import ConfigError
from core.language import _
from core.number_format import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.learning.answers import Answers


def targets_of(y: np.ndarray, answers: Answers, width: int, names: Sequence[str] = ()) -> tuple[np.ndarray, list[str]]:
    """The targets as the loss takes them, and the names of the classes; [] where there are none.

    Classes that are not 0 to width - 1, such as texts or 1 to n, are numbered in the order of their values, which
    are then their names. Everything else stays as it is; quantities become float32 where they are whole numbers.

    Args:
        y: The targets (n, ...).
        answers: How they are read.
        width: The numbers in an answer of the model.
        names: What the person calls the classes.

    Raises:
        ConfigError: They are no numbers where numbers are needed, or there are more classes than outputs.
    """
    if answers.kind == "classes":
        return _classes(y, width, names)
    if answers.kind == "two classes":
        return _two_classes(y, answers, names)
    if y.dtype.kind in "US":
        raise ConfigError(_("y has texts, and the model's outputs are quantities: give numbers."))
    if answers.kind in ("one-hot", "labels"):
        if y.shape[-1] != width and width > 1:
            raise ConfigError(
                _("The model has {outputs} outputs and y has {columns} columns.", outputs=width, columns=y.shape[-1])
            )
        return y.astype(np.float32), _named([str(i) for i in range(width)], names)
    return (y if y.dtype.kind == "f" else y.astype(np.float32)), []


def _classes(y: np.ndarray, width: int, names: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    numbers = y.dtype.kind in "fiub"
    if numbers and y.min() >= 0 and y.max() < width and np.all(y == np.round(y)):
        return y.astype(np.int32), _named([str(i) for i in range(width)], names)
    values, places = np.unique(y, return_inverse=True)
    if len(values) > width:
        raise ConfigError(
            _(
                "y has {classes} different values and the model {outputs} outputs: each class needs one.",
                classes=format_number(len(values)),
                outputs=format_number(width),
            )
        )
    found = [_text(value) for value in values] + [f"({i})" for i in range(len(values), width)]
    return places.reshape(y.shape).astype(np.int32), _named(found, names)


def _two_classes(y: np.ndarray, answers: Answers, names: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    values, places = np.unique(y, return_inverse=True)
    if len(values) > 2:
        raise ConfigError(
            _(
                "The model has one output for two classes, and y has {count} different values.",
                count=format_number(len(values)),
            )
        )
    allowed = {-1, 0, 1} if answers.scale == "margins" else {0, 1}
    if y.dtype.kind in "fiub" and set(values.tolist()) <= allowed:
        low = "-1" if -1 in values else "0"
        return y.astype(np.float32), _named([low, "1"], names)
    found = [_text(value) for value in values]
    return places.reshape(y.shape).astype(np.float32), _named(found + ["(1)"] * (2 - len(found)), names)


def _named(found: list[str], names: Sequence[str]) -> list[str]:
    """The person's `names` where there are any; raises ConfigError if they are not as many as the classes."""
    if not len(names):
        return found
    if len(names) != len(found):
        raise ConfigError(
            _(
                "There are {classes} classes and class_names has {names} names.",
                classes=format_number(len(found)),
                names=format_number(len(names)),
            )
        )
    return [str(name) for name in names]


def _text(value: object) -> str:
    """A value of y as a name: 3.0 as "3"."""
    number = value.item() if isinstance(value, np.generic) else value
    return str(int(number)) if isinstance(number, float) and number == int(number) else str(number)
