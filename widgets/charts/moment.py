"""One consistent moment of a run of two parameters, which its charts draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.geometry.blow_up import BlowUp
    from core.geometry.step_view import StepView
    from core.history.band import Band
    from core.runs.past.setting_changes import SettingChange
    from core.training.step_record import Observation
    from widgets.charts.origin import Origin


@dataclass(frozen=True)
class Moment:
    """A run as it stood after `seen.step` updates.

    `rows` are columns of its history thinned for display, ending before `seen.step`; rows that were
    recorded after the observation are left out, so that all charts of a frame show the same step. A run that diverged
    in its last update stands where that began; `blow_up` says from where the loss rose to there.
    """

    seen: Observation
    view: StepView
    rows: Mapping[str, np.ndarray]
    marks: Sequence[SettingChange]
    diverged: bool = False
    blow_up: BlowUp | None = None
    total_steps: int | None = None  # of the run, where that is known
    band: Band | None = None  # of the losses before `seen.step`, where `rows` leave some out
    origin: Origin | None = None  # of a branch, where its parent is kept

    @property
    def start(self) -> float:
        """The place of step 0 on an axis of steps: that of a branch counts from the start of what it left."""
        return 0.0 if self.origin is None else self.origin.steps

    @property
    def step(self) -> int:
        """The number of updates that led to this point."""
        return self.seen.step

    @property
    def point(self) -> np.ndarray:
        """The parameters now, float64 (2,)."""
        return self.seen.parameters

    def path(self, index: int) -> np.ndarray:
        """Parameter `index` at the displayed steps and now."""
        return self._up_to_now(self.rows[f"parameter_{index}"], self.point[index])

    def steps(self) -> np.ndarray:
        """The places of the displayed steps and of this one, float64 so that no step is rounded."""
        return self.start + self._up_to_now(self.rows["step"], self.step).astype(float)

    def losses(self) -> np.ndarray:
        """The loss at the displayed steps and now."""
        return self._up_to_now(self.rows["loss"].astype(float), self.seen.loss)

    def _up_to_now(self, rows: np.ndarray, now: float) -> np.ndarray:
        """`rows` and the value now, unless that is the last row's once more."""
        return rows if self.diverged and len(rows) else np.append(rows, now)
