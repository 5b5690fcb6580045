"""Changes of a config as a person asks for them, and their effect on the run in progress."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from core.config.relevance import FIELDS_OF_PRUNING
from core.config.suggested import suitable, suitable_rate
from core.config.training_config import FIELDS, TrainingConfig
from core.datasets.dataset import CSV
from core.datasets.playground_points import DRAWN
from core.datasets.registry import DATASETS
from core.language import _, shown
from core.notices.notice import Notice
from core.number_format import shortest
from core.objectives.linear_regression import LinearRegression
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.optimizers.schedules import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

START_FIELDS = frozenset({"start_x", "start_y"})  # structural, but the compiled step stays the same
# Chosen for a model, not for a surface.
OF_A_RUN = ("optimizer", "batch_size", "epochs", "schedule", "clip_norm", "pruning", "sparsity")
# Settings of a model that leave the shapes of its weights as they are.
OF_NO_WEIGHTS = frozenset(
    {"activation", "dropout", "l1", "l2", "optimizer", "schedule", "clip_norm", "pruning", "batch_size"}
    | {name for optimizer in OPTIMIZERS.values() for name in optimizer.names}
    | {field.name for plan in SCHEDULES.values() for field in plan.fields}
    | {name for names in FIELDS_OF_PRUNING.values() for name in names}
    | {"epochs"}
)
OF_DATA = frozenset({"seed", "data_noise"})  # leave them too, but a table's columns are scaled by the examples drawn
OF_SHAPE = frozenset(field.name for surface in SURFACES.values() if surface.of_settings for field in surface.fields)
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


def keeps_weights(before: TrainingConfig, after: TrainingConfig) -> bool:
    """True if a model of `after` can begin with the weights of one of `before`, which mean the same there.

    >>> spiral = TrainingConfig.suited_to("spiral")
    >>> keeps_weights(spiral, spiral.replace(optimizer="adam")), keeps_weights(spiral, spiral.replace(width=9))
    (True, False)
    """
    changed = after.changed(before) - START_FIELDS
    same = OF_NO_WEIGHTS if after.problem == CSV else OF_NO_WEIGHTS | OF_DATA
    return after.learns and changed <= same


def keeps_place(before: TrainingConfig, after: TrainingConfig) -> bool:
    """True if a run of `after` can begin on the surface of `before`, where that one stands.

    >>> keeps_place(DEFAULTS, DEFAULTS.replace(optimizer="adam")), keeps_place(DEFAULTS, DEFAULTS.replace(noise=2.0))
    (True, False)
    """
    return not before.learns and not after.learns and after.changed(before) <= OF_NO_WEIGHTS


def with_changes(config: TrainingConfig, changes: Mapping[str, object]) -> TrainingConfig:
    """`config` with `changes` and the settings that suit them.

    Another problem brings the settings that suit it, another optimizer the learning rate that suits both; another
    size or family chooses width and depth anew.
    Raises ConfigError, one sentence for the person at the page, for a value that is not legal.
    """
    return config.replace(**{**_companions(config, changes), **changes})


def _companions(config: TrainingConfig, changes: Mapping[str, object]) -> dict[str, object]:
    """The settings that change with `changes` although nobody named them."""
    if "size" in changes or "family" in changes:  # the width of one family says nothing of another's size
        return {"width": None, "depth": None}
    name, optimizer = changes.get("problem", config.problem), changes.get("optimizer")
    if OF_SHAPE & set(changes) and config.problem in SURFACES:  # what was gentle on one surface may leap on another
        return _rate_of(config.problem, optimizer or config.optimizer, {**vars(config), **_parsed(changes)})
    if name == config.problem or not isinstance(name, str):
        return _rate_of(config.problem, optimizer, vars(config))
    if name not in SURFACES and name != LinearRegression.name:
        return {**suitable(name), **_rate_of(name, optimizer)}
    # What suits a model would not suit a surface; from one surface to the next what was chosen stays.
    kept = ("start_x", "start_y", "points", *(OF_A_RUN if config.learns else ()))
    optimizer = optimizer or (DEFAULTS.optimizer if config.learns else config.optimizer)
    return {**{setting: getattr(DEFAULTS, setting) for setting in kept}, **_rate_of(name, optimizer, vars(config))}


def _parsed(changes: Mapping[str, object]) -> dict[str, object]:
    return {name: FIELDS[name].parse(changes[name]) for name in OF_SHAPE & set(changes)}


def _rate_of(problem: str, optimizer: object, settings: Mapping[str, object] | None = None) -> dict[str, object]:
    """The learning rate that suits both; none if there is no such problem or optimizer."""
    known = isinstance(optimizer, str) and optimizer in OPTIMIZERS and problem in FIELDS["problem"].choices
    return {"learning_rate": suitable_rate(problem, str(optimizer), settings)} if known else {}


def what_else_changed(before: TrainingConfig, after: TrainingConfig, named: Container[str]) -> Notice | None:
    """Says of a learning rate what it came with; None if it did not change, or was `named` itself."""
    if "learning_rate" in named or before.learning_rate == after.learning_rate:
        return None
    if any(name in named for name in OF_SHAPE):
        sentence = _(
            "The rate {rate} suits the slope and bend of this surface at its start; it was {before}.",
            rate=shortest(after.learning_rate),
            before=shortest(before.learning_rate),
        )
        return Notice("info", _("The learning rate has changed."), sentence)
    if "optimizer" not in named:
        return None
    optimizer, rate = shown(OPTIMIZERS[after.optimizer].label), shortest(after.learning_rate)
    sentence = _(
        "{optimizer} starts with the learning rate {rate}, which suits it on this problem; it was {before}.",
        optimizer=optimizer,
        rate=rate,
        before=shortest(before.learning_rate),
    )
    return Notice("info", _("The learning rate has changed."), sentence)


def what_drawing_changed(before: TrainingConfig) -> Notice | None:
    """Says that points of another problem have become drawn ones; None if they were."""
    if before.problem == DRAWN.name:
        return None
    sentence = _(
        "These points are a problem of their own now: the link carries them, and Undo brings {data} back.",
        data=DATASETS[before.problem].label,
    )
    return Notice("info", _("You draw the data."), sentence)
