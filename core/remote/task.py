"""A task: everything an engine needs to know to train what a page shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from core.runs.past.setting_changes import TOTAL_STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.remote.published import Published
    from core.runs.past.kept_past import KeptPast
    from core.runs.past.setting_changes import SettingChange
    from core.runs.saved_run import SavedRun
    from core.training.update_loop import Program
    from core.user_models.packed_model import PackedModel


@dataclass(frozen=True)
class Task:
    """A run to be made, or made once more; it travels from the page's kernel to an engine.

    Attributes:
        config: The settings the run began with.
        table: The data set of the problem "csv".
        own: A person's own model and data, which take the place of any problem.
        language: The language that sentences of the engine are in.
        total_steps: The step at which the run is finished, as far as it is known before the data are.
        pace: Steps per second; None means as fast as possible.
        initial: The point to start from, where it is not the config's.
        weights: The weights that a model begins with, those of another run at some step; None for those that the seed
            draws.
        program: The kind of compiled program to train by; None means the faster one.
        start_settings: Live settings that are not the config's from step 0 on, `TOTAL_STEPS` among them.
        changes: The changes of live settings to make on the way to `until`, in the order of their steps;
            `TOTAL_STEPS` is among them.
        seconds_per_update: How long an update took when that was last measured; only to say how long the way takes.
        past: What was kept of the run, by which `until` is reached sooner; None has all steps taken again.
        until: The step to go to before anything else; the curve up to there is the one of the first time.
        playing: Whether the run plays from there on.
        steps: How many single steps it takes from there on.
        settings: Live settings to change once it is there.
        watched: The findings somebody looks at.
        layers: Whether somebody looks at the layers' norms.
        plane: The landscape somebody asked for: "off", "path" or "random".
        rise: What the learning rate is multiplied by from the first to the last update, for a rate test; 1 leaves the
            schedule of the config.
    """

    config: TrainingConfig
    table: Dataset | None = None
    own: PackedModel | None = None
    language: str = "en"
    total_steps: int = 1
    pace: float | None = None
    initial: Sequence[np.ndarray] | None = None
    weights: Sequence[np.ndarray] | None = None
    program: Program | None = None
    start_settings: Mapping[str, float] = field(default_factory=dict)
    changes: Sequence[SettingChange] = ()
    seconds_per_update: float | None = None
    past: KeptPast | None = None
    until: int = 0
    playing: bool = False
    steps: int = 0
    settings: Mapping[str, float] = field(default_factory=dict)
    watched: frozenset[str] = frozenset()
    layers: bool = False
    plane: str = "off"
    rise: float = 1.0

    @property
    def first_total(self) -> int:
        """The step at which the run was to be finished when it began."""
        lengths = [int(change.old) for change in self.changes if change.name == TOTAL_STEPS]
        return lengths[0] if lengths else self.total_steps

    def returning_to(self, saved: SavedRun) -> Self:
        """The task of going on from where a run of these settings stood that was `saved`."""
        return replace(
            self,
            program=saved.program,
            start_settings=saved.start,
            changes=saved.changes,
            seconds_per_update=saved.seconds_per_update,
            until=saved.step,
            past=saved.past,
        )

    def again_after(self, seen: Published) -> Self:
        """The task of going once more to where a run was `seen`, whose engine is gone."""
        return replace(
            self,
            program=seen.program,
            start_settings=seen.live.start,
            changes=seen.live.before(seen.step + 1).asked,
            past=None,
            until=seen.step,
        )
