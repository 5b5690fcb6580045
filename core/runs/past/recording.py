"""What a run has recorded: its histories, the changes of its settings, and the way back to any of its steps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.history.run_histories import RunHistories
from core.runs.past.rewind import Rewind
from core.runs.past.setting_changes import TOTAL_STEPS, LiveRecord, SettingChange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.runs.past.kept_past import KeptPast
    from core.snapshots.trainer_state import TrainerState
    from core.training.step_record import Steps
    from core.training.trainer import Trainer


class Recording:
    """Records a trainer's updates, and makes recorded ones again after the trainer was taken back.

    Its methods are called by the thread of the run; `histories` and `live`, which are replaced as a whole, and
    `recorded` may be read by any.
    """

    def __init__(self) -> None:
        self.histories: RunHistories | None = None
        self.live = LiveRecord()
        self._rewind = Rewind()

    @property
    def recorded(self) -> int:
        """How many updates were recorded: as far as the run can be wound."""
        return self._rewind.recorded

    @property
    def states(self) -> tuple[TrainerState, ...]:
        """The snapshots along the run, by step."""
        return self._rewind.snapshots.states

    def is_past(self, trainer: Trainer) -> bool:
        """True if the trainer stands before what was recorded."""
        return self._rewind.is_past(trainer)

    def announce(self, trainer: Trainer) -> None:
        """Has empty histories of a trainer's layers, before the run begins."""
        self.histories = RunHistories(0, trainer.layer_names)

    def begin(self, trainer: Trainer, n_parameters: int) -> None:
        """Begins with a run at its start, of whose parameters `n_parameters` are recorded."""
        self.histories = RunHistories(n_parameters, trainer.layer_names)
        self.live = self.live.begun_again()
        self._rewind.begin(trainer)

    def take(self, trainer: Trainer, past: KeptPast) -> bool:
        """Takes what was kept of a run for the past of one at its start; False if it is of another model."""
        states = past.states_for(trainer.values())
        if not states or self.histories is None:
            return False
        histories = RunHistories(self.histories.n_parameters, trainer.layer_names)
        histories.take(past.rows(), past.by_layer)
        self.histories, self.live = histories, replace(past.live, start=self.live.start)
        self._rewind.take(trainer, states, past.recorded)
        return True

    def advance(self, trainer: Trainer, count: int) -> Steps:
        """Makes up to `count` updates and records them, or makes recorded ones again."""
        assert self.histories is not None
        if self.is_past(trainer):
            return self._rewind.advance(trainer, count)
        steps = trainer.advance(count)
        self.histories.append(steps)
        return steps

    def note(self, trainer: Trainer, played: float) -> None:
        """Takes a snapshot if one is due; `played` are the seconds that the run has played."""
        self._rewind.note(trainer, played)

    def go_to(self, trainer: Trainer, step: int, goes_on: Callable[[], bool]) -> None:
        """Brings the trainer to a step, or the nearest that was recorded, as long as `goes_on()`."""
        self._rewind.go_to(trainer, min(max(step, 0), self.recorded), self.live.asked, goes_on)

    def fork(self, trainer: Trainer) -> bool:
        """Forgets what came after the trainer's step, if anything did; returns whether."""
        if self.histories is None or not self.is_past(trainer):
            return False
        step = trainer.step
        self.live, self.histories = self.live.before(step), self.histories.before(step)
        self._rewind.cut(step)
        return True

    def set(self, trainer: Trainer, settings: Mapping[str, float], dragged: frozenset[str]) -> None:
        """Gives the trainer other live settings, of which some are `dragged`, and notes their change."""
        before, rate = trainer.hyper(), trainer.base_rate
        trainer.set(**settings)
        self.live = self.live.with_settings(trainer.step, settings, before, trainer.hyper(), rate, dragged)

    def note_total(self, trainer: Trainer, before: int, total: int) -> None:
        """Notes that the run became longer or shorter."""
        self.live = self.live.with_asked(SettingChange(trainer.step, TOTAL_STEPS, before, total))

    def last_row(self, trainer: Trainer) -> dict[str, int | float] | None:
        """The record of the update that the trainer made last; None before the first."""
        if self.histories is None:
            return None
        history = self.histories.history
        return history.row_of(trainer.step - 1) if self.is_past(trainer) else history.last()
