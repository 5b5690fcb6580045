"""A run as a browser keeps it while its page is opened anew: what it takes to bring it back to where it stood.

It comes back from a place where anybody can write, so all of it is checked as a link is.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.optimizers.registry import OPTIMIZERS
from core.runs.past.setting_changes import MOST_CHANGES, TOTAL_STEPS, SettingChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.runs.past.branch import Branch
    from core.runs.past.kept_past import KeptPast

MOST_STEPS = 10**15  # no run makes as many in a lifetime
PROGRAMS = ("xla", "graph", None)


@dataclass(frozen=True)
class SavedRun:
    """The place where a run stood; the same steps with the same changes make the same curve.

    Attributes:
        config: The settings it had last.
        step: The step that the page showed.
        changes: The changes of live settings that were asked for, in the order of their steps.
        program: The kind of compiled program it was trained by; None where there is no choice.
        seconds_per_update: How long an update took; None if it was not measured.
        playing: Whether it played.
        pace: Steps per second; None means as fast as possible.
        past: What was kept of it, by which it goes there without taking all steps again; None where nothing was.
        branch: Where it began, if that was with the weights of another run: no link and no script has these.
    """

    config: TrainingConfig
    step: int = 0
    changes: tuple[SettingChange, ...] = ()
    program: Literal["xla", "graph"] | None = None
    seconds_per_update: float | None = None
    playing: bool = False
    pace: float | None = None
    past: KeptPast | None = field(default=None, compare=False, repr=False)
    branch: Branch | None = field(default=None, repr=False)

    @property
    def start(self) -> dict[str, float]:
        """The live settings that were others at step 0 than they are in `config`.

        >>> change = SettingChange(40, "learning_rate", 0.01, 0.1)
        >>> SavedRun(TrainingConfig(learning_rate=0.1), 50, (change,)).start
        {'learning_rate': 0.01}
        """
        return {change.name: change.old for change in reversed(self.changes)}

    def to_json(self) -> dict[str, Any]:
        """The run as JSON, for `read`; the settings are in the page's link, and the step is on the page."""
        return {
            "changes": [list(astuple(change)) for change in self.changes],
            "program": self.program,
            "seconds": self.seconds_per_update,
            "playing": self.playing,
            "pace": self.pace,
            "branch": self.branch is not None and self.branch.weights is not None,
        }

    @classmethod
    def read(cls, query: object, saved: object) -> Self | None:
        """The run that a link's query and what `to_json` has made, with its "step", describe.

        None if anything about them is not as it was written, and for a branch, whose weights are nowhere in them.
        """
        try:
            return cls._read(cast("str", query), cast("Mapping[str, Any]", saved))
        except (ConfigError, ValueError, TypeError, KeyError, AttributeError):
            return None

    @classmethod
    def _read(cls, query: str, saved: Mapping[str, Any]) -> Self:
        config, refusals = TrainingConfig.from_query(query)
        rows = saved["changes"]
        _require(not refusals and isinstance(rows, list) and len(rows) <= MOST_CHANGES)
        changes = tuple(_change(config, *row) for row in rows)
        _require(all(before.step <= after.step for before, after in pairwise(changes)))
        _require(not is_branch(saved))
        _require(isinstance(saved["playing"], bool) and saved["program"] in PROGRAMS)
        step, seconds, pace = _whole(saved["step"], 0), _positive(saved["seconds"]), _positive(saved["pace"])
        return cls(config, step, changes, saved["program"], seconds, saved["playing"], pace)


def is_branch(saved: object) -> bool:
    """True if what `SavedRun.to_json` has made was of a run that began with the weights of another one."""
    return isinstance(saved, dict) and saved.get("branch") is True


def _change(
    config: TrainingConfig, step: object, name: str, old: object, new: object, dragged: object
) -> SettingChange:
    """A change of a setting that is live in `config`, between two values that it may have."""
    _require(isinstance(dragged, bool))
    if name == TOTAL_STEPS:
        return SettingChange(_whole(step), name, _whole(old), _whole(new))
    _require(name in {field.name for field in OPTIMIZERS[config.optimizer].live})
    first, last = (getattr(config.replace(**{name: value}), name) for value in (old, new))
    return SettingChange(_whole(step), name, first, last, bool(dragged))


def _whole(value: object, low: int = 1) -> int:
    _require(isinstance(value, int) and not isinstance(value, bool) and low <= value <= MOST_STEPS)
    return cast("int", value)


def _positive(value: object) -> float | None:
    """A positive number, or None."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    _require(value is None or (is_number and 0 < cast("float", value) < math.inf))
    return cast("float | None", value)


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError("this was not written here")
