"""The snapshots of a run, few enough to be held: the further it goes, the wider they stand apart."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.snapshots.trainer_state import TrainerState

MOST = 512
MOST_BYTES = 128_000_000  # 10 000 steps of a small CNN with Adam: 22 to 45 apart, made again in a quarter of a second


class Snapshots:
    """States of one run by step, bounded in number and bytes; the first one stays.

    Where there are too many, every second one goes and the distance between two is doubled.
    """

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self.forget()

    def __len__(self) -> int:
        return len(self._states)

    @property
    def nbytes(self) -> int:
        """Bytes of all of them."""
        return sum(state.nbytes for state in self._states)

    @property
    def states(self) -> tuple[TrainerState, ...]:
        """All of them, by step."""
        return tuple(self._states)

    def forget(self) -> None:
        """Forgets all: the run begins again."""
        self._states: list[TrainerState] = []
        self._stride = 1

    def is_due(self, step: int) -> bool:
        """True if `step` is far enough behind the newest one."""
        return not self._states or step - self._states[-1].step >= self._stride

    def add(self, state: TrainerState) -> None:
        """Adds a state of a later step."""
        self._states.append(state)
        while len(self._states) > 1 and (len(self._states) > self._most or self.nbytes > self._most_bytes):
            self._states = self._states[::2]
            self._stride *= 2

    def take(self, states: Iterable[TrainerState]) -> None:
        """Adds states of later steps that were kept; the next one is due as far behind them as they stand apart."""
        for state in states:
            if self._states and state.step > self._states[-1].step:
                self._stride = max(self._stride, (state.step - self._states[-1].step) // 2)
                self.add(state)

    def before(self, step: int) -> TrainerState | None:
        """The newest one of a step that is not after `step`; None if there is none."""
        place = bisect_right(self._states, step, key=lambda state: state.step)
        return self._states[place - 1] if place else None

    def drop_after(self, step: int) -> None:
        """Forgets those of later steps."""
        self._states = [state for state in self._states if state.step <= step]
