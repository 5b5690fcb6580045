"""The changes of live settings in the course of a run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CHANGES = 1000  # the newest; a slider dragged for minutes leaves that many
TOTAL_STEPS = "total_steps"  # the run's length, which is asked for as live settings are


@dataclass(frozen=True)
class SettingChange:
    """A live setting that changed: `name` went from `old` to `new` and holds from update `step` on."""

    step: int
    name: str
    old: float
    new: float


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

    def with_settings(
        self,
        step: int,
        asked: Mapping[str, float],
        before: Mapping[str, float],
        after: Mapping[str, float],
        base_rate: float,
    ) -> Self:
        """The record with the settings `asked` for after `step` updates.

        `before` and `after` are those that updates went by and go by; `base_rate` was the rate asked for before.
        """
        live = self
        for name, value in asked.items():
            old = base_rate if name == "learning_rate" else before[name]
            live = live.with_asked(SettingChange(step, name, old, value))
            live = live.with_mark(SettingChange(step, name, before[name], after[name]))
        return live

    def with_asked(self, change: SettingChange) -> Self:
        """The record with one more change that was asked for."""
        if change.step == 0:
            return replace(self, start={**self.start, change.name: change.new})
        return self if change.old == change.new else replace(self, asked=_with(self.asked, change))

    def with_mark(self, mark: SettingChange) -> Self:
        """The record with one more mark, unless nothing changed or no step was taken yet."""
        return self if mark.step == 0 or mark.old == mark.new else replace(self, marks=_with(self.marks, mark))


def latest(changes: tuple[SettingChange, ...]) -> dict[str, float]:
    """The values that settings have after `changes`.

    >>> latest((SettingChange(3, "momentum", 0.0, 0.5), SettingChange(8, "momentum", 0.5, 0.9)))
    {'momentum': 0.9}
    """
    return {change.name: change.new for change in changes}


def _with(changes: tuple[SettingChange, ...], change: SettingChange) -> tuple[SettingChange, ...]:
    """`changes` with one more at their end; several changes of a setting between two updates are one."""
    if changes and (changes[-1].step, changes[-1].name) == (change.step, change.name):
        changes, change = changes[:-1], replace(change, old=changes[-1].old)
    return (*changes, change)[-MOST_CHANGES:]
