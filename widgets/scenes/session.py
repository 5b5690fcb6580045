"""One scene and the run that fills it."""

from __future__ import annotations

import copy
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from core.config.training_config import TrainingConfig
from core.datasets.dataset import Dataset
from core.learning.setup import ModelSetup
from core.optimizers.registry import Optimizer
from core.probes.probe_schedule import Probes
from core.runs.notices import Notice
from core.runs.run import Run, Status
from core.runs.run_summary import RunSummary, with_run
from widgets.board.panel import Panel
from widgets.cards.runs_card import RunsCard
from widgets.scenes.surface_scene import Scene, Switches

if TYPE_CHECKING:
    import numpy as np

    from core.learning.user_model import OwnModel
    from core.runs.run_histories import RunRecord
    from core.training.trainer import Trainer

SETTLE_SECONDS = 0.15  # a dragged slider passes many values; a run is built for the one it rests on


class PageScene(Protocol):
    """What a page shows of one problem: `Scene` of a line or surface, `ModelScene` of a model and its data.

    A moment is made by `moment` and means something to the same scene only.
    """

    switches: Switches
    steps_per_epoch: int
    optimizer: Optimizer

    @property
    def background(self) -> object:
        """What is computed beside the run, in a form that changes as it moves on."""

    @property
    def initial(self) -> Sequence[np.ndarray]:
        """The parameters the run starts from."""

    def build(self) -> Trainer:
        """The trainer."""

    def probes(self) -> Probes:
        """What can be found out about the run, once it is built."""

    def watch(self, run: Run, visible: frozenset[str]) -> None:
        """Has the run look only for what the charts in `visible` show."""

    def close(self) -> None:
        """Ends what is computed in the background."""

    def panels(self) -> list[Panel]:
        """The cards, before anything was found."""

    def switch(self, panel_id: str, name: str, value: str) -> None:
        """Chooses a variant of a chart."""

    def strip(self) -> str:
        """The strip of numbers as HTML."""

    def formula(self) -> str:
        """The update rule as HTML."""

    def cards(self, runs: str) -> str:
        """Further cards as HTML; `runs` has the runs before this one, for the card of costs."""

    def moment(self, run: Run) -> Any:
        """The run as last observed; None before that."""

    def blank_frame(self) -> dict[str, Any]:
        """What the page shows before that."""

    def frame(self, moment: Any, visible: frozenset[str], settled: bool) -> dict[str, Any]:
        """The update of every chart in `visible`, the numbers and the formula."""

    def pace_slots(self, run: Run) -> dict[str, Any]:
        """What the run has cost so far and will."""

    def summary(self, run: Run, config: TrainingConfig) -> RunSummary | None:
        """The run in numbers; None of what does not stand beside other runs, or not yet."""

    def notice(self, run: Run, moment: Any) -> Notice:
        """What a good teacher would say now."""


class Session:
    """What the page shows between two structural changes. `wake(urgent=...)` is called when the run changed."""

    def __init__(
        self,
        config: TrainingConfig,
        switches: Switches,
        pace: float | None,
        wake: Callable[..., None],
        table: Dataset | None = None,
        own: OwnModel | None = None,
        past: tuple[RunSummary, ...] = (),
    ) -> None:
        """`table` is the data set of the problem "csv"; `own` is a model that takes the place of any problem.

        `past` are the runs beside which this one will stand, newest first. Whoever changes a live setting of
        the run keeps `config` up to date.
        """
        self.config = config
        self.scene: PageScene
        if own is None and not config.learns:
            self.scene = Scene(config, switches)
        else:
            self.scene = _learning_scene(config, switches, wake, table, own)
        self._runs = RunsCard(past)
        self._kept: weakref.ref[RunRecord] | None = None
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
        session.config, session.scene = config, Scene(config, self.scene.switches)
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
    own: OwnModel | None,
) -> PageScene:
    from widgets.scenes.model_scene import ModelScene  # a page of surfaces starts without the charts of models

    if own is not None:
        return ModelScene(own.setup(config), switches, wake, lambda setup, _: own.learner(setup))
    return ModelScene(ModelSetup.of(config, table), switches, wake)
