"""The workshop, as the page has it: artifacts that wait, are made and were made, and the process that makes them."""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.artifacts.artifact import Artifact
from core.artifacts.artifact_folder import ArtifactFolder
from core.background_thread import BackgroundThread
from core.compression.orders import LiveOrder, MakeOrder, Spectra, SpectraOrder, sentence_of
from core.engines.environment import engine_environment
from core.field import ConfigError
from core.language import _, language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np

    from core.artifacts.change import Step
    from core.compression.subject import Subject

log = logging.getLogger(__name__)

MOST_ARTIFACTS = 100
MOST_BYTES = 2_000_000_000  # of all their files
MOST_WAITING = 20


@dataclass
class _Order:
    artifact: Artifact
    subject: Subject | None = None  # until it was fetched


class Workshop:
    """Makes artifacts one by one in a process of its own. All methods return at once; any thread may call them."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """`wake` is called, in whichever thread, when there is something new to see; `news` counts that."""
        self._tell = wake
        self.news = 0
        self._lock, self._sending = threading.RLock(), threading.Lock()
        self._artifacts: dict[int, Artifact] = {}
        self._orders: list[_Order] = []
        self._count = 0
        self._subjects: dict[int, Subject] = {}  # of artifacts, without the model's file
        self._originals: dict[tuple[int, ...], int] = {}  # key of the subject -> number of its original's artifact
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = ArtifactFolder()
        self._closed = False
        self.spectra: Mapping[str, np.ndarray] = {}

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """All artifacts, oldest first."""
        with self._lock:
            return tuple(self._artifacts.values())

    def subject_of(self, number: int) -> Subject | None:
        """The subject of an artifact, without the model's file; None if there is no such artifact."""
        with self._lock:
            return self._subjects.get(number)

    def artifacts_of(self, problem: str) -> tuple[Artifact, ...]:
        """The artifacts of models of a problem, oldest first, from when their making began."""
        with self._lock:
            numbers = {number for number, subject in self._subjects.items() if subject.config.problem == problem}
            return tuple(each for each in self._artifacts.values() if each.number in numbers)

    def make(
        self, label: str, subject: Callable[[], Subject], steps: Sequence[Step],
        training_seconds: float | None = None, run: str = "", training_cpu: float | None = None,
    ) -> int:  # fmt: skip
        """Orders an artifact and returns its number.

        Args:
            label: The subject in words.
            subject: Fetches the subject; it is called in a thread, and may raise ConfigError.
            steps: The changes, in order; none for the original in its file format, which is made anyway.
            training_seconds: How long the subject has trained.
            training_cpu: How many core seconds its engine has computed; None where that is not known.
            run: What the kept run is called that is the subject; "" for the run of the page.

        Raises:
            ConfigError: Too many wait already.
        """
        with self._lock:
            if len(self._orders) >= MOST_WAITING:
                raise ConfigError(_("{count} artifacts wait already: let some be made first.", count=MOST_WAITING))
            made = Artifact(self._count, tuple(steps), label, run=run)
            order = self._order(replace(made, training_seconds=training_seconds, training_cpu=training_cpu))
        BackgroundThread(lambda: self._fetch(order, subject), "compress-subject").start()
        return order.artifact.number

    def awaits(self, number: int) -> bool:
        """True while an artifact waits to be made, or is being made."""
        with self._lock:
            return number in self._artifacts and not self._artifacts[number].is_over

    def cancel(self, number: int) -> None:
        """Ends the making of an artifact that waits or is being made."""
        with self._lock:
            order = next((each for each in self._orders if each.artifact.number == number), None)
            if order is None:
                return
            is_made = self._artifacts[number].state == "working"
            self._orders.remove(order)
            self._put(self._artifacts[number].with_state("cancelled"))
            if is_made:
                self._end_process()
        self._next()

    def star(self, number: int, starred: bool) -> None:
        """Marks an artifact as one to keep, or no longer."""
        with self._lock:
            if number in self._artifacts:
                self._put(replace(self._artifacts[number], starred=starred))
        self._wake()

    def delete(self, number: int) -> None:
        """Deletes an artifact that is over, with its files."""
        with self._lock:
            if number in self._artifacts and self._artifacts[number].is_over:
                self._forget(number)
        self._wake()

    def set_live(self, settings: Mapping[str, float]) -> None:
        """Gives settings of what is being made another value."""
        self._send(LiveOrder(dict(settings)))

    def find_spectra(self, subject: Callable[[], Subject]) -> None:
        """Finds the singular values of a subject's dense layers; `spectra` has them a while later."""

        def fetch() -> None:
            with suppress(ConfigError, OSError):  # whoever makes the artifact says so
                self._send(SpectraOrder(subject()), start=True)

        BackgroundThread(fetch, "compress-spectra").start()

    def close(self) -> None:
        """Ends all work and deletes all files."""
        with self._lock:
            self._closed = True
            self._orders.clear()
            self._end_process()
            self._folder.close()

    def _wake(self) -> None:
        with self._lock:
            self.news += 1
        self._tell()

    # ---- orders

    def _order(self, artifact: Artifact) -> _Order:
        self._count += 1
        self._artifacts[artifact.number] = artifact
        order = _Order(artifact)
        self._orders.append(order)
        self._wake()
        return order

    def _fetch(self, order: _Order, subject: Callable[[], Subject]) -> None:
        try:
            found = subject()
        except Exception as error:  # an engine may end meanwhile; whatever it is becomes a sentence
            self._fail(order, sentence_of(error))
            return
        with self._lock:
            order.subject = found
            if found.key not in self._originals and order in self._orders:
                self._original_first(order, found)
        self._next()

    def _original_first(self, order: _Order, subject: Subject) -> None:
        """Has the original made before the first of its artifacts, unless it is what was asked for."""
        self._originals[subject.key] = order.artifact.number
        if not order.artifact.steps:
            return
        original = replace(order.artifact, number=self._count, steps=())
        self._count += 1
        self._originals[subject.key] = original.number
        self._artifacts[original.number] = original
        self._orders.insert(self._orders.index(order), _Order(original, subject))

    def _next(self) -> None:
        """Sends the first order that waits, unless one is being made."""
        with self._lock:
            busy = any(self._artifacts[each.artifact.number].state == "working" for each in self._orders)
            ready = next((each for each in self._orders if each.subject is not None), None)
            if self._closed or busy or ready is None:
                return
            assert ready.subject is not None
            if not self._make_room():
                self._fail(ready, _("Artifacts with a star take all the room there is: take the star from one."))
                return
            number = ready.artifact.number
            self._subjects[number] = replace(ready.subject, model_file=b"")
            self._put(self._artifacts[number].with_state("working"))
            try:
                folder = self._folder.of(number)
                folder.mkdir(exist_ok=True)
            except OSError as error:
                self._fail(ready, sentence_of(error))
                return
            order = MakeOrder(ready.artifact, ready.subject, str(folder), language())
        try:
            self._send(order, start=True)
        except OSError as error:  # no process can be started
            self._fail(ready, sentence_of(error))
        self._wake()

    def _fail(self, order: _Order, sentence: str) -> None:
        with self._lock:
            if order not in self._orders:  # it was cancelled meanwhile, and may be deleted
                return
            self._orders.remove(order)
            self._put(self._artifacts[order.artifact.number].with_state("failed", error=sentence))
        self._next()
        self._wake()

    # ---- the process

    def _send(self, message: object, start: bool = False) -> None:
        with self._lock:
            if self._closed:
                return
            if self._process is None and start:
                self._start_process()
            process = self._process
        if process is not None and process.stdin is not None:
            with self._sending, suppress(OSError, ValueError):  # it has ended: its listener says so
                pickle.dump(message, process.stdin)
                process.stdin.flush()

    def _start_process(self) -> None:
        self._process = process = subprocess.Popen(
            [sys.executable, "-m", "core.compression.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # LiteRT and its quantizer print their progress, which belongs in no cell
            env=engine_environment(self._folder.path),
            start_new_session=True,  # an interrupt meant for a notebook's cell does not reach it
        )  # fmt: skip
        BackgroundThread(lambda: self._listen(process), "compress-news", process.kill).start()

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        ends = (EOFError, OSError, pickle.UnpicklingError, ValueError)
        with suppress(*ends), process:  # its pipes are closed then, and it is waited for
            while True:
                self._hear(process, pickle.load(process.stdout))
        with self._lock:
            ended = self._process is process  # and not by this workshop
            if ended:
                self._process = None
            broken = [each for each in self._orders if self._artifacts[each.artifact.number].state == "working"]
        if ended:
            for order in broken:
                self._fail(order, _("The process that made it has ended."))

    def _hear(self, process: subprocess.Popen[bytes], news: Any) -> None:
        with self._lock:
            if self._process is not process:
                return
            if isinstance(news, Spectra):
                self.spectra = news.values
            elif news.number in self._artifacts:
                self._put(replace(news, starred=self._artifacts[news.number].starred))
                if news.fault:
                    log.error("An artifact could not be made.\n%s", news.fault)
                if news.is_over:
                    self._orders = [each for each in self._orders if each.artifact.number != news.number]
        if not isinstance(news, Spectra) and news.is_over:
            self._next()
        self._wake()

    # ---- files

    def _put(self, artifact: Artifact) -> None:
        self._artifacts[artifact.number] = artifact

    def _make_room(self) -> bool:
        """Deletes the oldest artifacts without a star until there is room for one more; False if there is none."""
        while True:
            over = [each for each in self._artifacts.values() if each.is_over]
            if len(over) < MOST_ARTIFACTS and self._folder.nbytes <= MOST_BYTES:
                return True
            oldest = next((each for each in over if not each.starred), None)
            if oldest is None:
                return False
            self._forget(oldest.number)

    def _forget(self, number: int) -> None:
        self._artifacts.pop(number)
        self._subjects.pop(number, None)
        self._originals = {content: each for content, each in self._originals.items() if each != number}
        self._folder.forget(number)
