"""Probes that take as long as they are told to, by a clock that is told too."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from core.training.probe import Probe

if TYPE_CHECKING:
    from core.probes.probe_schedule import ProbeSchedule


class Clock:
    """Seconds that pass when told to."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Slow(Probe[Any]):
    """A probe that takes `cost` seconds and finds the trainer's step."""

    def __init__(self, clock: Clock, cost: float) -> None:
        self._clock, self._cost, self.forgotten = clock, cost, 0
        self.steps: list[int] = []

    def look(self, snapshot: Any) -> int:
        self._clock.seconds += self._cost
        self.steps.append(snapshot.step)
        return snapshot.step

    def forget(self) -> None:
        self.forgotten += 1


def at(step: int) -> Any:
    return SimpleNamespace(step=step)


def next_due(probes: ProbeSchedule, *arguments: Any, **more: Any) -> str | None:
    """The probe that is called next, of those that were called before; it looks alone."""
    names = probes.next_group(*arguments, **more)
    assert len(names) < 2
    return names[0] if names else None


def due(probes: ProbeSchedule, step: int, share: float | None, gap: float = 0.0) -> str | None:
    """The probe that is called next, new or not."""
    return probes.next_new() or next_due(probes, step, share, gap)
