"""Staging: how a page makes the scene and the run of a config."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.learning.setup import ModelSetup
from widgets.scenes.staged_run import StagedRun
from widgets.scenes.surface_scene import SurfaceScene

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.runs.past.branch import Branch
    from core.runs.run_summary import RunSummary
    from core.runs.saved_run import SavedRun
    from widgets.scenes.page_scene import LearningScene, Switches
    from widgets.scenes.training_place import TrainingPlace


@dataclass(frozen=True)
class Staging:
    """What all runs of a page have in common.

    Attributes:
        place: Where they train.
        is_of_own_model: True if a person's own model takes the place of any problem.
        table: Returns the data set of the problem "csv", None where there is none yet.
        wake: Called as `wake(urgent=...)`, in whichever thread, when there is something else to show.
    """

    place: TrainingPlace
    is_of_own_model: bool
    table: Callable[[], Dataset | None]
    wake: Callable[..., None]

    def staged(
        self,
        config: TrainingConfig,
        switches: Switches,
        pace: float | None,
        past: tuple[RunSummary, ...] = (),
        saved: SavedRun | None = None,
        branch: Branch | None = None,
    ) -> StagedRun:
        """A run of `config` with its scene, which has these `switches`; see `StagedRun`."""
        if not self.is_of_own_model and not config.learns:
            scene = SurfaceScene(config, switches)
            return StagedRun(config, scene, None, pace, self.wake, past, self.place, saved=saved, branch=branch)
        table = self.table()
        learning = self._learning_scene(config, switches, table)
        return StagedRun(config, learning, learning, pace, self.wake, past, self.place, table, saved, branch)

    def _learning_scene(self, config: TrainingConfig, switches: Switches, table: Dataset | None) -> LearningScene:
        from widgets.scenes.model_scene import ModelScene  # a page of surfaces starts without the charts of models

        own = self.place.copy
        if own is not None:
            return ModelScene(own.setup(config), switches, self.wake, lambda setup, _table: own.learner(setup))
        return ModelScene(ModelSetup.of(config, table), switches, self.wake)
