"""A kept run: what stays of a run when the next one has begun."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.config.training_config import FIELDS, TrainingConfig
from core.export.history_files import save
from core.export.run_script import save_script
from core.field import ConfigError
from core.language import _
from core.runs.past.branch import Branch, Parent
from core.runs.past.kept_past import KeptPast
from core.runs.past.setting_changes import TOTAL_STEPS, LiveRecord, SettingChange
from core.runs.recorded_columns import RecordedColumns
from core.runs.saved_run import SavedRun
from core.store.run_title import in_words
from core.store.tables.inherited_rows import MOST_BYTES
from core.versions import trained_elsewhere

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from core.snapshots.packed_state import PackedState

Load = Callable[[str, str, str], np.ndarray]  # (run, kind, name) -> the numbers
LoadInherited = Callable[[str], tuple[np.ndarray, ...]]  # run -> the weights that a branch began with
BYTES_OF_A_WEIGHT = 4  # float32
OF_UPDATES, OF_EVALUATIONS, OF_CLOCK, OF_LAYERS = "update", "evaluation", "clock", "layer"  # the kinds of series


@dataclass(frozen=True, repr=False)
class KeptRun:
    """A run as it was last recorded.

    Attributes:
        id: Names the run in its store.
        number: Counts a visitor's runs.
        name: What a person calls it; "" if nobody has.
        starred, hidden, pinned: What a person has marked it as.
        colour: The place of its colour among the page's colours of runs.
        started, updated: When it began and when it was last recorded, in unix seconds.
        state: "playing", "paused", "finished", "diverged" or "failed"; "playing" too where its process was killed.
        data: What it learned from, where that has a name of its own.
        settings: All settings as they were last.
        changes: The changes of live settings, each (step, name, old, new).
        versions: The versions of what trained it, by name.
        replay: What it takes beside the settings to make the same updates again, as `saved` reads it.
        steps: How many updates it made.
        steps_per_epoch: How many updates an epoch has; None for a surface.
        batch: How many examples an update uses; None for a surface.
        examples: How many examples it was trained on, repeats included; None for a surface.
        seconds: How long it has played.
        cpu_seconds: How many core seconds its engines have computed for it; None where that is not known.
        parameters: How many numbers it trained.
        flops: Operations of an answer to one example; None where they are not known.
        loss, best_loss, best_loss_step: The last loss of an update, the lowest finite one and its step.
        validation_loss, best_validation_loss, best_validation_loss_step: The same of the evaluations.
        differing: The settings in which the runs of its problem differ that have no name.
        metric: The name of the metric; "" for a surface.
        validation_metric, best_metric, best_metric_step: The metric on held-out examples, last and best.
        parent_step: The step of another run with whose weights it began; None if it began with weights of its own.
        parent, parent_number: The id and the number of that run; None where it is not kept.
        forked_at: The step up to which it was the same run as another one, with which it shares its count of steps;
            None if it is no fork.
        forked_from, forked_number: The id and the number of that run; None where it is not kept.
        validated_on: On how many held-out examples it was validated; None where that is not known.
    """

    id: str
    number: int
    name: str
    starred: bool
    hidden: bool
    pinned: bool
    colour: int
    started: float
    updated: float
    state: str
    data: str
    settings: Mapping[str, Any]
    changes: tuple[tuple[Any, ...], ...]
    versions: Mapping[str, str]
    replay: Mapping[str, Any]
    steps: int
    steps_per_epoch: float | None
    batch: int | None
    examples: int | None
    seconds: float
    parameters: int | None
    flops: float | None
    loss: float | None
    best_loss: float | None
    best_loss_step: int | None
    validation_loss: float | None
    best_validation_loss: float | None
    best_validation_loss_step: int | None
    metric: str
    validation_metric: float | None
    best_metric: float | None
    best_metric_step: int | None
    series: tuple[tuple[str, str], ...]
    load: Load = field(compare=False)
    cpu_seconds: float | None = None
    differing: tuple[str, ...] = field(default=(), compare=False)
    parent: str | None = None
    parent_step: int | None = None
    parent_number: int | None = field(default=None, compare=False)
    forked_from: str | None = None
    forked_at: int | None = None
    forked_number: int | None = field(default=None, compare=False)
    validated_on: int | None = None
    load_inherited: LoadInherited = field(default=lambda _run: (), compare=False)

    def __repr__(self) -> str:
        return f"KeptRun({self.title!r}, {self.state}, {self.steps} steps)"

    @property
    def title(self) -> str:
        """Its name, or else its number and what tells it from the other runs of its problem."""
        return self.name or " · ".join([f"#{self.number}", *in_words(self.settings, self.differing)])

    @property
    def left_number(self) -> int | None:
        """The number of the run that it left, as a fork or a branch; a fork of a branch is a fork first."""
        return self.parent_number if self.forked_at is None else self.forked_number

    @property
    def left_at(self) -> int | None:
        """The step at which it left that run; None for one that began by itself."""
        return self.parent_step if self.forked_at is None else self.forked_at

    @property
    def config(self) -> TrainingConfig:
        """Its settings; raises ConfigError if this version does not know them."""
        return TrainingConfig(**{name: value for name, value in self.settings.items() if name in FIELDS})

    @property
    def saved(self) -> SavedRun:
        """What it takes to make its updates again: settings, changes of live ones and the kind of program.

        Raises:
            ConfigError: This version does not know its settings.
        """
        changes = tuple(SettingChange(*row) for row in self.replay.get("changes", ()))
        return SavedRun(self.config, self.steps, changes, self.replay.get("program"))

    def saved_at(self, step: int, states: tuple[PackedState, ...] = ()) -> SavedRun:
        """What it takes to bring it back to `step`, with its record and by way of its `states` where these are of use.

        They are where the same versions train here as trained it; else all steps are taken again. Raises ConfigError
        as `saved` and `branch` do.
        """
        saved, marks = self.saved, tuple(SettingChange(*row) for row in self.changes)
        live = LiveRecord(saved.start, saved.changes, marks)
        if step < self.steps:
            values = {name: value for name, value in live.values_at(step).items() if name != TOTAL_STEPS}
            saved = replace(saved, config=saved.config.replace(**values), step=step, changes=live.before(step).asked)
        saved = replace(saved, branch=self.branch(states))
        by_update, by_evaluation = dict(self.history.by_update), dict(self.history.by_evaluation)
        if not states or not by_update or trained_elsewhere(self.versions):
            return saved
        recorded = int(by_update["step"][-1]) + 1
        by_layer = dict(self._series(OF_LAYERS))
        return replace(saved, past=KeptPast(recorded, by_update, by_evaluation, by_layer, live, states))

    def branch(self, states: tuple[PackedState, ...]) -> Branch | None:
        """Where it branched off from another run; None if it did not.

        A model has the weights that were kept for it, in older files those in the first of its `states`.

        Raises:
            ConfigError: They are not kept.
        """
        if self.parent_step is None:
            return None
        parent = None if self.parent is None else Parent(self.parent, self.parent_number)
        if not self.config.learns:
            return Branch(self.parent_step, lambda: parent, None)
        weights = self.load_inherited(self.id)
        if not weights and states and states[0].step == 0:
            weights = states[0].unpack().values
        if not weights:
            raise ConfigError(self._why_no_weights())
        return Branch(self.parent_step, lambda: parent, lambda: weights)

    def _why_no_weights(self) -> str:
        if (self.parameters or 0) * BYTES_OF_A_WEIGHT > MOST_BYTES:
            return _("That run began with the weights of another run, of which up to {size} MB are kept.",
                     size=MOST_BYTES // 10**6)  # fmt: skip
        return _("That run began with the weights of another run, and these are no longer kept.")

    @property
    def query(self) -> str | None:
        """The link's query that sets the same run up; None if this version does not know its settings."""
        try:
            return self.config.to_query()
        except ConfigError:
            return None

    @property
    def history(self) -> RecordedColumns:
        """What was recorded, by name, read when it is asked for; see `RecordedColumns`."""
        return RecordedColumns(self._series(OF_UPDATES), self._series(OF_EVALUATIONS))

    @property
    def clock(self) -> tuple[np.ndarray, np.ndarray]:
        """The steps at which its clock was read, and the seconds it had played by then, (k,) each; maybe none."""
        series = self._series(OF_CLOCK)
        return (series["step"], series["seconds"]) if series else (np.empty(0, np.int64), np.empty(0))

    def save(self, path: str | os.PathLike[str]) -> list[Path]:
        """Writes its history as .csv, .json or .npz, or the run as a Keras script, as the ending of `path` says.

        See `core.export.history_files` and `core.export.run_script`. Raises ConfigError for the script of a run that
        began with weights of another one which are no longer kept.
        """
        if not str(path).endswith(".py"):
            return save(self.history, path)
        return save_script(replace(self.saved, branch=self.branch(())), path)

    def _series(self, kind: str) -> Mapping[str, np.ndarray]:
        names = tuple(name for of, name in self.series if of == kind)
        return _Series(names, lambda name: self.load(self.id, kind, name))


class _Series(Mapping[str, np.ndarray]):
    """The series of one kind, each read from its store once."""

    def __init__(self, names: tuple[str, ...], load: Callable[[str], np.ndarray]) -> None:
        self._names, self._load = names, load
        self._loaded: dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
