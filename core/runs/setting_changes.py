"""Marks: where in a run a live setting changed."""

from __future__ import annotations

from dataclasses import dataclass

MOST_MARKS = 1000  # the newest; a slider dragged for minutes leaves that many


@dataclass(frozen=True)
class SettingChange:
    """A live setting that changed: `name` went from `old` to `new` and holds from update `step` on."""

    step: int
    name: str
    old: float
    new: float


def with_mark(marks: list[SettingChange], mark: SettingChange) -> list[SettingChange]:
    """A new list with `mark` at its end; several changes of a setting between two updates are one."""
    if marks and (marks[-1].step, marks[-1].name) == (mark.step, mark.name):
        marks, mark = marks[:-1], SettingChange(mark.step, mark.name, marks[-1].old, mark.new)
    return [*marks, mark][-MOST_MARKS:]
