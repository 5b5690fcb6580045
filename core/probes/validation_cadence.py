"""When a run is validated sooner than its turn: soon after Play, often at first, and then now and then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.probes.probe_turn import TurnOfGroup

LEAST_LOOKS = 20  # of the probe that validates in a run, whatever they cost
EARLY = 1.25  # times the step of the last look, at which it looks again: at first a model changes most
LEAST_SHARE = 1 / 3  # of the time played, which even these may take at most
FIRST_LOOK_S = 0.25  # of playing, after which it looks before all others
LONGEST_GROUP_S = 0.5  # of a look that is awaited since Play: others take longer than their first point may wait


@dataclass(frozen=True)
class Moment:
    """Where a run stands.

    Attributes:
        step: The updates made.
        total_steps: Those of the whole run; 0 where that is not known.
        now: Seconds played.
        gap: The least number of seconds between two looks whose findings are drawn side by side.
        drawn: When the last such look ended, in seconds played.
    """

    step: int
    total_steps: int
    now: float
    gap: float
    drawn: float


class ValidationCadence:
    """Tells when validation cannot wait for the group that it belongs to."""

    def __init__(self) -> None:
        self._playing_from: float | None = None  # in seconds played, until a look after Play

    def play(self, now: float) -> None:
        """Note that the run plays from `now` on."""
        self._playing_from = now

    def rest(self) -> None:
        """Note that it was validated, or began again."""
        self._playing_from = None

    @property
    def is_awaited(self) -> bool:
        """True from Play until it was validated."""
        return self._playing_from is not None

    def has_just_begun(self, now: float) -> bool:
        """Return True in the first moment after Play: no look may begin that validation would have to wait for."""
        return self._playing_from is not None and now - self._playing_from < FIRST_LOOK_S

    def is_pressing(self, turn: TurnOfGroup, at: Moment) -> bool:
        """Return True if validation, whose own turn is `turn`, is to look now."""
        since = at.step - turn.step
        if not since or not at.total_steps:
            return False
        if self._playing_from is not None and not self.has_just_begun(at.now):
            return True
        held_back = self.has_just_begun(at.now) or at.now - at.drawn < at.gap
        if held_back and turn.hurries and since >= turn.steps_apart(at.total_steps):
            return True
        is_early = at.step >= EARLY * turn.step and not held_back
        return (since >= max(1, at.total_steps / LEAST_LOOKS) or is_early) and is_affordable(turn, at.now)


def is_late(turn: TurnOfGroup, step: int, total_steps: int) -> bool:
    """Return True if a short run would be over before its curve of validation has enough points."""
    return turn.hurries and 0 < total_steps <= LEAST_LOOKS * (step - turn.step)


def is_affordable(turn: TurnOfGroup, now: float, gap: float = 0.0) -> bool:
    """Return True if looks at this distance take little enough of the time, and of the page's."""
    waited = now - turn.ended
    return turn.longest <= LEAST_SHARE * waited and (len(turn.names) == 1 or waited >= gap)
