"""Rewinding: a run's trainer goes back to any step that was recorded, and forward again, by the updates it made.

Snapshots are taken along the run within a small share of its time; from the one before the step wanted, the same
updates are made again: the same batches, and the changes of live settings where they were made.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.runs.past.setting_changes import TOTAL_STEPS
from core.snapshots.snapshots import Snapshots
from core.snapshots.trainer_state import TrainerState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.runs.past.setting_changes import SettingChange
    from core.training.step_record import Steps
    from core.training.trainer import Trainer

SHARE = 0.01  # of the time played that snapshots may take


class Rewind:
    """What it takes to go back. `recorded` is how many updates were recorded: as far as a run can be wound."""

    def __init__(self) -> None:
        self.snapshots = Snapshots()
        self.recorded = 0
        self._pending: list[SettingChange] = []  # that were made after the present step
        self._next_at = 0.0

    def begin(self, trainer: Trainer) -> None:
        """Begins with a run at its start."""
        self.snapshots.forget()
        self.recorded, self._pending, self._next_at = 0, [], 0.0
        self.snapshots.add(TrainerState(trainer.step, trainer.values()))

    def take(self, trainer: Trainer, states: Iterable[TrainerState], recorded: int) -> None:
        """Begins with a run at its start, of which `recorded` updates are behind and `states` were kept."""
        self.begin(trainer)
        self.snapshots.take(states)
        self.recorded = recorded

    def note(self, trainer: Trainer, played: float) -> None:
        """Takes a snapshot if one is due; `played` are the seconds that the run has played."""
        if trainer.step <= self.recorded:
            return
        self.recorded = trainer.step
        if trainer.diverged or played < self._next_at or not self.snapshots.is_due(trainer.step):
            return
        started = time.perf_counter()
        self.snapshots.add(TrainerState(trainer.step, trainer.values()))
        self._next_at = played + (time.perf_counter() - started) / SHARE

    def is_past(self, trainer: Trainer) -> bool:
        """True if the trainer stands before what was recorded."""
        return trainer.step < self.recorded

    def go_to(self, trainer: Trainer, step: int, asked: Sequence[SettingChange], goes_on: Callable[[], bool]) -> None:
        """Brings `trainer` to `step`, which was recorded, as long as `goes_on()`.

        `asked` are all changes of live settings in the order of their steps.
        """
        nearest = self.snapshots.before(step)
        is_behind = trainer.step <= step and not trainer.diverged
        if trainer.step != step and nearest is not None and not (is_behind and trainer.step >= nearest.step):
            trainer.resume(nearest.step, nearest.values)
            self._pending = [change for change in asked if change.step >= nearest.step]
        while trainer.step < step and not trainer.diverged and goes_on():
            self.advance(trainer, min(step - trainer.step, trainer.longest_call))

    def advance(self, trainer: Trainer, count: int) -> Steps:
        """Makes up to `count` updates once more, fewer where a setting was changed; never beyond what was recorded."""
        self._change(trainer)
        following = [change.step - trainer.step for change in self._pending]
        steps = trainer.advance(min(count, self.recorded - trainer.step, *following))
        if trainer.step >= self.recorded:
            self._change(trainer)
        return steps

    def cut(self, step: int) -> None:
        """Forgets what came after `step`: from here the run takes another way."""
        self.snapshots.drop_after(step)
        self.recorded, self._pending = step, []

    def _change(self, trainer: Trainer) -> None:
        """Makes the changes that were made at the present step."""
        while self._pending and self._pending[0].step <= trainer.step:
            change = self._pending.pop(0)
            if change.name == TOTAL_STEPS:
                trainer.set_total(int(change.new))
            else:
                trainer.set(**{change.name: change.new})
