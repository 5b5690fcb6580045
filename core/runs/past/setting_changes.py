"""The changes of live settings in the course of a run."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MOST_CHANGES = 1000  # the newest; a slider dragged for minutes leaves that many
TOTAL_STEPS = "total_steps"  # the run's length, which is asked for as live settings are
DRAG_SECONDS = 1.0  # a hand that drags a slider rests no longer; nobody types two values so soon after one another


@dataclass(frozen=True)
class SettingChange:
    """A live setting that changed: `name` went from `old` to `new` and holds from update `step` on.

    One that is `dragged` goes on with the change of that setting before it: both are one movement of a hand.
    """

    step: int
    name: str
    old: float
    new: float
    dragged: bool = False


class Drags:
    """Tells by the time between them which changes of a setting are one drag of its slider.

    >>> seconds = iter((10.0, 10.5, 12.0))
    >>> drags = Drags(lambda: next(seconds))
    >>> [sorted(drags.among(["momentum"])) for _change in range(3)]
    [[], ['momentum'], []]
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells the time in seconds."""
        self._clock = clock
        self._changed_at: dict[str, float] = {}

    def among(self, names: Iterable[str]) -> frozenset[str]:
        """The settings among `names`, which change now, that have changed less than `DRAG_SECONDS` ago."""
        now, before = self._clock(), self._changed_at
        self._changed_at = before | dict.fromkeys(names, now)
        return frozenset(name for name in names if name in before and now - before[name] < DRAG_SECONDS)


@dataclass(frozen=True)
class LiveRecord:
    """All changes of live settings since a run began; one immutable object, since other threads read it.

    Attributes:
        start: What was asked for before the first step.
        asked: The changes as they were asked for from then on, `TOTAL_STEPS` among them. The same updates with these
            changes at their steps, after `start`, make the same curve.
        marks: The changes of what the updates went by, for charts: of a scheduled rate what the schedule gave.
    """

    start: Mapping[str, float] = field(default_factory=dict)
    asked: tuple[SettingChange, ...] = ()
    marks: tuple[SettingChange, ...] = ()

    def begun_again(self) -> Self:
        """The record of a run that begins again with the settings it has now."""
        return type(self)({**self.start, **latest(self.asked)})

    def before(self, step: int) -> Self:
        """The record without what came at `step` and later."""
        asked, marks = (tuple(change for change in part if change.step < step) for part in (self.asked, self.marks))
        return replace(self, asked=asked, marks=marks)

    def values_at(self, step: int) -> dict[str, float]:
        """The values that the settings which were changed on the way had at `step`, before a change there.

        >>> live = LiveRecord(asked=(SettingChange(3, "momentum", 0.0, 0.5), SettingChange(8, "momentum", 0.5, 0.9)))
        >>> live.values_at(3), live.values_at(4), live.values_at(9)
        ({'momentum': 0.0}, {'momentum': 0.5}, {'momentum': 0.9})
        """
        first = {change.name: change.old for change in reversed(self.asked)}
        return first | latest(tuple(change for change in self.asked if change.step < step))

    def with_settings(
        self,
        step: int,
        asked: Mapping[str, float],
        before: Mapping[str, float],
        after: Mapping[str, float],
        base_rate: float,
        dragged: frozenset[str] = frozenset(),
    ) -> Self:
        """The record with the settings `asked` for after `step` updates, some of them `dragged`.

        `before` and `after` are those that updates went by and go by; `base_rate` was the rate asked for before.
        """
        live = self
        for name, value in asked.items():
            old = base_rate if name == "learning_rate" else before[name]
            live = live.with_asked(SettingChange(step, name, old, value, name in dragged))
            live = live.with_mark(SettingChange(step, name, before[name], after[name], name in dragged))
        return live

    def with_asked(self, change: SettingChange) -> Self:
        """The record with one more change that was asked for."""
        if change.step == 0:
            return replace(self, start={**self.start, change.name: change.new})
        return self if change.old == change.new else replace(self, asked=_with(self.asked, change))

    def with_mark(self, mark: SettingChange) -> Self:
        """The record with one more mark, unless nothing changed or no step was taken yet.

        A drag has one mark, where it has come to.
        """
        if mark.step == 0 or mark.old == mark.new:
            return self
        marks = self.marks
        if mark.dragged and marks and marks[-1].name == mark.name:
            marks, mark = marks[:-1], replace(mark, old=marks[-1].old)
        return replace(self, marks=_with(marks, replace(mark, dragged=False)))


def latest(changes: tuple[SettingChange, ...]) -> dict[str, float]:
    """The values that settings have after `changes`.

    >>> latest((SettingChange(3, "momentum", 0.0, 0.5), SettingChange(8, "momentum", 0.5, 0.9)))
    {'momentum': 0.9}
    """
    return {change.name: change.new for change in changes}


def _with(changes: tuple[SettingChange, ...], change: SettingChange) -> tuple[SettingChange, ...]:
    """`changes` with one more at their end; several changes of a setting between two updates are one."""
    if changes and (changes[-1].step, changes[-1].name) == (change.step, change.name):
        changes, change = changes[:-1], replace(change, old=changes[-1].old, dragged=changes[-1].dragged)
    return (*changes, change)[-MOST_CHANGES:]
