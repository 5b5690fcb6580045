"""The horizontal axis of a run: its updates, counted in steps or in epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.language import N_, _, shown
from widgets.charts.choice import Choice
from widgets.charts.parts.axis_ranges import nice_ceiling

if TYPE_CHECKING:
    from widgets.charts.chart import Update
    from widgets.charts.model_moment import ModelMoment
    from widgets.charts.moment import Moment
    from widgets.charts.origin import Origin

SHORTEST = 10  # steps
STEP, EPOCH = N_("step"), N_("epoch")
AXIS = Choice("axis", N_("Horizontal axis"), (STEP, EPOCH), default=STEP)


@dataclass(frozen=True)
class RunAxis:
    """`unit` is "step" or "epoch"; an epoch is one pass over the training examples.

    A branch begins where it left its parent, and is counted from the start of that. An axis that `shows_trunk` begins
    at that start, any other one where the branch does.
    """

    unit: str = STEP
    shows_trunk: bool = False

    @property
    def title(self) -> str:
        """The unit in words."""
        return shown(self.unit)

    @property
    def hover(self) -> str:
        """The line of a hover template that says where on the axis a point is."""
        return _("step %{x}") if self.unit == STEP else _("epoch %{x:.2f}")

    def steps_per_unit(self, moment: ModelMoment) -> int:
        """The number of updates in one unit of the axis."""
        return 1 if self.unit == STEP else moment.steps_per_epoch

    def places(self, steps: np.ndarray, moment: ModelMoment) -> np.ndarray:
        """The places of `steps` on the axis, float64."""
        return self.start(moment) + np.asarray(steps, float) / self.steps_per_unit(moment)

    def start(self, moment: ModelMoment) -> float:
        """The place of step 0."""
        origin = moment.origin
        if origin is None:
            return 0.0
        return origin.steps if self.unit == STEP else origin.epochs

    def layout(self, moment: ModelMoment) -> Update:
        """The range of the axis and, of a branch, what it counts."""
        first = 0.0 if self.shows_trunk else self.start(moment)
        return {"xaxis.range": [first, self.end(moment)], **counted_from(moment.origin, self.unit)}

    def end(self, moment: ModelMoment) -> float:
        """The end of the axis: a round number at or beyond the present step, but not beyond the run's end."""
        unit = self.steps_per_unit(moment)
        before = round(self.start(moment) * unit)
        total = None if moment.total_steps is None else before + moment.total_steps
        return run_end(before + moment.step, total, unit)


def layout_of_steps(moment: Moment, shows_trunk: bool = False) -> Update:
    """The range of an axis of steps, and what it counts; one that `shows_trunk` begins where that does."""
    before = round(moment.start)
    total = None if moment.total_steps is None else before + moment.total_steps
    end = run_end(before + moment.step, total)
    return {"xaxis.range": [0 if shows_trunk else before, end], **counted_from(moment.origin)}


def counted_from(origin: Origin | None, unit: str = STEP) -> Update:
    """The title of an axis: that of a branch says from where it counts."""
    if origin is None:
        return {"xaxis.title.text": shown(unit)}
    if unit == STEP:
        return {"xaxis.title.text": _("step since run {number} began", number=origin.root)}
    return {"xaxis.title.text": _("epoch since run {number} began", number=origin.root)}


def run_end(step: int, total_steps: int | None, unit: int = 1) -> float:
    """The end of an axis in units of `unit` steps: a round number from `step` on, at most the length of the run.

    >>> run_end(3, 937), run_end(650, 937), run_end(900, 937), run_end(1200, 937), run_end(3, None)
    (10.0, 800.0, 937.0, 2000.0, 10.0)
    """
    end = nice_ceiling(max(step, SHORTEST) / unit)
    return min(end, total_steps / unit) if total_steps and step <= total_steps else end
