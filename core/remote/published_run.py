"""What a run in another process has published: the reading half of `RemoteRun`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.remote.published import Published
from core.remote.remote_history import RemoteHistory, RemoteRecord
from core.runs.past.setting_changes import LiveRecord
from core.runs.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.learning.facts import LearnerFacts
    from core.probes.finding import Finding
    from core.remote.remote_history import Fetch
    from core.remote.task import Task
    from core.runs.past.setting_changes import SettingChange
    from core.snapshots.lasting import Lasting
    from core.training.step_record import Observation
    from core.training.update_loop import Program


class PublishedRun:
    """The properties of a `Run`, read from the state that an engine published last."""

    def __init__(self, task: Task, fetch: Fetch) -> None:
        """Shows what `task` says of where its run is to be; `fetch` asks the engine for something."""
        self.published = Published(
            total_steps=task.total_steps,
            step=task.until,
            live=LiveRecord(task.start_settings, tuple(task.changes)),
            program=task.program,
            seconds_per_update=task.seconds_per_update,
        )
        self._task, self._fetch = task, fetch
        self._record: RemoteRecord | None = None
        self._findings: Mapping[str, Finding] = {}
        self._received = time.perf_counter()
        self._stopped = False
        self._error: str | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.status.value}, step {self.step} of {self.total_steps})"

    def _show(self, state: Published) -> None:
        """Makes `state` the one that is read."""
        if state.beginning and (self._record is None or self._record.number != state.beginning):
            self._record = RemoteRecord(state.beginning, lambda: self.published, self._fetch, state.forked_at)
            self._findings = {}
        if state.findings or state.found != self._findings.keys():
            known = {name: found for name, found in self._findings.items() if name in state.found}
            self._findings = {**known, **state.findings}
        self._received = time.perf_counter()
        self.published = state

    @property
    def status(self) -> Status:
        """What the run is doing."""
        if self._error is not None:
            return Status.FAILED
        return Status.STOPPED if self._stopped else self.published.status

    @property
    def error(self) -> str | None:
        """Why the run failed, in a sentence; None if it did not."""
        return self._error or self.published.error

    @property
    def fault(self) -> str | None:
        """The traceback of what the run failed by; None if it did not, or the engine ended without a word."""
        return self.published.fault

    @property
    def sharing(self) -> int:
        """How many runs, this one among them, take turns on this machine's cores; 0 if it need not."""
        return self.published.sharing if self.status is Status.PLAYING else 0

    @property
    def step(self) -> int:
        """How many updates were made since it began."""
        return self.published.step

    @property
    def total_steps(self) -> int:
        """The step at which the run is finished."""
        return self._task.total_steps

    @property
    def wants_to_play(self) -> bool:
        """True if it plays, or will as soon as it is prepared; one that failed will not."""
        return self._task.playing and self.status is not Status.FAILED

    @property
    def record(self) -> RemoteRecord | None:
        """What was recorded; None before the run is prepared."""
        return self._record

    @property
    def history(self) -> RemoteHistory | None:
        """The record by update; None before the run is prepared."""
        return None if self._record is None else self._record.history

    @property
    def marks(self) -> Sequence[SettingChange]:
        """The changes of live settings in the order of their steps."""
        return [mark for mark in self.published.live.marks if mark.step <= self.step]

    @property
    def recorded(self) -> int:
        """How many updates were recorded; more than `step` where the run was taken back."""
        return max(self.published.recorded, self.published.step)

    @property
    def live(self) -> LiveRecord:
        """The changes of live settings as they were asked for."""
        return self.published.live

    @property
    def program(self) -> Program | None:
        """The kind of compiled program that was chosen."""
        return self.published.program

    @property
    def observation(self) -> Observation | None:
        """Where the run was last looked at."""
        return self.published.observation

    @property
    def observed_at(self) -> float | None:
        """When that was, in unix seconds."""
        return self.published.observed_at

    @property
    def findings(self) -> Mapping[str, Finding]:
        """The newest finding of each probe by name; another object whenever one is new."""
        return self._findings

    @property
    def failed_probes(self) -> frozenset[str]:
        """The names of what cannot be found out."""
        return self.published.failed_probes

    @property
    def facts(self) -> LearnerFacts | None:
        """The model and its data in numbers; None before they are there."""
        return self.published.facts

    def request_snapshots(self, known: frozenset[int]) -> Callable[[], Lasting | None]:
        """Asks the engine for the snapshots that last, without those of the steps `known`; None if none come."""
        return self._fetch("snapshots", known)

    def steps_per_second(self) -> float | None:
        """The rate measured over the last second of playing; None while it is not playing."""
        return self.published.steps_per_second if self.status is Status.PLAYING else None

    @property
    def seconds_played(self) -> float:
        """How long it has played since step 0, without pauses."""
        since = time.perf_counter() - self._received if self.status is Status.PLAYING else 0.0
        return self.published.seconds_played + since

    @property
    def cpu_seconds(self) -> float | None:
        """How many core seconds its engine has computed since it began; None before that is known."""
        return self.published.cpu_seconds

    @property
    def seconds_per_update(self) -> float | None:
        """How long an update takes, as measured when the trainer was compiled."""
        return self.published.seconds_per_update
