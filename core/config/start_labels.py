"""The labels of the start, whose coordinates a problem calls by its own parameters: "Start W", "Start x"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.language import _
from core.objectives.linear_regression import LinearRegression
from core.objectives.surface_objective import SurfaceObjective
from core.objectives.surfaces import SURFACES

if TYPE_CHECKING:
    from core.field import Field

STARTS = ("start_x", "start_y")


def start_labels(problem: object) -> dict[str, str]:
    """The labels of the start's settings by their names; none for a problem that has no such start.

    >>> start_labels("regression"), start_labels("spiral")
    ({'start_x': 'Start W', 'start_y': 'Start b'}, {})
    """
    if problem in SURFACES:
        parameters = SurfaceObjective.parameter_names
    elif problem == LinearRegression.name:
        parameters = LinearRegression.parameter_names
    else:
        return {}
    return {name: _("Start {parameter}", parameter=own) for name, own in zip(STARTS, parameters, strict=True)}


def as_called(setting: Field, problem: object) -> Field:
    """`setting` under the label that its control has where this is the problem."""
    label = start_labels(problem).get(setting.name) if setting.name in STARTS else None
    return setting if label is None else replace(setting, label=label)
