"""Changes of a config as a person asks for them, and their effect on the run in progress."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from core.config.suggested import suitable
from core.config.training_config import TrainingConfig
from core.objectives.linear_regression import LinearRegression
from core.objectives.surfaces import SURFACES

if TYPE_CHECKING:
    from collections.abc import Mapping

START_FIELDS = frozenset({"start_x", "start_y"})  # structural, but the compiled step stays the same
OF_A_RUN = ("optimizer", "batch_size", "epochs", "schedule", "clip_norm")  # chosen for a model, not for a surface
DEFAULTS = TrainingConfig()


class Change(Enum):
    """The effect on the run in progress."""

    LIVE = "live"  # it goes on with the new settings
    MOVED_START = "moved start"  # it begins again at another point, without being compiled anew
    NEW_RUN = "new run"


def change_between(before: TrainingConfig, after: TrainingConfig, failed: bool = False) -> Change:
    """Returns the effect of a change on the run of `before`; one that `failed` cannot begin again.

    >>> change_between(DEFAULTS, DEFAULTS.replace(learning_rate=0.1)).value
    'live'
    >>> change_between(DEFAULTS, DEFAULTS.replace(seed=4)).value
    'new run'
    """
    changed = after.changed(before)
    of_start = changed & START_FIELDS
    if changed and changed == of_start and after.learns:
        return Change.LIVE  # no model has such a start
    if changed and changed == of_start and not failed:
        return Change.MOVED_START
    return Change.LIVE if after.is_live_change(before) else Change.NEW_RUN


def with_changes(config: TrainingConfig, changes: Mapping[str, object]) -> TrainingConfig:
    """`config` with `changes` and the settings that suit them.

    Another problem brings the settings that suit it; another size or family chooses width and depth anew.
    Raises ConfigError, one sentence for the person at the page, for a value that is not legal.
    """
    return config.replace(**{**_companions(config, changes), **changes})


def _companions(config: TrainingConfig, changes: Mapping[str, object]) -> dict[str, object]:
    """The settings that change with `changes` although nobody named them."""
    if "size" in changes or "family" in changes:  # the width of one family says nothing of another's size
        return {"width": None, "depth": None}
    name = changes.get("problem")
    if name is None or name == config.problem or not isinstance(name, str):
        return {}
    if name not in SURFACES and name != LinearRegression.name:
        return suitable(name)
    # What suits a model would not suit a surface; from one surface to the next what was chosen stays.
    kept = ("learning_rate", "start_x", "start_y", *(OF_A_RUN if config.learns else ()))
    return {**{setting: getattr(DEFAULTS, setting) for setting in kept}, **suitable(name)}
