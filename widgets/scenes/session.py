"""One scene and the run that fills it."""

from __future__ import annotations

import copy
import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.config.training_config import TrainingConfig
from core.datasets.dataset import Dataset
from core.learning.setup import ModelSetup
from core.runs.run import Run, Status
from core.runs.run_summary import RunSummary, with_run
from widgets.cards.runs_card import RunsCard
from widgets.scenes.page_scene import PageScene
from widgets.scenes.surface_scene import SurfaceScene, Switches

if TYPE_CHECKING:
    from core.learning.user_model import UserModel
    from core.runs.run_histories import RunHistories
    from core.training.trainer import Trainer

SETTLE_SECONDS = 0.15  # a dragged slider passes many values; a run is built for the one it rests on


class Session:
    """What the page shows between two structural changes. `wake(urgent=...)` is called when the run changed."""

    def __init__(
        self,
        config: TrainingConfig,
        switches: Switches,
        pace: float | None,
        wake: Callable[..., None],
        table: Dataset | None = None,
        own: UserModel | None = None,
        past: tuple[RunSummary, ...] = (),
    ) -> None:
        """`table` is the data set of the problem "csv"; `own` is a model that takes the place of any problem.

        `past` are the runs beside which this one will stand, newest first. Whoever changes a live setting of
        the run keeps `config` up to date.
        """
        self.config = config
        self.scene: PageScene
        if own is None and not config.learns:
            self.scene = SurfaceScene(config, switches)
        else:
            self.scene = _learning_scene(config, switches, wake, table, own)
        self._runs = RunsCard(past)
        self._kept: weakref.ref[RunHistories] | None = None
        self.observed = threading.Event()
        self._wake = wake
        self.run = Run(
            self._build,
            config.epochs * self.scene.steps_per_epoch,
            pace,
            settle_seconds=SETTLE_SECONDS,
            on_change=self._changed,
            probes=lambda: self.scene.probes(),
        )

    def moved(self, config: TrainingConfig) -> Session:
        """This session from another start point: the run goes back to step 0 there and is not compiled again."""
        session = copy.copy(self)
        session.config, session.scene = config, SurfaceScene(config, self.scene.switches)
        self.run.restart(session.scene.initial)
        return session

    def restart(self) -> None:
        """The run begins again at its start; what it came to stays beside it."""
        self.keep_run()
        self.run.restart(self.scene.initial)

    def keep_run(self) -> tuple[RunSummary, ...]:
        """The runs that stay beside the next one, from now on this one too if it took a step."""
        record = self.run.record
        # The worker begins another record in its own time; until then this run is not kept once more.
        if record is not None and (self._kept is None or self._kept() is not record):
            self._kept = weakref.ref(record)
            self._runs = RunsCard(with_run(self._runs.past, self.scene.summary(self.run, self.config)))
        return self._runs.past

    def cards(self) -> str:
        """The cards under the charts, as HTML."""
        return self.scene.cards(self._runs.html)

    def runs_slots(self) -> dict[str, str]:
        """What the run has come to and cost, for its row beside those before it; {} where there is none."""
        if not self._runs.past:
            return {}
        return self._runs.slots(self.scene.summary(self.run, self.config))

    def close(self) -> None:
        """Ends the run and what is computed beside it."""
        self.run.stop()
        self.scene.close()

    def _build(self) -> Trainer:
        before = self.scene.steps_per_epoch
        trainer = self.scene.build()
        if self.scene.steps_per_epoch != before:  # how many updates an epoch has is known only with the data
            self.run.set_total(self.run.total_steps // before * self.scene.steps_per_epoch)
        return trainer

    def _changed(self) -> None:
        self.observed.set()
        # Only while it plays does the next frame wait its turn: then what is drawn costs training.
        self._wake(urgent=self.run.status is not Status.PLAYING)


def load_models() -> None:
    """Imports what draws models, so that the first problem with data need not wait for that."""
    import widgets.scenes.model_scene  # noqa: F401  (what is wanted is that it is there)


def _learning_scene(
    config: TrainingConfig,
    switches: Switches,
    wake: Callable[..., None],
    table: Dataset | None,
    own: UserModel | None,
) -> PageScene:
    from widgets.scenes.model_scene import ModelScene  # a page of surfaces starts without the charts of models

    if own is not None:
        return ModelScene(own.setup(config), switches, wake, lambda setup, _: own.learner(setup))
    return ModelScene(ModelSetup.of(config, table), switches, wake)
