"""A session: the run on the page, through all changes of its config."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from core.engines.kept_model import OTHER_DATA, is_same_data
from core.field import ConfigError
from core.language import _
from core.learning.setup import ModelSetup
from core.runs.recorded_columns import RecordedColumns
from core.runs.saved_run import SavedRun
from core.runs.status import Status
from core.store.recorder import Recorder
from core.store.run_store import RunStore
from widgets.scenes.branching import branch_from
from widgets.scenes.config_change import Change, change_between
from widgets.scenes.staging import Staging
from widgets.scenes.training_place import TrainingPlace
from widgets.scenes.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    import keras

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.formats.trained_model import TrainedModel
    from core.runs.any_run import AnyRun
    from core.runs.past.branch import Branch
    from core.runs.run_summary import RunSummary
    from core.store.kept_run import KeptRun
    from core.user_models.packed_model import PackedModel
    from core.user_models.user_model import UserModel
    from widgets.scenes.page_scene import PageScene


class Session:
    """Plays one run after the other; `apply` decides whether a config needs another one.

    All methods but `wait` return at once. They are to be called by one thread at a time, `wait` by any. The
    frame loop reads `staged`, which is replaced as a whole: a run and its scene always fit together.
    """

    def __init__(
        self,
        config: TrainingConfig,
        wake: Callable[..., None],
        pace: float | None = None,
        own: UserModel | None = None,
        table: Callable[[], Dataset | None] = lambda: None,
        connect: Callable[[TrainingConfig], Connection] | None = None,
        store: Callable[[], RunStore] | None = None,
    ) -> None:
        """Makes the run of `config`, which begins with `start`.

        Args:
            config: The settings of the first run.
            wake: Called as `wake(urgent=...)`, in whichever thread, when there is something else to show.
            pace: Steps per second; None means as fast as possible.
            own: A model that takes the place of any problem; it trains in an engine if it can be copied there.
            table: Returns the data set of the problem "csv", None where there is none yet.
            connect: Gives connections to engines in which runs train; None has them train in this process.
            store: Opens what keeps the runs, when there is something to keep; None keeps them in memory.
        """
        self.wake, self._pace, self._own, self._table = wake, pace, own, table
        self._place = TrainingPlace.of(connect, own)
        self._staging = Staging(self._place, own is not None, table, wake)
        self._started = False
        self._waiting = Waiting(lambda: self.run, lambda: self._pace)
        self._recorder = Recorder(store or cache(RunStore), lambda: self.staged)
        self.staged = self._staging.staged(config, {}, pace)

    @property
    def config(self) -> TrainingConfig:
        """The settings of the run as they are now."""
        return self.staged.config

    @property
    def run(self) -> AnyRun:
        """The present run."""
        return self.staged.run

    @property
    def past(self) -> tuple[RunSummary, ...]:
        """The runs that stand beside it, newest first."""
        return self.staged.past

    @property
    def scene(self) -> PageScene:
        """The scene that shows it."""
        return self.staged.scene

    # ---- changes

    def apply(self, config: TrainingConfig) -> None:
        """Makes `config` the session's: live settings reach the run, another start moves it, all else begins a new one.

        A new run plays if the old one did.
        """
        change = change_between(self.config, config, failed=self.run.status is Status.FAILED)
        if change is Change.NEW_RUN:
            begun, branch = branch_from(self.staged, config, self._recorder)
            self.begin_anew(begun, branch=branch)
        elif change is Change.MOVED_START:
            self._recorder.end(self.staged)
            self.staged = self.staged.moved(config)
        else:
            self.staged.apply_live(config)

    def begin_anew(
        self,
        config: TrainingConfig | None = None,
        saved: SavedRun | None = None,
        past: tuple[RunSummary, ...] | None = None,
        kept: KeptRun | None = None,
        branch: Branch | None = None,
    ) -> None:
        """Begins a new run, by default of the same config; it plays if the old one did.

        One that was `saved` goes to where it stood, and plays on if it did. `past` are the runs beside it, by default
        the old one too. It is recorded as `kept`, if that is what it goes on from. A `branch` has the weights that it
        begins with; the old run ends once it has handed them on.
        """
        old, playing = self.staged, self.run.wants_to_play if saved is None else saved.playing
        beside = old.keep_run() if past is None else past
        self.staged = self._staging.staged(
            config or old.config, dict(old.scene.switches), self._pace, beside, saved, branch
        )
        if saved is not None:
            self._recorder.note_return(self.run, kept)
        old.run.pause()
        self._recorder.end(old, then=old.close if branch is None else lambda: branch.once_handed(old.close))
        if self._started:
            self.run.start()
        if playing:
            self.run.play()
        self.wake()

    def open_kept(self, kept: KeptRun, step: int | None = None) -> None:
        """Brings a kept run back to `step`, by default to its last, from the nearest snapshot that was kept of it.

        Raises:
            ConfigError: It cannot be trained on this page; the sentence says why.
        """
        if self._place.connect is None:
            raise ConfigError(_("A kept run is opened in JupyterLab and in the served app: a script trains by itself."))
        at = kept.steps if step is None else min(max(step, 0), kept.steps)
        config = kept.config
        if not is_same_data(kept, ModelSetup.of(config, self._table()) if config.learns else None):
            raise ConfigError(OTHER_DATA)
        saved = kept.saved_at(at, self._recorder.store.snapshots(kept.id))
        self.begin_anew(saved.config, saved, kept=kept if saved.past else None)

    @property
    def kept(self) -> KeptRun | None:
        """The run as it is kept; None if it is not yet."""
        id = self._recorder.id_of(self.staged)
        return None if id is None else self._recorder.store.get(id)

    def switch(self, panel: str, name: str, value: str) -> None:
        """Chooses a variant of a chart."""
        self.scene.switch(panel, name, value)

    # ---- playing

    def start(self) -> None:
        """Begins to prepare the run; only the first call does anything."""
        if not self._started:
            self._started = True
            self.run.start()
            self._recorder.start()

    def play(self) -> None:
        """Takes steps until the last; a run that is over begins again first."""
        self.start()
        if self.is_over:
            self.restart()
        self.run.play()

    def pause(self) -> None:
        """Takes no further step."""
        self.run.pause()

    def take_steps(self, count: int = 1) -> None:
        """Takes `count` steps, fewer where the run ends before, and then pauses."""
        self.start()
        self.run.take_steps(count)

    def restart(self) -> None:
        """Pauses the run at step 0; one that failed is replaced."""
        if self.run.status is Status.FAILED:
            self.begin_anew()
            self.run.pause()
            return
        self.run.pause()
        self._recorder.end(self.staged)
        self.staged.restart()

    def go_to(self, step: int) -> None:
        """Pauses the run at `step`, of those that were recorded; it is kept as it was."""
        self.run.pause()
        self._recorder.note(self.staged)
        self.run.go_to(step)

    def fork(self) -> None:
        """Makes the run as it stands the beginning of another one; what came after it is kept with the run before."""
        self.run.fork()

    def set_pace(self, pace: float | None) -> None:
        """Sets the steps per second from now on; None means as fast as possible."""
        self._pace = pace
        self.run.set_pace(pace)

    def close(self) -> None:
        """Ends the run and what is computed beside it, once it is kept."""
        self.run.pause()
        self._recorder.close(then=self.staged.close)

    # ---- what it has come to

    def keep(self, timeout: float | None = None) -> bool:
        """Keeps the run as it is now, and waits for that up to `timeout` seconds; True if it is kept."""
        return self._recorder.flush(timeout)

    @property
    def wants_to_play(self) -> bool:
        """True if the run plays, or will as soon as it is prepared."""
        return self.run.wants_to_play and self.run.status is not Status.FINISHED

    @property
    def is_over(self) -> bool:
        """True if the run takes no further step unless it begins again."""
        run = self.run
        goes_on = run.status is Status.FINISHED and run.step < run.total_steps  # it has just been given more epochs
        return run.status.is_over and not goes_on

    @property
    def history(self) -> RecordedColumns:
        """A copy of what was recorded of the run up to now."""
        staged = self.staged
        learns = staged.learning is not None
        return RecordedColumns.of(staged.run, learns, 0 if learns else len(staged.scene.initial))

    @property
    def trains_itself(self) -> bool:
        """True if a person's own model is trained itself, since it cannot be copied."""
        return self._place.is_second_choice

    @property
    def fault(self) -> str | None:
        """The traceback of what the run failed by; None if it did not fail."""
        return self.run.fault

    @property
    def saved(self) -> SavedRun | None:
        """What it takes to make the run's updates again; None for a person's own model."""
        if self._own is not None:
            return None
        run = self.run
        made = run.program, run.seconds_per_update
        return SavedRun(self.config, run.step, run.live.asked, *made, branch=self.staged.branch)

    @property
    def table(self) -> Dataset | None:
        """The data set of the problem "csv"; None where there is none yet."""
        return self._table()

    def model_file(self) -> bytes | None:
        """The model with its weights as they are now, as Keras saves it; None for a surface."""
        return self.staged.model_file()

    def trained_model(self) -> TrainedModel | None:
        """The model as it is now with its held-out examples; None for a surface, and before it is built."""
        found, own = self.staged.trained_model(), self.own_for_elsewhere
        return found if found is None or own is None else replace(found, code=own.code)

    @property
    def own_data(self) -> Dataset | None:
        """What is known of the data of a person's own model; None on any other page."""
        return None if self._own is None else self._own.dataset

    @property
    def own_for_elsewhere(self) -> PackedModel | None:
        """A person's own model for other processes; None where it cannot be taken there, and on any other page."""
        return self._place.own

    @property
    def model(self) -> keras.Model | None:
        """The model that is trained; None for a surface and before it is built."""
        return self.staged.model

    # ---- waiting

    def wait(self, timeout: float | None = None, hurry: bool = False) -> bool:
        """Waits up to `timeout` seconds until the run rests, also if another one takes its place meanwhile.

        With `hurry` no set pace slows the run down while somebody waits. Returns True if the run rests.
        """
        self.start()
        return self._waiting.wait(timeout, hurry)

    @property
    def is_awaited(self) -> bool:
        """True if somebody waits for the run in a cell, or did until a moment ago: then no page can answer."""
        return self._waiting.is_awaited
