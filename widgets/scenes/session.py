"""A session: the run on the page, through all changes of its config."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from core.engines.kept_model import OTHER_DATA, is_same_data
from core.field import ConfigError
from core.language import _
from core.learning.setup import ModelSetup
from core.runs.status import Status
from core.runs.waiting import Waiting
from core.store.recorder import Recorder
from core.store.run_store import RunStore
from widgets.scenes.branching import branch_from
from widgets.scenes.config_change import Change, change_between
from widgets.scenes.present_run import PresentRun
from widgets.scenes.staging import Staging
from widgets.scenes.training_place import TrainingPlace

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.runs.past.branch import Branch
    from core.runs.run_summary import RunSummary
    from core.runs.saved_run import SavedRun
    from core.store.kept_run import KeptRun
    from core.user_models.user_model import UserModel


class Session(PresentRun):
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
        place = TrainingPlace.of(connect, own)
        self.wake, self._pace, self._started = wake, pace, False
        self._staging = Staging(place, own is not None, table, wake)
        self._waiting = Waiting(lambda: self.run, lambda: self._pace)
        recorder = Recorder(store or cache(RunStore), lambda: self.staged)
        super().__init__(self._staging.staged(config, {}, pace), recorder, place, own, table)

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

    def keep(self, timeout: float | None = None) -> bool:
        """Keeps the run as it is now, and waits for that up to `timeout` seconds; True if it is kept."""
        return self._recorder.flush(timeout)

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
