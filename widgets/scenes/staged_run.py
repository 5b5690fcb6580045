"""A run on its stage: the run together with the scene that shows it."""

from __future__ import annotations

import copy
import threading
import weakref
from typing import TYPE_CHECKING, Any

from core.config.relevance import fields_of_pruning
from core.language import _, language, shown
from core.notices.notice import Notice
from core.notices.standing import at_a_turn, on_its_way
from core.probes.probe_schedule import ProbeSchedule
from core.remote.remote_run import RemoteRun
from core.remote.task import Task
from core.runs.past.setting_changes import TOTAL_STEPS
from core.runs.run import Run
from core.runs.run_summary import RunSummary, with_run
from core.runs.run_worker import FAULT
from core.runs.status import Status
from widgets.cards.fault_card import fault_html
from widgets.cards.number_strip import meter_slots, progress_slots
from widgets.cards.runs_card import RunsCard
from widgets.scenes.run_model import RunModel
from widgets.scenes.surface_scene import SurfaceScene
from widgets.scenes.training_place import TrainingPlace

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    import keras

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.formats.trained_model import TrainedModel
    from core.runs.any_run import AnyRecord, AnyRun
    from core.runs.past.branch import Branch
    from core.runs.saved_run import SavedRun
    from core.training.trainer import Trainer
    from widgets.scenes.page_scene import LearningScene, PageScene

SETTLE_SECONDS = 0.15  # a dragged slider passes many values; a run is built for the one it rests on
HERE = TrainingPlace()
Screen = tuple[float | None, float | None]  # frames per second, lag in ms


