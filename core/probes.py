"""Probes: what is worth knowing of a run besides its record, and costs time to find out.

The validation loss, the loss along the next update, the curvature, what a model answers: each is a probe
that the run's worker calls between two updates. Only probes that somebody watches are called. They divide a
share of the time evenly among them, so that training keeps its throughput however many there are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from core.trainer import Trainer

SHARE = 0.05  # of the time at full speed, for all probes that are wanted
GAP_SECONDS = 0.4  # at full speed between two looks: each has the page draw a chart anew, at the expense of the others
PAUSE_AFTER_COMPILING = 2.0  # times as long as the first call of a probe took, before another is called first
SHARE_WHEN_IDLE = 0.3  # at a set pace the time between updates is free, but the page wants its part too


class Probe(Protocol):
    """One thing to find out about a trainer between two updates; it takes no step and changes nothing."""

    def look(self, trainer: Trainer) -> Any:
        """What is found where the trainer stands now."""

    def forget(self) -> None:
        """Forgets what was found before: the run starts again."""


@dataclass(frozen=True, eq=False)  # each one is an event of its own; its arrays have no single equality
class Finding:
    """What a probe found after `step` updates, and how many seconds that took."""

    step: int
    value: Any
    seconds: float


@dataclass
class _Turn:
    """When a probe was last called and when it may be called again."""

    step: int = -1
    ended: float = -1e9
    cost: float = 0.0

    @property
    def called(self) -> bool:
        """Whether it was called before: the first call compiles."""
        return self.step >= 0


@dataclass
class Probes:
    """The probes of one run and their newest findings. `watched` names those that are wanted now."""

    probes: Mapping[str, Probe]
    clock: Callable[[], float] = time.perf_counter
    always: frozenset[str] = frozenset()  # called whether or not somebody watches
    undrawn: frozenset[str] = frozenset()  # what these find is drawn on demand only: no gap is kept
    watched: frozenset[str] = frozenset()
    findings: dict[str, Finding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turns = {name: _Turn() for name in self.probes}
        self._compiled_until = 0.0  # until then training has its turn

    def forget(self) -> None:
        """Forgets all findings: the run starts again."""
        self.findings = {}
        self._turns = {name: _Turn() for name in self.probes}
        for probe in self.probes.values():
            probe.forget()

    def next_due(self, step: int, share: float | None, gap: float = 0.0) -> str | None:
        """The wanted probe that waited longest among those due at `step`; None if none is.

        A probe is due when its last finding is of another step and, unless `share` is None (the run
        rests), the time since then is long enough for its cost to be at most its part of `share`, and at
        least `gap` seconds.
        """
        now = self.clock()
        wanted = [name for name in self.probes if name in self.watched | self.always]
        part = None if share is None else share / max(len(wanted), 1)
        due = [name for name in wanted if self._is_due(name, step, part, gap, now)]
        if share is not None and now < self._compiled_until:
            due = [name for name in due if self._turns[name].called]
        return min(due, key=lambda name: self._turns[name].ended, default=None)

    def _is_due(self, name: str, step: int, part: float | None, gap: float, now: float) -> bool:
        turn = self._turns[name]
        if turn.step == step:
            return False
        least = 0.0 if name in self.undrawn else gap
        return part is None or now - turn.ended >= max(least, turn.cost * (1 / part - 1))

    def look(self, name: str, trainer: Trainer) -> Finding:
        """Calls the probe `name` and keeps what it found."""
        started = self.clock()
        value = self.probes[name].look(trainer)
        ended = self.clock()
        turn = self._turns[name]
        # The first call compiles: it says nothing about what the next one costs.
        turn.cost = ended - started if turn.called else 0.0
        if not turn.called:
            self._compiled_until = ended + PAUSE_AFTER_COMPILING * (ended - started)
        turn.step, turn.ended = trainer.step, ended
        finding = Finding(trainer.step, value, ended - started)
        self.findings = {**self.findings, name: finding}
        return finding
