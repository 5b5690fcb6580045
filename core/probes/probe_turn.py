"""ProbeTurn: when a probe last looked, and what its looks cost."""

from __future__ import annotations

from dataclasses import dataclass

LOOKS_ALONG = 40  # looks of a probe that draws a curve along the run: enough for its shape in however short a run
SECONDS_ALONG = 1.0  # that such a probe may take beyond its share to look so often


@dataclass
class ProbeTurn:
    """The last call of a probe, and its cost. Times are in seconds played."""

    step: int = -1
    ended: float = -1e9
    cost: float = 0.0  # seconds of the last call; 0 for the first, which compiles
    called: bool = False
    spent: float = 0.0  # seconds of all calls
    longest: float = 0.0  # seconds that the next call may take: those of the last one, also of the first

    def note(self, step: int, seconds: float, ended: float, undisturbed: bool) -> None:
        """Take a look at `step` into account; an `undisturbed` one looks at its first step once more."""
        # The first call compiles: it says nothing about what the next one costs, and measures no times.
        self.cost = seconds if self.called else 0.0
        self.spent += self.cost
        self.longest = seconds
        self.step = step if self.called or not undisturbed else -1
        self.ended, self.called = ended, True


@dataclass(frozen=True)
class TurnOfGroup:
    """Probes that look at one copy of the weights, as old as the oldest of what they found.

    Attributes:
        names: The probes.
        step: The step of the oldest look.
        ended: When that ended, in seconds played.
        cost: Seconds that one look of them all takes.
        spent: Seconds of all their looks.
        longest: Seconds that one look of them all may take, as far as is known.
    """

    names: tuple[str, ...]
    step: int
    ended: float
    cost: float
    spent: float
    longest: float

    @classmethod
    def of(cls, turns: dict[str, ProbeTurn]) -> TurnOfGroup:
        """Return the turn of the probes in `turns`, at least one."""
        each = turns.values()
        return cls(
            tuple(turns),
            min(turn.step for turn in each),
            min(turn.ended for turn in each),
            sum(turn.cost for turn in each),
            sum(turn.spent for turn in each),
            sum(turn.longest for turn in each),
        )

    @property
    def hurries(self) -> bool:
        """True while these, if they draw a curve along the run, may take more than their share for it."""
        return self.spent < SECONDS_ALONG

    def steps_apart(self, total_steps: int) -> int:
        """Return the steps between two looks; expensive ones are spaced so that SECONDS_ALONG covers the whole run."""
        return max(1, total_steps // LOOKS_ALONG, round(total_steps * self.cost / SECONDS_ALONG))
