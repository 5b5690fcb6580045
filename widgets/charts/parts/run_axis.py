"""The horizontal axis of a run: its updates, counted in steps or in epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.language import N_, _, shown
from widgets.charts.choice import Choice
from widgets.charts.parts.axis_ranges import nice_ceiling

if TYPE_CHECKING:
    from widgets.charts.model_moment import ModelMoment

SHORTEST = 10  # steps
STEP, EPOCH = N_("step"), N_("epoch")
AXIS = Choice("axis", N_("Horizontal axis"), (STEP, EPOCH), default=STEP)


@dataclass(frozen=True)
class RunAxis:
    """`unit` is "step" or "epoch"; an epoch is one pass over the training examples."""

    unit: str = STEP

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
        return np.asarray(steps, float) / self.steps_per_unit(moment)

    def end(self, moment: ModelMoment) -> float:
        """The end of the axis: a round number at or beyond the present step, but not beyond the run's end."""
        return run_end(moment.step, moment.total_steps, self.steps_per_unit(moment))


def run_end(step: int, total_steps: int | None, unit: int = 1) -> float:
    """The end of an axis in units of `unit` steps: a round number from `step` on, at most the length of the run.

    >>> run_end(3, 937), run_end(650, 937), run_end(900, 937), run_end(1200, 937), run_end(3, None)
    (10.0, 800.0, 937.0, 2000.0, 10.0)
    """
    end = nice_ceiling(max(step, SHORTEST) / unit)
    return min(end, total_steps / unit) if total_steps and step <= total_steps else end
