"""A run: a trainer, its history, and the thread that drives the one and fills the other."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from core.deferred_release import free_retired, retire
from core.field import ConfigError
from core.probes.finding import Finding
from core.probes.probe_dispatcher import ProbeDispatcher
from core.probes.probe_schedule import GAP_SECONDS, SHARE, SHARE_WHEN_IDLE, ProbeSchedule
from core.runs.history import History
from core.runs.pacing import CallLength, Pacer, RateMeter, Stopwatch
from core.runs.run_histories import RunHistories
from core.runs.run_requests import RunRequests
from core.runs.setting_changes import SettingChange, with_mark
from core.training.step_record import Observation, Steps

if TYPE_CHECKING:
    from core.training.trainer import Trainer

log = logging.getLogger(__name__)

FAULT = "Training stopped because of a fault in the program; press Reset to start again."

TURN_SECONDS = 0.05  # how often a run that waits for its turn looks whether it was stopped
_building = threading.Lock()  # one build at a time: compiling two runs at once only makes both late


class Status(Enum):
    """What a run is doing."""

    PREPARING = "preparing"  # importing TensorFlow, compiling
    PAUSED = "paused"
    PLAYING = "playing"
    FINISHED = "finished"  # took all its steps; more epochs let it go on
    DIVERGED = "diverged"
    FAILED = "failed"
    STOPPED = "stopped"


class Run:
    """Plays a trainer in a thread of its own. Every method returns at once unless it says it waits.

    The worker alone touches the trainer. What it publishes (`step`, `status`, `history`, `marks`,
    `observation`) may be read from any thread at any time. Unless it plays, the observation is of the
    step it stands at; while it plays, `request_observation` asks for a newer one.
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
        """A run of the trainer that `build` makes, in the worker, once nothing stopped it for `settle_seconds`.

        `pace` is in steps per second, None as fast as possible. `on_change` is called, in whichever
        thread, after the status or the observation changed. `probes` are made after the trainer.
        """
        self.record: RunHistories | None = None
        self.marks: list[SettingChange] = []
        self.step = 0
        self.status = Status.PREPARING
        self.observation: Observation | None = None
        self.observed_at: float | None = None  # when, in unix seconds
        self.error: str | None = None
        self._build, self._total, self._pace = build, total_steps, pace
        self._settle_seconds, self._on_change = settle_seconds, on_change
        self._make_probes = probes
        self._dispatcher = ProbeDispatcher(ProbeSchedule({}), self._note_finding)
        self._watched: frozenset[str] = frozenset()
        self._observed = False  # whether `observation` is where the trainer stands now
        self._requests = RunRequests()
        self._condition = threading.Condition()
        self._rate = RateMeter()
        self._played = Stopwatch()
        self._worker = threading.Thread(target=self._work, name="descent-lab-run", daemon=True)

    def __repr__(self) -> str:
        return f"Run({self.status.value}, step {self.step} of {self._total})"

    def start(self) -> None:
        """Starts the worker: it prepares the trainer, then waits for `play` or `take_step`."""
        self._worker.start()

    def play(self) -> None:
        """Takes steps until the last, a pause or a divergence."""
        self._wish(playing=True)

    def pause(self) -> None:
        """Takes no further step; the compiled call under way ends first (about 20 ms)."""
        self._wish(playing=False)

    def take_step(self) -> None:
        """Takes a single step, and pauses if playing."""
        with self._condition:
            self._requests.playing = False
            self._requests.single_steps += 1
            self._condition.notify_all()

    def restart(self, initial: Sequence[np.ndarray]) -> None:
        """Goes back to step 0 at the point `initial`, with an empty history; what is compiled stays."""
        self._wish(restart=initial, single_steps=0)

    def stop(self) -> None:
        """Ends the worker at the next chance; a stopped run stays as it is."""
        self._wish(stop=True)
        retire(self)

    def join(self, timeout: float | None = None) -> bool:
        """Waits, for up to `timeout` seconds each, for a stopped worker and for looks under way; whether all ended."""
        if self._worker.ident is not None:  # it was started
            self._worker.join(timeout)
        return not self._worker.is_alive() and self._dispatcher.join(timeout)

    def set(self, **settings: float) -> None:
        """Gives live settings a new value; it holds from the next compiled call on and leaves a mark."""
        with self._condition:
            self._requests.settings.update(settings)
            self._condition.notify_all()

    def set_pace(self, pace: float | None) -> None:
        """Steps per second from now on; None means as fast as possible."""
        with self._condition:
            self._pace, self._requests.retimed = pace, True
            self._condition.notify_all()

    def set_total(self, total_steps: int) -> None:
        """Where the run stops; a finished run with steps left is paused again."""
        with self._condition:
            self._total, self._requests.retimed = total_steps, True
            self._condition.notify_all()

    @property
    def total_steps(self) -> int:
        """The step at which the run is finished."""
        return self._total

    @property
    def wants_to_play(self) -> bool:
        """Whether it plays, or will as soon as it is prepared."""
        return self._requests.playing

    def steps_per_second(self) -> float | None:
        """Measured over the last second of playing; None while it is not playing."""
        return self._rate.per_second() if self.status is Status.PLAYING else None

    @property
    def history(self) -> History | None:
        """The record by update; None before there is one."""
        return None if self.record is None else self.record.history

    @property
    def findings(self) -> Mapping[str, Finding]:
        """The newest finding of each probe by name; another object whenever one is new."""
        return self._dispatcher.probes.findings

    @property
    def failed_probes(self) -> frozenset[str]:
        """The names of what cannot be found out, because of a fault in the program."""
        return self._dispatcher.probes.failed

    def watch(self, names: frozenset[str]) -> None:
        """Which findings somebody looks at; the others are not looked for."""
        if names != self._watched:
            self._watched = names
            self._wish(watching=True)

    @property
    def seconds_played(self) -> float:
        """How long it has played since step 0, without pauses; at a set pace waiting counts too."""
        return self._played.seconds()

    @property
    def seconds_per_update(self) -> float | None:
        """How long an update takes, as measured when the trainer was compiled; None before that."""
        return None if self.record is None else self._trainer.seconds_per_update

    def request_observation(self) -> None:
        """Asks for a newer `observation`; `on_change` tells when it is there."""
        self._wish(observation=True)

    def _wish(self, **requests: object) -> None:
        with self._condition:
            for name, value in requests.items():
                setattr(self._requests, name, value)
            self._condition.notify_all()

    def _work(self) -> None:
        try:
            if self._prepare():
                self._serve()
        except ConfigError as error:  # what the config asks for cannot be had
            self.error = str(error)
            self._become(Status.FAILED)
        except Exception:
            log.exception("the run failed")
            self.error = FAULT
            self._become(Status.FAILED)
        else:
            self._become(Status.STOPPED)

    def _prepare(self) -> bool:
        """Builds and compiles the trainer; False if the run was stopped meanwhile."""
        with self._condition:
            if self._condition.wait_for(lambda: self._requests.stop, self._settle_seconds):
                return False
        with self._turn_to_build() as has_turn:
            if not has_turn:
                return False
            free_retired()
            self._trainer = self._build()
            self._trainer.set_total(self._total)
            self._trainer.compile()
            probes = self._make_probes()
            probes.played, probes.total_steps = self._played.seconds, self._total
            self._dispatcher = ProbeDispatcher(probes, self._note_finding)
        self._begin_history()
        return True

    @contextmanager
    def _turn_to_build(self) -> Iterator[bool]:
        """Waits until no other run is built; False if this one was stopped meanwhile."""
        has_turn = False
        while not self._requests.stop and not has_turn:
            has_turn = _building.acquire(timeout=TURN_SECONDS)
        try:
            yield has_turn and not self._requests.stop
        finally:
            if has_turn:
                _building.release()

    def _begin_history(self) -> None:
        self._dispatcher.probes.forget()
        seen = self._observe(last=None)
        self.record = RunHistories(len(seen.parameters), self._trainer.layer_names)
        self.marks, self.step = [], 0
        self._played.reset()
        self._on_change()
        self._dispatcher.begin(self._trainer)

    def _restart(self) -> None:
        with self._condition:
            initial, self._requests.restart = self._requests.restart, None
        if initial is not None:
            self._trainer.reset(initial)
            self._begin_history()

    def _serve(self) -> None:
        self._become(Status.PAUSED)
        pacer = Pacer()
        calls = CallLength(self._trainer.longest_call)
        while not self._requests.stop:
            self._apply_settings()  # before a restart: what a new history starts with needs no mark
            self._restart()
            if self._requests.observation:
                self._publish_observation()
            due = self._due(pacer, calls)
            if due:
                self._advance(due, calls)
                self._look(SHARE, GAP_SECONDS)
            elif not self._look(SHARE_WHEN_IDLE if self.status is Status.PLAYING else None):
                self._idle(pacer)

    def _look(self, share: float | None, gap: float = 0.0) -> bool:
        """Has probes that are due look at where the run stands; whether training waited for one that measures times."""
        self._requests.watching = self._requests.found = False
        self._dispatcher.probes.watched = self._watched
        return not self._trainer.diverged and self._dispatcher.look(self._trainer, share, gap)

    def _note_finding(self) -> None:
        self._wish(found=True)
        if self.status is not Status.PLAYING:  # a page that plays asks for itself
            self._on_change()

    def _due(self, pacer: Pacer, calls: CallLength) -> int:
        """How many steps to take now."""
        with self._condition:
            if self._requests.restart is not None:  # a play after it is meant for the run it begins
                return 0
            if self._requests.retimed:
                self._trainer.set_total(self._total)  # schedules end where the run does
                self._dispatcher.probes.total_steps = self._total
            self._requests.retimed = False
            left = self._total - self.step
            if self._trainer.diverged or left <= 0:
                self._requests.playing, self._requests.single_steps = False, 0
            single, self._requests.single_steps = self._requests.single_steps, 0
            playing, pace = self._requests.playing, self._pace
        self._show_status(playing, left)
        if single or not playing:
            pacer.reset()
            return min(single, left)
        if pace is not None:
            return min(left, pacer.due(pace, calls.steps))
        return min(left, calls.steps, self._dispatcher.probes.stride or left)  # probes look between calls

    def _show_status(self, playing: bool, left: int) -> None:
        if self._trainer.diverged:
            status = Status.DIVERGED
        elif left <= 0:
            status = Status.FINISHED
        else:
            status = Status.PLAYING if playing else Status.PAUSED
        if status is not Status.PLAYING and not self._observed:
            self._publish_observation()
        self._become(status)

    def _advance(self, due: int, calls: CallLength) -> None:
        started = time.perf_counter()
        steps = self._trainer.advance(due)
        self._observed = False
        calls.learn(due, time.perf_counter() - started)
        self._record(steps)
        self._rate.count(len(steps))

    def _record(self, steps: Steps) -> None:
        assert self.record is not None
        self.record.append(steps)
        self.step = self._trainer.step

    def _apply_settings(self) -> None:
        with self._condition:
            settings, self._requests.settings = self._requests.settings, {}
        if not settings:
            return
        before = self._trainer.hyper()
        self._trainer.set(**settings)
        after = self._trainer.hyper()
        for name in settings:
            if self.step > 0 and before[name] != after[name]:
                self.marks = with_mark(self.marks, SettingChange(self.step, name, before[name], after[name]))
        self._publish_observation()

    def _publish_observation(self) -> None:
        self._requests.observation = False
        self._observe(None if self.history is None else self.history.last())
        self._on_change()

    def _observe(self, last: Mapping[str, float] | None) -> Observation:
        self.observed_at = time.time()
        if last is None or not self._trainer.layer_names:
            self.observation = self._trainer.observe()
        else:
            # A look at a model costs as much as an update; the last one's record is there already.
            self.observation = _recalled(self._trainer, last)
        self._observed = True
        return self.observation

    def _idle(self, pacer: Pacer) -> None:
        """Waits for a wish or, at a set pace, for the next due step."""
        with self._condition:
            playing = self.status is Status.PLAYING
            self._condition.wait_for(lambda: self._requests.waiting(playing), pacer.seconds_left() if playing else None)

    def _become(self, status: Status) -> None:
        if status is not self.status:
            self.status = status
            self._rate.reset()
            self._played.run(status is Status.PLAYING)
            self._on_change()


def _recalled(trainer: Trainer, last: Mapping[str, float]) -> Observation:
    """Where a trainer of many parameters stands, with loss and gradient norm as its last update found them."""
    nothing, hessian = np.empty(0), np.empty((0, 0))
    norm = last["gradient_norm"]
    return Observation(trainer.step, nothing, last["loss"], nothing, hessian, {}, trainer.hyper(), None, norm)
