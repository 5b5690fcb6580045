"""The engine's side: it trains the one task it is given, follows commands and publishes the run's state."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Never

from core.engines.memory_watch import MemoryWatch
from core.engines.preparation import Preparation
from core.engines.turns import FILE, Turns
from core.export.run_files import keras_file
from core.formats.trained_model import TrainedModel
from core.history.layer_history import LAYER_POINTS
from core.language import use
from core.probes.background_landscape import BackgroundLandscape
from core.probes.registry import WEIGHT_PATH
from core.remote.published import Published
from core.remote.way_there import WayThere
from core.runs.past.inherited_weights import handed_weights
from core.runs.run_requests import RunRequests
from core.runs.run_worker import RunWorker
from core.runs.status import Status
from core.snapshots.lasting import Lasting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    import numpy as np

    from core.engines.prepared_trainer import PreparedTrainer
    from core.history.history import History
    from core.probes.finding import Finding
    from core.remote.task import Task

SCREEN_POINTS = 500  # of a line: more than a chart has pixels to tell apart
UNSENT = frozenset({WEIGHT_PATH.name})  # what stays here: a copy of all weights for each point of the path


def serve(connection: Connection, prepared: PreparedTrainer | None = None) -> None:
    """Says which process this is, then trains what the other end asks for until it hangs up.

    `prepared` is used if it is what is asked for.
    """
    connection.send(os.getpid())
    with suppress(EOFError, OSError):  # the other end is gone, and with it whoever wanted this
        Host(connection, connection.recv(), prepared).follow_commands()


class Host:
    """One run in this process. Its worker trains in a thread, another publishes, this one takes commands."""

    def __init__(self, connection: Connection, task: Task, prepared: PreparedTrainer | None = None) -> None:
        """Begins to build what `task` asks for, unless it is `prepared`."""
        use(task.language)
        self._connection, self._task = connection, task
        self._requests = RunRequests(task.first_total, task.pace, watched=task.watched)
        self._made = made = Preparation(task, self._requests, self._publish_soon, prepared)
        self._turns = Turns(Path(os.environ[FILE]))
        self._worker = RunWorker(self._requests, made.build, made.probes, 0.0, self._publish_soon, self._turns)
        self._landscape = BackgroundLandscape(self._publish_soon)
        self._layers, self._plane = task.layers, task.plane
        self._command = 0
        self._news, self._rested = False, False
        self._record: object = None
        self._beginning = 0
        self._computed_before = time.process_time()  # the run began
        self._sent: dict[str, Finding] = {}
        self._sending = threading.Lock()
        self._commands: SimpleQueue[tuple[int, str, tuple[Any, ...]]] = SimpleQueue()
        self._way = WayThere(task, self._requests, self._worker)
        self._has_begun = False  # to do what the task wants; before that it rests for no reason

    def follow_commands(self) -> Never:
        """Does what the other end asks for; the process ends when that hangs up."""
        threading.Thread(target=self._worker.work, name="descent-lab-run", daemon=True).start()
        threading.Thread(target=self._publish, name="descent-lab-publisher", daemon=True).start()
        MemoryWatch(self._give_up).start()
        threading.Thread(target=self._take_commands, name="descent-lab-commands", daemon=True).start()
        self._begin()
        while True:
            number, name, arguments = self._commands.get()
            getattr(self, f"_on_{name}")(*arguments)
            if name != "observe":  # the observation is the answer
                self._command = number
                self._publish_soon()

    def _take_commands(self) -> None:
        """Takes commands, which wait until the run is where the task wants it; a restart gives up the way there."""
        with suppress(EOFError, OSError):
            while True:
                command = self._connection.recv()
                if command[1] == "restart" and self._way.is_under_way:
                    self._way.give_up()
                self._commands.put(command)
        os._exit(0)  # the other end is gone

    def _begin(self) -> None:
        """Goes to where the task wants its run to be."""
        task = self._task
        if task.start_settings:
            self._requests.ask_for_settings(dict(task.start_settings), frozenset())
        if self._way.is_under_way:
            self._way.go()
        if task.settings:
            self._requests.ask_for_settings(dict(task.settings))
        if task.steps:
            self._requests.ask_for_steps(task.steps)
        if task.playing:
            self._requests.ask(playing=True)
        self._has_begun = True
        self._publish_soon()

    # ---- commands

    def _on_ask(self, requests: dict[str, Any]) -> None:
        self._requests.ask(**requests)

    def _on_observe(self) -> None:
        self._requests.ask(observation=True)

    def _on_restart(self, initial: Sequence[np.ndarray] | None) -> None:
        self._requests.ask(restart=self._made.initial if initial is None else initial, single_steps=0)

    def _on_steps(self, count: int) -> None:
        self._requests.ask_for_steps(count)

    def _on_settings(self, settings: dict[str, float], dragged: frozenset[str]) -> None:
        self._requests.ask_for_settings(settings, dragged)

    def _on_watch(self, names: frozenset[str], layers: bool, plane: str) -> None:
        self._layers, self._plane = layers, plane
        self._requests.ask(watched=names, watching=True)

    def _on_language(self, language: str) -> None:
        use(language)

    def _on_call(self, ticket: int, name: str, *arguments: Any) -> None:
        """Sends what can be asked for by name: "rows" (the whole history), "snapshots", "weights", "model_file" ...

        An OSError, as of a full disk, goes to whoever asked: the run goes on.
        """
        try:
            answer = getattr(self, f"_{name}")(*arguments)
        except OSError as error:
            answer = error
        self._send((ticket, answer))

    def _rows(self) -> dict[str, np.ndarray]:
        record = self._worker.recording.histories
        return {} if record is None else record.history.rows()

    def _layer_rows(self) -> dict[str, np.ndarray]:
        record = self._worker.recording.histories
        return {} if record is None else record.kept_layers()

    def _snapshots(self, known: frozenset[int]) -> Lasting:
        return Lasting.of(self._worker.recording.states, known)

    def _weights(self) -> list[np.ndarray]:
        return self._made.weights()

    def _handed_weights(self) -> list[np.ndarray] | None:
        """The weights of the step that the run rests at, as `inherit` takes them."""
        self._way.wait_for_rest()
        learner = self._made.learner
        return None if learner is None else handed_weights(learner.objective)

    def _model_file(self) -> bytes | None:
        learner = self._made.learner
        return None if learner is None else keras_file(learner.objective.model)

    def _trained_model(self) -> TrainedModel | None:
        learner, archive = self._made.learner, self._model_file()
        return None if learner is None or archive is None else TrainedModel.of(learner, archive)

    # ---- publishing

    def _publish_soon(self) -> None:
        with self._requests.changed:
            self._news = True
            self._requests.changed.notify_all()

    def _publish(self) -> None:
        """Sends the newest state whenever there is news; a state that nobody waited for is never sent."""
        with suppress(OSError):
            while True:
                with self._requests.changed:
                    self._requests.changed.wait_for(self._has_news)
                    self._news = False
                state = self._state()
                self._rested = state.rests
                self._send(state)
        os._exit(0)  # the other end is gone

    def _give_up(self, sentence: str) -> None:
        """Says why, and ends this process with all that it holds: another one would come to the same."""
        with suppress(OSError):
            self._send(sentence)
        os._exit(1)

    def _has_news(self) -> bool:
        return self._has_begun and (self._news or self._worker.rests != self._rested)

    def _send(self, message: object) -> None:
        with self._sending:
            self._connection.send(message)

    def _state(self) -> Published:
        worker, requests = self._worker, self._requests
        command, rests = self._command, worker.rests  # in this order: what was asked for before is done by then
        record, findings = worker.recording.histories, worker.dispatcher.probes.findings
        observation, observed_at = worker.observer.newest
        if record is not self._record:
            if self._beginning:  # building and compiling belong to the first
                self._computed_before = time.process_time()
            self._record, self._sent = record, {}
            self._beginning += 1
        self._follow_landscape(findings)
        findings = {name: finding for name, finding in findings.items() if name not in UNSENT}
        if self._landscape.finding is not None:
            findings["landscape"] = self._landscape.finding
        news = {name: finding for name, finding in findings.items() if self._sent.get(name) is not finding}
        self._sent = findings
        layers = record.layers if record and self._layers else None
        return Published(
            command=command,
            beginning=self._beginning,
            status=worker.status,
            step=worker.step,
            recorded=worker.recording.recorded,
            forked_at=None if record is None else record.forked_at,
            total_steps=requests.wanted_total,
            playing=requests.playing,
            rests=rests,
            error=worker.error,
            fault=worker.fault,
            live=worker.recording.live,
            observation=observation,
            observed_at=observed_at,
            band=None if record is None or worker.is_past else record.history.band(),
            rows={} if record is None else _view(record.history, worker),
            layer_rows=_view(layers, worker, LAYER_POINTS) if layers else {},
            layer_bands=layers.bands() if layers and not worker.is_past else {},
            layer_names=() if record is None else record.layer_names,
            findings=news,
            found=frozenset(findings),
            failed_probes=worker.dispatcher.probes.failed,
            steps_per_second=worker.rate.per_second() if worker.status is Status.PLAYING else None,
            seconds_played=worker.played.seconds(),
            cpu_seconds=time.process_time() - self._computed_before,
            seconds_per_update=worker.seconds_per_update,
            facts=self._made.facts,
            downloaded=self._made.downloaded,
            sharing=self._turns.sharing,
            program=self._made.program,
        )

    def _follow_landscape(self, findings: dict[str, Finding] | Any) -> None:
        learner = self._made.learner
        if learner is not None and self._worker.recording.histories is not None:
            path = findings.get(WEIGHT_PATH.name)
            self._landscape.follow(self._plane, learner.objective, path, self._worker.step)


def _view(history: History, worker: RunWorker, points: int = SCREEN_POINTS) -> dict[str, np.ndarray]:
    """The rows for a screen, without those after the step to which the run was taken back."""
    if worker.is_past:
        return history.view_before(worker.step, points)
    return history.view(points)
