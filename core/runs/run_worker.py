"""The thread's side of a run: it prepares a trainer, takes steps as asked and publishes where the run stands."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

from core.field import ConfigError
from core.language import N_
from core.learning.memory import ran_out_of_memory
from core.probes.probe_dispatcher import ProbeDispatcher
from core.probes.probe_schedule import GAP_SECONDS, SHARE, SHARE_WHEN_IDLE, ProbeSchedule
from core.probes.registry import EVALUATION
from core.runs.observer import Observer
from core.runs.pacing import CALL_IN_TURNS, CALL_SECONDS, CallLength, CallTimer, Pacer, RateMeter, Stopwatch
from core.runs.past.recording import Recording
from core.runs.preparation import prepare
from core.runs.status import Status
from core.runs.turn import Always

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.runs.run_requests import RunRequests
    from core.runs.turn import Turn
    from core.training.trainer import Trainer
    from core.training.update_loop import Program

log = logging.getLogger(__name__)

FAULT = N_("Training stopped because of a fault in the program; press Reset to start again.")
NO_MEMORY = N_("Training needs more memory than is free: choose a smaller model or a smaller batch.")


class RunWorker:
    """Deals with `requests` until it is stopped. It alone touches the trainer, in the thread that calls `work`.

    What it publishes (`step`, `status`, `recording`, `error`, `fault`, `observer`) may be read from any thread.
    """

    def __init__(
        self,
        requests: RunRequests,
        build: Callable[[], Trainer],
        make_probes: Callable[[], ProbeSchedule],
        settle_seconds: float,
        on_change: Callable[[], None],
        turn: Turn | None = None,
    ) -> None:
        """`turn` says when steps may be taken; None means always."""
        self.recording = Recording()
        self.step = 0
        self.status = Status.PREPARING
        self.error: str | None = None
        self.fault: str | None = None
        self.seconds_per_update: float | None = None
        self.observer = Observer()
        self.rate = RateMeter()
        self.played = Stopwatch()
        self.dispatcher = ProbeDispatcher(ProbeSchedule({}), self._note_finding)
        self._requests, self._build, self._make_probes = requests, build, make_probes
        self._settle_seconds, self._on_change = settle_seconds, on_change
        self._turn, self._others_seconds = turn or Always(), 0.0
        self._total_steps = requests.total_steps  # as the trainer knows it
        self._idle_at_rest = False

    @property
    def program(self) -> Program | None:
        """The kind of compiled program that was chosen; None before that, and where there is no choice."""
        return self._trainer.loop.kind if self.recording.histories is not None else None

    @property
    def is_past(self) -> bool:
        """True if the run was taken back: more updates are recorded than it has made."""
        return self.step < self.recording.recorded

    @property
    def rests(self) -> bool:
        """True if there is nothing left to do: no step, no request, no evaluation of where it stands."""
        if self.status in (Status.FAILED, Status.STOPPED):
            return True
        return self._idle_at_rest and not self._requests.waiting(playing=False) and self._is_evaluated

    @property
    def _is_evaluated(self) -> bool:
        """True if what is always looked for was found at the present step, as far as it can be."""
        return self.status is Status.DIVERGED or self.dispatcher.probes.is_done_at(self.step)

    def work(self) -> None:
        """Prepares the trainer and serves requests until the run is stopped or fails."""
        try:
            if prepare(self._requests, self._build, self._get_ready, self._settle_seconds):
                self._begin_history()
                self._serve()
        except ConfigError as error:  # what the config asks for cannot be had
            self._fail(error.args[0])
        except Exception as error:
            log.exception("the run failed")
            self.fault = traceback.format_exc()
            self._fail(NO_MEMORY if ran_out_of_memory(error) else FAULT)
        else:
            self._become(Status.STOPPED)
        self._requests.ask()  # wakes whoever waits for the end

    def _fail(self, sentence: str) -> None:
        self.error = sentence
        self._become(Status.FAILED)

    # ---- before the first step

    def _get_ready(self, trainer: Trainer) -> None:
        """Compiles the trainer; a model is seen where it begins before that, since it takes seconds."""
        self._trainer = trainer
        self._total_steps = self._requests.total_steps
        trainer.set_total(self._total_steps)
        if trainer.layer_names:
            seen = trainer.preview()
            self.recording.announce(trainer)
            self.observer.show(seen)
            self._on_change()
        trainer.compile()
        self.seconds_per_update = trainer.seconds_per_update
        probes = self._make_probes()
        probes.played, probes.total_steps = self.played.seconds, self._requests.total_steps
        self.dispatcher = ProbeDispatcher(probes, self._note_finding)

    def _begin_history(self) -> None:
        self.dispatcher.probes.forget()
        seen = self.observer.observe(self._trainer)
        self.recording.begin(self._trainer, len(seen.parameters))
        self.step = 0
        self.played.reset()
        if self.status is Status.PLAYING:
            self.dispatcher.probes.play()
        self._on_change()
        self.dispatcher.begin(self._trainer)

    # ---- the loop

    def _serve(self) -> None:
        self._become(Status.PAUSED)
        pacer, calls = Pacer(), CallLength(self._trainer.longest_call)
        while not self._requests.stop:
            self._take_past()
            self._go_to_step()
            self._fork_if_asked()
            self._apply_settings()  # before a restart: what a new history starts with needs no mark
            self._restart()
            if self._requests.wants_observation(self.status is Status.PLAYING, self.observer.is_current):
                self._publish_observation()
            due = self._due(pacer, calls)
            if due:
                self._advance(due, calls)
                self._look(SHARE, GAP_SECONDS)
            elif not self._look_while_idle():
                self._idle(pacer)

    def _restart(self) -> None:
        initial = self._requests.take_restart()
        if initial is not None:
            self._apply_settings()  # that were asked for before it and came only now
            self._trainer.reset(initial)
            self._begin_history()

    def _take_past(self) -> None:
        """Takes what was kept of the run for its past: then it can go to any step of that."""
        past = self._requests.take_past()
        if past is not None and self.recording.take(self._trainer, past):
            self._requests.total_steps = self._total_steps = past.total_steps or self._total_steps
            self.dispatcher.probes.take({EVALUATION.name: past.by_evaluation}, self._total_steps)

    def _go_to_step(self) -> None:
        """Goes to a step that was recorded; a newer request takes the place of one under way."""
        step = self._requests.take_rewind()
        if step is None or self.recording.histories is None:
            return
        requests = self._requests
        self.recording.go_to(self._trainer, step, lambda: not requests.interrupts_rewind)
        self.step = self._trainer.step
        self.dispatcher.probes.rewind(self.step)
        self._publish_observation()

    def _fork_if_asked(self) -> None:
        if self._requests.fork:
            self._requests.fork = False
            self._fork()

    def _fork(self) -> None:
        if self.recording.fork(self._trainer):
            self._on_change()

    def _apply_settings(self) -> None:
        settings, dragged = self._requests.take_settings()
        if not settings:
            return
        self._fork()  # from here it is another run
        if self._trainer.diverged:
            self._publish_observation()  # of the rate at which it did
        self.recording.set(self._trainer, settings, dragged)
        self._publish_observation()

    def _due(self, pacer: Pacer, calls: CallLength) -> int:
        """Returns the number of steps to take now."""
        requests = self._requests
        with requests.changed:
            if requests.restart is not None or requests.settings:  # a play after them is meant for what they make
                return 0
            self._retime()
            left = max(requests.total_steps - self.step, 0)  # fewer may be wanted than were made
            if self._trainer.diverged or left <= 0:
                requests.playing, requests.single_steps = False, 0
            single = min(requests.single_steps, left, calls.steps)  # so that a pause gets through
            requests.single_steps -= single
            playing, pace = requests.playing, requests.pace
        self._show_status(playing, left)
        if single or not playing:
            pacer.reset()
            return single
        self._others_seconds = self._turn.seconds_left(pace)
        if self._others_seconds:
            return 0
        calls.seconds = CALL_IN_TURNS if self._turn.sharing else CALL_SECONDS
        if pace is not None:
            return min(left, pacer.due(pace, calls.steps))
        return min(left, calls.steps, self.dispatcher.probes.stride or left)  # probes look between calls

    def _retime(self) -> None:
        if self._requests.retimed:
            total, before = self._requests.total_steps, self._total_steps
            self._trainer.set_total(total)  # schedules end where the run does
            self.dispatcher.probes.total_steps = self._total_steps = total
            if total != before:
                self._fork()
                self.recording.note_total(self._trainer, before, total)
        self._requests.retimed = False

    def _show_status(self, playing: bool, left: int) -> None:
        if self._trainer.diverged:
            status = Status.DIVERGED
        elif left <= 0:
            status = Status.FINISHED
        else:
            status = Status.PLAYING if playing else Status.PAUSED
        if status is not Status.PLAYING and not self.observer.is_current:
            self._publish_observation()
        self._become(status)

    def _become(self, status: Status) -> None:
        if status is not self.status:
            self.status = status
            self.rate.reset()
            self.played.run(status is Status.PLAYING)
            if status is Status.PLAYING:
                self.dispatcher.probes.play()
            if status is not Status.PLAYING:
                self._turn.rest()
                self._others_seconds = 0.0
            self._on_change()

    def _advance(self, due: int, calls: CallLength) -> None:
        timer = CallTimer()
        steps = self.recording.advance(self._trainer, due)
        self.observer.is_current = False
        seconds, computed = timer.stop()
        calls.learn(due, computed)
        if self.seconds_per_update is not None and len(steps):  # the trial may have met a busy machine
            self.seconds_per_update = min(self.seconds_per_update, seconds / len(steps))
        self.step = self._trainer.step
        self.recording.note(self._trainer, self.played.seconds())
        self.rate.count(len(steps))

    def _idle(self, pacer: Pacer) -> None:
        """Waits for a request, for the next due step at a set pace, or for its turn."""
        with self._requests.changed:
            playing = self.status is Status.PLAYING
            self._idle_at_rest = not playing
            self._requests.changed.notify_all()
            seconds = (self._others_seconds or pacer.seconds_left()) if playing else None
            is_current = self.observer.is_current
            self._requests.changed.wait_for(lambda: self._requests.waiting(playing, is_current), seconds)
            self._idle_at_rest = False

    # ---- what is found out

    def _look_while_idle(self) -> bool:
        """Looks at rest, between the steps of a set pace, or while others have their turn."""
        if self._others_seconds:
            return self._look(SHARE, GAP_SECONDS)
        return self._look(SHARE_WHEN_IDLE if self.status is Status.PLAYING else None)

    def _look(self, share: float | None, gap: float = 0.0) -> bool:
        """Begins the looks of probes that are due; returns True if training waited for one that measures times."""
        self._requests.watching = self._requests.found = False
        self.dispatcher.probes.watched = self._requests.watched
        return not self._trainer.diverged and self.dispatcher.look(self._trainer, share, gap)

    def _note_finding(self) -> None:
        self._requests.ask(found=True)
        if self.status is not Status.PLAYING or self._requests.observation:  # a page that plays asks for itself
            self._on_change()

    def _publish_observation(self) -> None:
        self._requests.observation = False
        self.observer.observe(self._trainer, self.recording.last_row(self._trainer))
        self._on_change()
