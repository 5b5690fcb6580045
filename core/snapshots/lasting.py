"""Which of a run's snapshots outlast it: few enough to be written beside its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.snapshots.packed_state import PackedState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from core.snapshots.trainer_state import TrainerState

MOST = 32
MOST_BYTES = 16_000_000


@dataclass(frozen=True)
class Lasting:
    """The snapshots that stay of a run: their `steps`, rising, and of those that the asker did not have the states."""

    steps: tuple[int, ...] = ()
    new: tuple[PackedState, ...] = ()

    @classmethod
    def of(cls, states: Sequence[TrainerState], known: Collection[int] = ()) -> Lasting:
        """The lasting ones of all `states`, of which the asker has those at the steps `known`."""
        kept = thinned_out(states)
        new = tuple(PackedState.of(state) for state in kept if state.step not in known)
        return cls(tuple(state.step for state in kept), new)


def thinned_out(
    states: Sequence[TrainerState], most: int = MOST, most_bytes: int = MOST_BYTES
) -> tuple[TrainerState, ...]:
    """Those of `states`, by step, that stay: the first, the newest, and evenly between them as many as may.

    Where even the newest one alone has more bytes than allowed there is none. Of a run that has gone on mostly the
    same ones stay, since every second one goes.
    """
    kept = list(states)
    while len(kept) > 2 and not _fit(kept, most, most_bytes):
        kept = [*kept[:-1:2], kept[-1]]
    if not _fit(kept, most, most_bytes):
        kept = kept[-1:]
    return tuple(kept) if _fit(kept, most, most_bytes) else ()


def _fit(states: Sequence[TrainerState], most: int, most_bytes: int) -> bool:
    return len(states) <= most and sum(state.nbytes for state in states) <= most_bytes