class StagedRun:
    """A run, its scene and the config of both. `wake(urgent=...)` is called when the run changed.

    `observed` is set whenever the run's status or observation has changed.
    """

    def __init__(
        self,
        config: TrainingConfig,
        scene: PageScene,
        learning: LearningScene | None,
        pace: float | None,
        wake: Callable[..., None],
        past: tuple[RunSummary, ...] = (),
        place: TrainingPlace = HERE,
        table: Dataset | None = None,
        saved: SavedRun | None = None,
        branch: Branch | None = None,
    ) -> None:
        """Make the run, which trains at `place`.

        `learning` is `scene` if a model learns there; `past` are earlier runs to compare with, newest first; `table`
        is the data set of the problem "csv". A run that was `saved` goes to where it stood, if engines train here; then
        a `branch` begins with the weights of another one, by default that of the run that was saved.
        """
        self.config, self.scene, self.learning = config, scene, learning
        self.observed = threading.Event()
        self._is_asked = False
        self._wake = wake
        self._past, self._place, self._saved = past, place, saved
        self.branch = branch if saved is None else saved.branch
        self._kept: weakref.ref[AnyRecord] | None = None
        self._retiming = threading.Lock()
        self._runs_card: tuple[object, RunsCard] = (None, RunsCard(()))
        self._was_past = False
        self._followed: tuple[float | None, Status | None] = (None, None)  # the engine's last observation and status
        self.run: AnyRun = self._here(pace) if place.connect is None else self._in_engine(place.connect, pace, table)
        self._model = None if learning is None else RunModel(learning, self.run)

    def _here(self, pace: float | None) -> Run:
        learning = self.learning
        return Run(
            self._build,
            self.config.epochs * self.scene.steps_per_epoch,
            pace,
            settle_seconds=SETTLE_SECONDS,
            on_change=self._changed,
            probes=lambda: ProbeSchedule({}) if learning is None else learning.probes(),
        )

    def _in_engine(
        self, connect: Callable[[TrainingConfig], Connection], pace: float | None, table: Dataset | None
    ) -> RemoteRun:
        total = self.config.epochs * self.scene.steps_per_epoch
        task = Task(self.config, table, self._place.own, language(), total, pace)
        if self._saved is not None:
            task = task.returning_to(self._saved)
        settle = 0.0 if self._saved else SETTLE_SECONDS
        return (run := RemoteRun(task, connect, lambda: self._follow(run), settle, self.branch))

    def _follow(self, run: RemoteRun) -> None:
        """Take over what an engine has published."""
        if self.learning is not None:
            before = self.scene.steps_per_epoch
            self.learning.follow(run)
            if self.scene.steps_per_epoch != before:
                self._set_total()
        seen = run.observed_at, run.status
        if seen != self._followed:  # else a command was dealt with: whoever waits to observe has to wait on
            self._followed = seen
            self.observed.set()
        self._wake(urgent=run.status is not Status.PLAYING)

    # ---- changes

    def moved(self, config: TrainingConfig) -> StagedRun:
        """The same run on a surface, at step 0 of the start point of `config`; it is not compiled again."""
        staged = copy.copy(self)
        staged.config, staged.scene = config, SurfaceScene(config, self.scene.switches)
        self.run.restart(staged.scene.initial)
        return staged

    def apply_live(self, config: TrainingConfig) -> None:
        """Hands the live settings of `config` to the run, which goes on."""
        changed = config.changed(self.config)
        self.config = config
        if "epochs" in changed:
            self._set_total()
        live = (*(field.name for field in self.scene.optimizer.live), *fields_of_pruning(config))
        settings = {name: getattr(config, name) for name in live if name in changed}
        if settings:
            self.run.set(**settings)

    def follow_past(self) -> bool:
        """Makes `config` have the live settings of the step to which the run was taken back; True if that is news."""
        run = self.run
        if not isinstance(run, RemoteRun) or not run.is_up_to_date or run.record is None:
            return False
        is_past = run.recorded > run.step
        if is_past or self._was_past:
            values = run.live.values_at(run.step if is_past else run.step + 1)
            own = {name: value for name, value in values.items() if name != TOTAL_STEPS}
            before, self.config = self.config, self.config.replace(**own)
            self._was_past = is_past
            return self.config != before
        return False

    def restart(self) -> None:
        """Begins the run again at its start; its summary stays beside it."""
        self.keep_run()
        # Without a record it is at its start, where a model's weights are not known yet, or on its way from there.
        if self.run.record is not None or self.run.returning_to is not None:
            self.run.restart(self.scene.initial)

    def keep_run(self) -> tuple[RunSummary, ...]:
        """The runs that stay beside the next one, from now on with this one if it took a step."""
        record = self.run.record
        # The worker begins another record in its own time; until then this run is not kept once more.
        if record is not None and (self._kept is None or self._kept() is not record):
            self._kept = weakref.ref(record)
            self._past = with_run(self._past, self.summary())
        return self._past

    @property
    def lacks_weights(self) -> bool:
        """True if a link to its settings does not make it again: it began with the weights of another run."""
        return self.branch is not None and self.branch.weights is not None

    @property
    def updates_per_epoch(self) -> int:
        """How many updates an epoch has; 1 until the data are there."""
        return self.scene.steps_per_epoch

    @property
    def past(self) -> tuple[RunSummary, ...]:
        """The runs that stand beside this one, newest first."""
        return self._past

    def close(self) -> None:
        """Ends the run and what is computed beside it."""
        self.run.stop()
        if self.learning is not None:
            self.learning.close()

    @property
    def model(self) -> keras.Model | None:
        """The model that is trained, of an engine's a copy; None for a surface and before it is built."""
        return None if self._model is None else self._model.model()

    def model_file(self) -> bytes | None:
        """The model as Keras saves it; None for a surface, and before it is built."""
        return None if self._model is None else self._model.file()

    def trained_model(self) -> TrainedModel | None:
        """The model with its held-out examples, for an export; None for a surface, and before it is built."""
        return None if self._model is None else self._model.with_examples()

    # ---- the page

    @property
    def state(self) -> tuple[object, ...]:
        """Everything that a frame depends on, in a form that changes with it."""
        run, background = self.run, None if self.learning is None else self.learning.background
        moves = run.record, run.observed_at, run.findings, background, run.status, run.total_steps
        return self, *moves, run.returning_to, run.failed_probes, language()

    def watch(self, visible: frozenset[str]) -> None:
        """Tells the run to look only for what the charts in `visible` show."""
        if self.learning is not None:
            self.learning.watch(self.run, visible)

    def observe(self, timeout: float) -> None:
        """Waits up to `timeout` seconds until a run that plays has looked at where it stands."""
        if self.run.status is Status.PLAYING:
            if not self._is_asked:
                self.ask()
            self._is_asked = False
            self.observed.wait(timeout)

    def ask(self) -> None:
        """Asks a run that plays for an observation, for `observe` to wait for."""
        self._is_asked = True
        self.observed.clear()
        self.run.request_observation()

    def cards(self) -> str:
        """The cards under the charts as HTML."""
        if self.learning is None:
            return ""
        fault = self.run.fault if self._place.is_of_own_model else None
        return fault_html(fault) + self.learning.cards(self._card().html)

    def frame(self, visible: frozenset[str], screen: Screen) -> tuple[dict[str, Any], Notice]:
        """The frame that shows the run now, for `LiveBoard.draw`, and the notice that goes with it."""
        run, observed_at, moment = self.run, self.run.observed_at, self.scene.moment(self.run)
        settled = run.status is not Status.PLAYING
        frame = self.scene.blank_frame() if moment is None else self.scene.frame(moment, visible, settled)
        rate = run.steps_per_second()
        step = 0 if moment is None else moment.step
        frame["slots"] |= meter_slots(run.step, rate, *(screen if rate is not None else (None, None)))
        # How many updates an epoch of a model has is known only with its data.
        total = None if moment is None and self.learning is not None else run.total_steps
        frame["slots"] |= progress_slots(step, total, rate) | self._cost_slots()
        frame["time"] = observed_at
        return frame, self._notice(moment)

    def _notice(self, moment: Any) -> Notice:
        run, error, step = self.run, self.run.error, self.run.returning_to
        if step is not None:
            return on_its_way(run, step, self._saved)
        if error is None:
            turn = at_a_turn(run, self.branch, isinstance(run, RemoteRun))
            return turn or self._place.said(self.scene.notice(run, moment), run)
        if error != FAULT:
            return Notice("danger", _("No training."), shown(error))
        return Notice("danger", _("Training stopped."), self._place.said_of_fault(shown(error)))

    def _cost_slots(self) -> dict[str, Any]:
        """The costs of the run and, where others came before it, its row beside theirs."""
        if self.learning is None:
            return {}
        row = self._card().slots(self.summary()) if self._past else {}
        return self.learning.pace_slots(self.run) | row

    def _card(self) -> RunsCard:
        """The card of the runs before this one, in the language in use."""
        past, needed = self._past, (self._past, language())
        if self._runs_card[0] != needed:
            self._runs_card = (needed, RunsCard(past))
        return self._runs_card[1]

    def summary(self) -> RunSummary | None:
        """The run in numbers; None for a surface, and before its model is built."""
        return None if self.learning is None else self.learning.summary(self.run, self.config)

    # ---- in the run's thread

    def _build(self) -> Trainer:
        before = self.scene.steps_per_epoch
        trainer = self.scene.build()
        if self.scene.steps_per_epoch != before:  # how many updates an epoch has is known only with the data
            self._set_total()
        return trainer

    def _set_total(self) -> None:
        with self._retiming:
            self.run.set_total(self.config.epochs * self.scene.steps_per_epoch)

    def _changed(self) -> None:
        self.observed.set()
        # Only while it plays does the next frame wait its turn: then what is drawn costs training.
        self._wake(urgent=self.run.status is not Status.PLAYING)
