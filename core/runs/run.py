"""A run: a trainer in a thread of its own, with what was recorded and found out about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.background_thread import BackgroundThread
from core.deferred_release import retire
from core.probes.probe_schedule import ProbeSchedule
from core.runs.awaited import Awaited, tensorflow_is_loaded
from core.runs.run_requests import RunRequests
from core.runs.run_worker import RunWorker
from core.runs.status import Status
from core.snapshots.lasting import Lasting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np

    from core.history.history import History
    from core.history.run_histories import RunHistories
    from core.probes.finding import Finding
    from core.runs.past.setting_changes import LiveRecord, SettingChange
    from core.training.step_record import Observation
    from core.training.trainer import Trainer
    from core.training.update_loop import Program


class Run:
    """Plays a trainer in a thread of its own. Every method returns at once unless it says it waits.

    What it publishes (`step`, `status`, `history`, `marks`, `observation`) may be read from any thread at any
    time. Unless it plays, the observation is of the step it stands at; while it plays, `request_observation`
    asks for a newer one.
    """

    def __init__(
        self,
        build: Callable[[], Trainer],
        total_steps: int,
        pace: float | None = None,
        settle_seconds: float = 0.0,
        on_change: Callable[[], None] = lambda: None,
        probes: Callable[[], ProbeSchedule] = lambda: ProbeSchedule({}),
    ) -> None:
        """Makes a run that has not begun; see `start`.

        Args:
            build: Makes the trainer, in the run's thread, once nothing stopped the run for `settle_seconds`.
            total_steps: The step at which the run is finished.
            pace: Steps per second; None means as fast as possible.
            settle_seconds: How long the run waits before it builds.
            on_change: Called, in whichever thread, after the status or the observation changed.
            probes: Makes the probes, after the trainer was built.
        """
        self._requests = RunRequests(total_steps, pace)
        self._worker = RunWorker(self._requests, build, probes, settle_seconds, on_change)
        self._thread = BackgroundThread(self._worker.work, "descent-lab-run", end=self._end)

    def __repr__(self) -> str:
        return f"Run({self.status.value}, step {self.step} of {self.total_steps})"

    # ---- what it is asked

    def start(self) -> None:
        """Starts the thread: it prepares the trainer, then waits for `play` or `take_steps`."""
        self._thread.start()

    def play(self) -> None:
        """Takes steps until the last, a pause or a divergence."""
        self._requests.ask(playing=True)

    def pause(self) -> None:
        """Takes no further step; the compiled call under way ends first (about 20 ms)."""
        self._requests.ask(playing=False, single_steps=0)

    def take_steps(self, count: int = 1) -> None:
        """Takes `count` steps, and pauses if playing; raises ValueError for fewer than 0."""
        if count < 0:
            raise ValueError(f"a run takes no steps back, so not {count}")
        self._requests.ask_for_steps(count)

    def restart(self, initial: Sequence[np.ndarray]) -> None:
        """Goes back to step 0 at the point `initial`, with an empty history; what is compiled stays."""
        self._requests.ask(restart=initial, single_steps=0)

    def stop(self) -> None:
        """Ends the thread at the next chance; a stopped run stays as it is."""
        self._end()
        retire(self)

    def set(self, **settings: float) -> None:
        """Gives live settings a new value; it holds from the next compiled call on and leaves a mark."""
        self._requests.ask_for_settings(settings)

    def set_pace(self, pace: float | None) -> None:
        """Sets the steps per second from now on; None means as fast as possible."""
        self._requests.ask(pace=pace, retimed=True)

    def set_total(self, total_steps: int) -> None:
        """Sets the step at which the run is finished; a finished run with steps left is paused again."""
        self._requests.ask(total_steps=total_steps, retimed=True)

    def watch(self, names: frozenset[str], layers: bool = False, plane: str = "off") -> None:
        """Says which findings somebody looks at; the others are not looked for.

        `layers` and `plane` say whether somebody looks at the layers' norms and at which landscape: an engine has
        to know, here whoever asks reads the one and computes the other.
        """
        if names != self._requests.watched:
            self._requests.ask(watched=names, watching=True)

    def go_to(self, step: int) -> None:
        """Pauses at `step`, of those that were recorded, by the same updates; the record of later ones stays."""
        self._requests.ask(rewind=step, playing=False, single_steps=0)

    def fork(self) -> None:
        """Makes the run as it stands the beginning of another one: later updates are forgotten."""
        self._requests.ask(fork=True)

    def request_observation(self) -> None:
        """Asks for a newer `observation`, of another step if it plays; `on_change` tells when it is there."""
        self._requests.ask(observation=True)

    def request_snapshots(self, known: frozenset[int]) -> Callable[[], Lasting]:
        """A function that returns the snapshots that last, without the states of the steps `known`."""
        states = self._worker.recording.states
        return lambda: Lasting.of(states, known)

    def wait(self, timeout: float | None = None) -> bool:
        """Waits up to `timeout` seconds until the run rests: paused, finished, diverged, failed or stopped.

        Everything asked for before the call is done by then, and what is always looked for, such as the
        validation loss, was found at the step where the run rests. A run that was not started never rests.

        Returns:
            True if the run rests; False if the time was over before.
        """
        with self._requests.changed:
            return self._requests.changed.wait_for(lambda: self._worker.rests, timeout)

    def join(self, timeout: float | None = None) -> bool:
        """Waits up to `timeout` seconds each for a stopped thread and for looks under way; True if all ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive() and self._worker.dispatcher.join(timeout)

    def _end(self) -> None:
        self._requests.ask(stop=True)

    # ---- what it publishes

    @property
    def returning_to(self) -> None:
        """The step a lost run is on its way back to; one in this process is never lost alone."""

    @property
    def sharing(self) -> int:
        """The number of runs, this one among them, that take turns on this machine's cores; 0 if it need not."""
        return 0

    @property
    def status(self) -> Status:
        """The state the run is in."""
        return self._worker.status

    @property
    def awaited(self) -> Awaited:
        """What it waits for while it prepares."""
        return Awaited(not tensorflow_is_loaded())

    @property
    def step(self) -> int:
        """The number of updates made since it began."""
        return self._worker.step

    @property
    def total_steps(self) -> int:
        """The step at which the run is finished."""
        return self._requests.total_steps

    @property
    def wants_to_play(self) -> bool:
        """True if it plays, or will as soon as it is prepared; one that failed will not."""
        return self._requests.playing and self.status is not Status.FAILED

    @property
    def error(self) -> str | None:
        """The sentence that says why the run failed; None if it did not."""
        return self._worker.error

    @property
    def fault(self) -> str | None:
        """The traceback of what the run failed by, for whoever wrote the model; None if it did not."""
        return self._worker.fault

    @property
    def record(self) -> RunHistories | None:
        """All that was recorded; None before the run is prepared."""
        return self._worker.recording.histories

    @property
    def history(self) -> History | None:
        """The record by update; None before the run is prepared."""
        return None if self.record is None else self.record.history

    @property
    def marks(self) -> Sequence[SettingChange]:
        """The changes of live settings in the order of their steps; another list whenever one is new."""
        return self._worker.recording.live.marks

    @property
    def recorded(self) -> int:
        """How many updates were recorded; more than `step` where the run was taken back."""
        return max(self._worker.recording.recorded, self.step)

    @property
    def live(self) -> LiveRecord:
        """The changes of live settings as they were asked for, by which the run can be made again."""
        return self._worker.recording.live

    @property
    def program(self) -> Program | None:
        """The kind of compiled program that was chosen; None before that, and where there is no choice."""
        return self._worker.program

    @property
    def observation(self) -> Observation | None:
        """The trainer's state as it was last looked at; None before the first look."""
        return self._worker.observer.observation

    @property
    def observed_at(self) -> float | None:
        """The time of that look, in unix seconds."""
        return self._worker.observer.observed_at

    @property
    def findings(self) -> Mapping[str, Finding]:
        """The newest finding of each probe by name; another object whenever one is new."""
        return self._worker.dispatcher.probes.findings

    @property
    def failed_probes(self) -> frozenset[str]:
        """The names of what cannot be found out, because of a fault in the program."""
        return self._worker.dispatcher.probes.failed

    def steps_per_second(self) -> float | None:
        """The rate measured over the last second of playing; None while it is not playing."""
        return self._worker.rate.per_second() if self.status is Status.PLAYING else None

    @property
    def seconds_played(self) -> float:
        """The seconds it has played since step 0, without pauses; at a set pace waiting counts too."""
        return self._worker.played.seconds()

    @property
    def cpu_seconds(self) -> None:
        """None: what its thread computes cannot be told from all else in this process."""

    @property
    def seconds_per_update(self) -> float | None:
        """The seconds an update takes, as measured when the trainer was compiled; None before that."""
        return self._worker.seconds_per_update
