"""ProbeSchedule: which probe of a run is called next, and what each has found.

The validation loss, the loss along the next update, the curvature, the model's answers: each is found by a
probe, which looks at a copy of the trainer's state in a thread of its own. Only probes that somebody watches are
called. They share a part of the time played, so that training keeps its throughput however many probes there
are and however often the run pauses.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.probes.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Set

    from core.training.probe import Probe
    from core.training.trainer_snapshot import TrainerSnapshot

SHARE = 0.025  # part of the time played at full speed that all wanted probes take together
GAP_SECONDS = 0.4  # between two looks of a probe at full speed: each has the page draw a chart, at the others' expense
UNDRAWN_GAP = 0.25  # of GAP_SECONDS, where nothing is drawn: each look costs a copy of the weights
LOOKS_ALONG = 40  # looks of a probe that draws a curve along the run: enough for its shape in however short a run
SECONDS_ALONG = 1.0  # that such a probe may take beyond its share to look so often
SHARE_WHEN_IDLE = 0.3  # at a set pace the time between updates is free, but the page wants its part too


@dataclass
class _Turn:
    """The last call of a probe, and its cost."""

    step: int = -1
    ended: float = -1e9  # in seconds played
    cost: float = 0.0  # seconds of the last call; 0 for the first, which compiles
    called: bool = False
    spent: float = 0.0  # seconds of all calls


@dataclass
class ProbeSchedule:
    """The probes of one run and their newest findings. `watched` names those that are wanted now.

    One thread may look while another asks what is due, or has all be forgotten.
    """

    probes: Mapping[str, Probe[Any]]
    clock: Callable[[], float] = time.perf_counter
    played: Callable[[], float] | None = None  # the seconds that are shared, without the pauses; None: the clock's
    always: frozenset[str] = frozenset()  # called whether or not somebody watches
    undrawn: frozenset[str] = frozenset()  # what these find is drawn on demand only
    weights: Mapping[str, int] = field(default_factory=dict)  # parts of the share, where it is not 1
    along: frozenset[str] = frozenset()  # of what these find a curve along the run is drawn
    undisturbed: frozenset[str] = frozenset()  # these measure times: after the first look all else waits for them
    watched: frozenset[str] = frozenset()
    findings: dict[str, Finding] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()  # not called again
    total_steps: int = 0  # of the run; 0: not known

    def __post_init__(self) -> None:
        self._turns = {name: _Turn() for name in self.probes}
        self._outdated: set[str] = set()  # probes that still know of the run as it was before it began again
        self._beginning = 0  # how often it began again
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Forget all findings, that of a look under way too: the run starts again."""
        with self._lock:
            self.findings = {}
            self._turns = {name: _Turn() for name in self.probes}
            self._outdated = set(self.probes)
            self._beginning += 1

    def give_up(self, name: str) -> None:
        """Never call the probe `name` again."""
        self.failed |= {name}

    def is_done_at(self, step: int) -> bool:
        """Return True if what is always looked for was found at `step`, as far as it can be."""
        found = self.findings
        return all(name in found and found[name].step == step for name in self.always - self.failed)

    def next_due(
        self, step: int, share: float | None, gap: float = 0.0, apart_from: Set[str] = frozenset()
    ) -> str | None:
        """Return the probe that waited longest among those due at `step` that were called before; None if none is.

        A probe is due when it is wanted, its last finding is of another step and, unless `share` is None
        (the run rests), the time played since then is long enough for its cost to be at most its part of
        `share`, and at least `gap` seconds. What draws a curve along the run is due sooner while it has to
        hurry, see `stride`.
        """
        now = self._now()
        wanted = self._wanted()
        weights = {name: self.weights.get(name, 1) for name in wanted}
        part = None if share is None else share / max(sum(weights.values()), 1)
        known = [name for name in wanted if self._turns[name].called and name not in apart_from]
        parts = {name: None if part is None else part * weights[name] for name in known}
        due = [name for name in known if self._is_due(name, step, parts[name], gap, now)]
        return min(due, key=lambda name: self._turns[name].ended, default=None)

    @property
    def stride(self) -> int | None:
        """Steps between two looks of the probes that draw curves along the run; None while these keep to their share.

        A small model has finished before the share allows a second look: the curve would be a straight line.
        """
        hurried = [name for name in self._wanted() if self._turns[name].called and self._hurries(name)]
        return min((self._steps_apart(name) for name in hurried), default=None)

    def next_new(self, apart_from: Set[str] = frozenset()) -> str | None:
        """Return the first wanted probe that was never called: it compiles, and should not keep others waiting."""
        return next((n for n in self._wanted() if not self._turns[n].called and n not in apart_from), None)

    def _now(self) -> float:
        return (self.played or self.clock)()

    def _wanted(self) -> list[str]:
        return [name for name in self.probes if name in (self.watched | self.always) - self.failed]

    def _is_due(self, name: str, step: int, part: float | None, gap: float, now: float) -> bool:
        turn = self._turns[name]
        if turn.step == step:
            return False
        if self._hurries(name) and step - turn.step >= self._steps_apart(name):
            return True
        least = UNDRAWN_GAP * gap if name in self.undrawn else gap
        return part is None or now - turn.ended >= max(least, turn.cost * (1 / part - 1))

    def _hurries(self, name: str) -> bool:
        return self.total_steps > 0 and name in self.along and self._turns[name].spent < SECONDS_ALONG

    def _steps_apart(self, name: str) -> int:
        """Steps between two looks of a probe; expensive ones are spaced so that SECONDS_ALONG covers the whole run."""
        return max(1, self.total_steps // LOOKS_ALONG, round(self.total_steps * self._turns[name].cost / SECONDS_ALONG))

    def look(self, name: str, snapshot: TrainerSnapshot, copying: float = 0.0) -> Finding | None:
        """Call the probe `name` and keep what it finds.

        Args:
            name: The probe.
            snapshot: Where it looks.
            copying: How many seconds `snapshot` took to be made, which counts as part of the look's cost.

        Returns:
            What it found; None if the run began again meanwhile.
        """
        with self._lock:
            beginning, outdated = self._beginning, name in self._outdated
            self._outdated.discard(name)
        if outdated:
            self.probes[name].forget()
        started = self.clock()
        value = self.probes[name].look(snapshot)
        seconds = self.clock() - started + copying
        finding = Finding(snapshot.step, value, seconds)
        with self._lock:
            if beginning != self._beginning:
                return None
            turn = self._turns[name]
            # The first call compiles: it says nothing about what the next one costs, and measures no times.
            turn.cost = seconds if turn.called else 0.0
            turn.spent += turn.cost
            turn.step = snapshot.step if turn.called or name not in self.undisturbed else -1
            turn.ended, turn.called = self._now(), True
            self.findings = {**self.findings, name: finding}
        return finding
