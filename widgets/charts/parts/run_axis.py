"""The horizontal axis of a run: its updates, counted in steps or in epochs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from widgets.board.panel import Switch
from widgets.charts.model_moment import ModelMoment
from widgets.charts.parts.axis_ranges import nice_ceiling

SHORTEST = 10  # steps


@dataclass(frozen=True)
class RunAxis:
    """`unit` is "step" or "epoch"; an epoch is one pass over the training examples."""

    unit: str = "step"

    @property
    def switch(self) -> Switch:
        """The choice of the unit."""
        return Switch("axis", ("step", "epoch"), self.unit, "Horizontal axis")

    @property
    def hover(self) -> str:
        """What a hover says of the place."""
        return "step %{x}" if self.unit == "step" else "epoch %{x:.2f}"

    def steps_per_unit(self, moment: ModelMoment) -> int:
        """How many updates one unit of the axis is."""
        return 1 if self.unit == "step" else moment.steps_per_epoch

    def places(self, steps: np.ndarray, moment: ModelMoment) -> np.ndarray:
        """Where `steps` are on the axis, float64."""
        return np.asarray(steps, float) / self.steps_per_unit(moment)

    def end(self, moment: ModelMoment) -> float:
        """Where the axis ends."""
        return nice_ceiling(max(moment.step, SHORTEST) / self.steps_per_unit(moment))
