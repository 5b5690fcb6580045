"""The recorder: it keeps every run of a page, in a thread of its own, at a small share of the time.

What it writes is in the store at the latest `LONGEST_S` after it happened, and at once when a run rests or is over.
"""

from __future__ import annotations

import logging
import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, ref

from core.background_thread import BackgroundThread
from core.probes.registry import EVALUATION
from core.runs.past.branch import Parent
from core.runs.status import Status
from core.store.moment import Moment
from core.store.run_clock import RunClock
from core.store.run_columns import facts_of, results_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.runs.any_run import AnyRecord, AnyRun
    from core.snapshots.lasting import Lasting
    from core.store.kept_run import KeptRun
    from core.store.run_columns import Subject
    from core.store.run_store import RunStore

log = logging.getLogger(__name__)

LOOK_S = 0.5  # seconds between two looks at the run
FIRST_S = 2.0  # of playing before a run is recorded for the first time
SHORTEST_S = 10.0  # between two records of a run that plays
SHARE = 0.01  # of the time that recording may take while a run plays
SNAPSHOTS_S = 60.0  # between two records of the snapshots of a run that plays: they can be 16 MB
SEEN_POINTS = 500  # of a history, for the case that the engine is gone before it has sent all


class Recorder:
    """Keeps the run that `subject` returns, whichever it is by then, in a store that is opened for the first one."""

    def __init__(self, store: Callable[[], RunStore], subject: Callable[[], Subject]) -> None:
        self._open, self._subject = store, subject
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = BackgroundThread(self._work, "descent-lab-recorder", end=self._leave)
        self._started = threading.Lock()
        self._ids: WeakKeyDictionary[AnyRecord, str] = WeakKeyDictionary()
        self._clocks: WeakKeyDictionary[AnyRecord, RunClock] = WeakKeyDictionary()
        self._returning: WeakKeyDictionary[AnyRun, KeptRun | None] = WeakKeyDictionary()  # that were kept already
        self._over: Callable[[], AnyRecord | None] = lambda: None  # the record of a run that is to begin anew
        self._closed = False
        self._recorded: tuple[object, ...] = ()
        self._next_at = 0.0
        self._steps: WeakKeyDictionary[AnyRecord, frozenset[int]] = WeakKeyDictionary()  # whose snapshots are kept
        self._next_snapshots_at = 0.0
        self._newest: WeakKeyDictionary[AnyRun, str] = WeakKeyDictionary()  # under which each was recorded last
        self._forks: WeakKeyDictionary[AnyRecord, dict[str, Any]] = WeakKeyDictionary()  # the columns that say it

    def start(self) -> None:
        """Begins to look at the run; only the first call does anything."""
        if self._started.acquire(blocking=False):
            self._thread.start()

    def end(self, subject: Subject, then: Callable[[], None] = lambda: None) -> None:
        """Keeps what the run of `subject` has come to; what it records from now on is another run's.

        `then` is called once that is kept, in the recorder's thread, or at once if there is nothing to keep.
        """
        moment = self._moment(subject)
        if moment is None:
            then()
            return
        self._over = ref(moment.record)
        if moment.facts["state"] == "playing":
            moment.facts["state"] = "paused"
        self._put(lambda: self._keep(moment), then)

    def note_return(self, run: AnyRun, kept: KeptRun | None = None) -> None:
        """Takes `run` for one that was kept already, which goes back to where it stood: `kept`, if that is known."""
        self._returning[run] = kept

    def note(self, subject: Subject) -> None:
        """Keeps the run of `subject` as it is now, before it is taken back to an earlier step."""
        moment = self._moment(subject)
        if moment is not None:
            self._put(lambda: self._keep(moment))

    def flush(self, timeout: float | None = None) -> bool:
        """Keeps the run as it is now, and waits for that up to `timeout` seconds; True if all is kept."""
        done = threading.Event()
        if self._closed:
            return True
        self._put(lambda: self._look(at_once=True), done.set)
        return done.wait(timeout)

    def close(self, then: Callable[[], None]) -> None:
        """Keeps the last run, then calls `then`, and ends; only the first call does anything."""
        if self._closed:
            return
        self._closed = True
        self.end(self._subject(), then)
        self._leave()

    @property
    def store(self) -> RunStore:
        """What keeps the runs."""
        return self._open()

    def find_kept(self, run: AnyRun) -> Callable[[], Parent | None]:
        """A function that returns the run as it is kept as soon as it is, and never waits for that."""
        found: list[Parent] = []
        waiting = [run.record]

        def find() -> Parent | None:
            record = None if found or waiting[0] is None else waiting[0]
            if record is not None and (id := self._ids.get(record)) is not None:
                kept = self._open().get(id)
                found.append(Parent(id, None if kept is None else kept.number))
                waiting[0] = None
            return found[0] if found else None

        return find

    # ---- in any thread

    def _put(self, *jobs: Callable[[], None]) -> None:
        for job in jobs:
            self._jobs.put(job)
        self.start()

    def _leave(self) -> None:
        self._jobs.put(None)

    def _moment(self, subject: Subject) -> Moment | None:
        """The run as it stands; None if it has made no step yet, or is not where it was."""
        run, record = subject.run, subject.run.record
        self._know_again(run)
        if record is None or run.step == 0 or run.returning_to is not None or record is self._over():
            return None
        if run.recorded > run.step:  # it was taken back, and kept before that
            return None
        facts, history, has_returned = facts_of(subject), record.history, self._has_returned(run)
        rows, seen, snapshots = history.request_rows(), history.view(SEEN_POINTS), self._request_snapshots(run, record)
        return Moment(
            record,
            facts,
            run.findings,
            rows,
            has_returned,
            seen,
            snapshots,
            subject.branch,
            record.request_kept_layers(),
            run,
        )

    def _request_snapshots(self, run: AnyRun, record: AnyRecord) -> Callable[[], Lasting | None]:
        """Asks for the snapshots that are new, seldom while the run plays."""
        if run.status is Status.PLAYING and record in self._steps and time.monotonic() < self._next_snapshots_at:
            return lambda: None
        self._next_snapshots_at = time.monotonic() + SNAPSHOTS_S
        return run.request_snapshots(self._steps.get(record, frozenset()))

    def _has_returned(self, run: AnyRun) -> bool:
        """True once for a run that was replayed: when it begins again it is another."""
        is_known = run in self._returning
        self._returning.pop(run, None)
        return is_known

    def _know_again(self, run: AnyRun) -> None:
        """Takes the first record of a run that was opened for that of the kept one: a fork of it is another run."""
        kept, record = self._returning.get(run), run.record
        if kept is not None and record is not None and run.returning_to is None:
            self._returning.pop(run, None)
            self._clocks[record], self._ids[record] = RunClock(kept, run.seconds_played, run.cpu_seconds), kept.id
            self._newest[run] = kept.id

    # ---- in its thread

    def _work(self) -> None:
        while self._do_next():
            pass

    def _do_next(self) -> bool:
        """Do the next job, or look at the run; False when there is to be no other. It holds no run while it waits."""
        try:
            job = self._jobs.get(timeout=LOOK_S)
        except Empty:
            job = self._look
        if job is None:
            return False
        try:
            job()
        except Exception:
            log.exception("a run could not be recorded")  # it plays on
        return True

    def _look(self, at_once: bool = False) -> None:
        """Keeps the run if it has moved, and rests or has played for long enough."""
        subject = self._subject()
        self._read_clock(subject)
        state = _state(subject)
        if state == self._recorded or not (at_once or self._is_due(subject)):
            return
        if (moment := self._moment(subject)) is not None:
            self._recorded = state
            self._keep(moment)

    def _read_clock(self, subject: Subject) -> None:
        run, record = subject.run, subject.run.record
        self._know_again(run)
        if record is not None and run.returning_to is None:
            self._clocks.setdefault(record, RunClock()).read(run.step, run.seconds_played)

    def _note_fork(self, moment: Moment) -> None:
        """Notes which run a fork was until then: the one that was recorded of the same beginning before it."""
        before = self._newest.get(moment.run)
        if moment.record.forked_at is not None and before is not None:
            self._forks[moment.record] = {"forked_from": before, "forked_at": moment.record.forked_at}

    def _same_run(self, store: RunStore, moment: Moment) -> str | None:
        """The id under which a run that was replayed is kept already."""
        facts = moment.facts
        before = store.newest_like(facts) if moment.has_returned else None
        if before is None or dict(before.versions) != facts["versions"]:
            return None
        self._clocks[moment.record] = RunClock(before, facts["seconds"], facts["cpu_seconds"])
        return before.id

    def _is_due(self, subject: Subject) -> bool:
        run = subject.run
        if run.status is not Status.PLAYING:
            return run.status is not Status.PREPARING
        is_known = run.record in self._ids
        return time.monotonic() >= self._next_at if is_known else run.seconds_played >= FIRST_S

    def _keep(self, moment: Moment) -> None:
        started = time.monotonic()
        store, id, moment = self._open(), self._ids.get(moment.record), moment.settled
        inherited = moment.inherited() if id is None else ()
        if id is None:
            self._note_fork(moment)
            id = self._ids[moment.record] = self._same_run(store, moment) or _added(store, moment.facts)
        self._newest[moment.run] = id
        clock = self._clocks.setdefault(moment.record, RunClock())
        facts = {**moment.facts, "seconds": moment.facts["seconds"] + clock.lead}
        facts |= self._forks.get(moment.record, {})
        facts["cpu_seconds"] = _sum(moment.facts["cpu_seconds"], clock.cpu_lead)
        history, snapshots = moment.history(store.get(id)), moment.snapshots()
        results = results_of(history, facts.get("metric", ""))
        store.record(id, history, clock.readings(), snapshots, inherited, moment.layers(), **facts | results)
        if snapshots is not None:
            self._steps[moment.record] = frozenset(snapshots.steps)
        taken = time.monotonic() - started
        self._next_at = time.monotonic() + max(SHORTEST_S, taken / SHARE)


def _sum(computed: float | None, before: float | None) -> float | None:
    return None if computed is None or before is None else computed + before


def _added(store: RunStore, facts: dict[str, Any]) -> str:
    return store.add(started=time.time() - facts["seconds"], **facts)


def _state(subject: Subject) -> tuple[object, ...]:
    """What differs when there is something new to record."""
    run, record = subject.run, subject.run.record
    evaluated = run.findings.get(EVALUATION.name)
    return None if record is None else ref(record), run.step, run.status, len(run.marks), id(evaluated)
