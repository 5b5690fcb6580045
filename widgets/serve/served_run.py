"""The service of a page: a trained model or an artifact is exported, served and put under load; nothing here draws."""

from __future__ import annotations

import json
import logging
import tempfile
import threading
import time
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.background_thread import BackgroundThread
from core.background_worker import BackgroundWorker
from core.compression.orders import sentence_of
from core.field import ConfigError
from core.formats.exporting import ExportedModel, export_model
from core.language import N_, _, shown
from core.load.load_test import LoadTest
from core.load.machine_turn import MOST_SERVERS, MachineTurn
from core.load.plan import LoadPlan
from core.load.rate_sweep import RateSweep
from core.load.scenario import SCENARIOS
from core.serving.service import Service, check_port, server_core

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.formats.trained_model import TrainedModel

log = logging.getLogger(__name__)

NO_MODEL = N_("There is no model to serve: choose a problem with data, and press Play first.")
ELSEWHERE = N_("Another page puts load on this machine, and two would measure each other; try again in a minute.")
BUSY = N_("Load is being put on the server; stop it first.")
NOT_SERVED = N_("Nothing is served; press Serve first.")
STATE_S = 0.4  # between two looks at the server
REMEMBERED = 150  # looks that are drawn: the last minute
BODIES = 64  # held-out rows that requests are made of
SWEEP_S = 4.0  # at each rate


def _no_artifact(number: int, folder: Path) -> tuple[ExportedModel, TrainedModel]:
    raise ConfigError(shown(NO_MODEL))


class ServedRun:
    """Exports, serves and loads the model of a run. Its methods return at once; `on_change` tells of news.

    Attributes:
        phase: "nothing", "exporting", or the status of the service.
        sentence: Why something was refused or has ended.
        exported: The file that is served, with its report.
        service, test, sweep: What runs, or ran last.
        state: What the server has counted; see `Meters.snapshot`.
        queue: (seconds since serving began, rows that waited) of the last looks.
    """

    def __init__(
        self, trained: Callable[[], TrainedModel | None], on_change: Callable[[], None],
        artifact: Callable[[int, Path], tuple[ExportedModel, TrainedModel]] = _no_artifact,
        kept: Callable[[str, Callable[[], bool]], TrainedModel | None] = lambda _id, _is_wanted: None,
    ) -> None:  # fmt: skip
        """`trained` returns the model as it is now; it may wait for an engine.

        `artifact` writes an artifact, by its number, to a folder, with its report and its held-out examples; `kept`
        returns the model of a kept run by its id, and gives up once that is no longer wanted.
        """
        self.phase, self.sentence = "nothing", ""
        self.exported: ExportedModel | None = None
        self.service: Service | None = None
        self.test: LoadTest | None = None
        self.sweep: RateSweep | None = None
        self.state: dict[str, Any] | None = None
        self.queue: deque[tuple[float, int]] = deque(maxlen=REMEMBERED)
        self.knobs: dict[str, float] = {"largest_batch": 32, "longest_wait_ms": 0}
        self._trained, self._artifact, self._kept, self._told = trained, artifact, kept, on_change
        self._turn: MachineTurn | None = None  # to put load
        self._place: MachineTurn | None = None  # to serve
        self._asked: object = None  # what is to be served now
        self._model: TrainedModel | None = None
        self._last: Service | None = None  # that was stopped, and may still answer what is under way
        self._folder: tempfile.TemporaryDirectory[str] | None = None  # once there is something to write
        self._worker: BackgroundWorker[tuple[str, int, str]] = BackgroundWorker(self._serve, "descent-lab-serve")
        self._closed = threading.Event()

    # ---- what a person asks for

    def serve(self, format: str, port: str, what: str = "") -> None:
        """Exports the model as it is now, or `what` is named instead, tries the file, and serves it.

        That is an artifact, as "artifact:4", which has its own format, or a kept run, as "run:" and its id. Raises
        ConfigError for a bad port.
        """
        number = check_port(port)
        self.stop()
        self.phase, self.sentence = "exporting", ""
        request = format, number, what
        self._asked = request
        self._worker.ask(request)

    def stop(self) -> None:
        """Ends load and server."""
        self.stop_load()
        service, self.service = self.service, None
        self.phase, self.state, self._asked = "nothing", None, None
        self._leave_place()
        if service is not None:
            self._last = service
            service.stop()

    def set_knobs(self, **knobs: float) -> None:
        """Changes largest batch and longest wait, of the server that runs and of the next."""
        self.knobs.update(knobs)
        if self.service is not None:
            self.service.set_knobs(**self.knobs)

    def put_load(self, scenario: str, rate: float, seconds: float) -> None:
        """Puts the load of one of MLPerf's scenarios on the server. Raises ConfigError if there is none."""
        self._refuse_load()
        settings = next(each.settings for each in SCENARIOS if each.name == scenario)
        plan = replace(self._plan(settings.get("rows", 1)), rate=rate, seconds=seconds, **settings)
        turn = self._taken_turn()
        self.test = LoadTest(plan, self._on_change)
        self._turn = turn

    def begin_sweep(self) -> None:
        """Measures batch times, foretells and measures the mean latency at rising rates."""
        self._refuse_load()
        assert self.service is not None
        turn = self._taken_turn()
        self.sweep = RateSweep(self.service, self._plan(1), SWEEP_S, self._on_change)
        self._turn = turn
        self.sweep.start()

    def stop_load(self) -> None:
        """Ends the load under way."""
        if self.sweep is not None:
            self.sweep.stop()
        if self.test is not None:
            self.test.stop()

    def close(self) -> None:
        """Ends everything and deletes the files."""
        self._closed.set()
        service = self.service
        self.stop()
        if service is not None:
            service.join()
        if self._turn is not None:
            self._turn.release()
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def is_loaded(self) -> bool:
        """True while load is put on the server."""
        sweeps = self.sweep is not None and not self.sweep.is_over
        return sweeps or (self.test is not None and not self.test.is_over)

    # ---- in threads

    def _serve(self, request: tuple[str, int, str]) -> None:
        format, port, what = request
        try:
            self.exported, self._model = self._export(format, what, lambda: self._asked is request)
            self._on_change()
            if self._asked is not request or self._closed.is_set():  # stopped meanwhile
                return
            if not self.exported.certificate.passed:
                raise ConfigError(self.exported.certificate.sentence)
            if self._last is not None:  # its port may be the one that is wanted
                self._last.join()
            self._take_place()
            self.queue.clear()
            self.service = Service(
                self.exported.path, port, server_core(), self._service_changed,
                largest_batch=self.knobs["largest_batch"], longest_wait_ms=self.knobs["longest_wait_ms"],
            )  # fmt: skip
            BackgroundThread(self._look, "descent-lab-serve-state", end=self._closed.set).start()
        except ConfigError as error:
            if self._asked is request:
                self._give_up(error.sentence)
        except Exception as error:
            log.exception("a model could not be served")
            if self._asked is request:
                self._give_up(sentence_of(error))

    def _take_place(self) -> None:
        """Takes a place among the servers of this machine; raises ConfigError while there is none."""
        self._leave_place()
        self._place = MachineTurn.to_serve()
        if self._place is None:
            said = _(
                "{count} models are served on this machine already: try again when one of them is stopped.",
                count=MOST_SERVERS,
            )
            raise ConfigError(said)

    def _leave_place(self) -> None:
        if self._place is not None:
            self._place.release()

    def _export(self, format: str, what: str, is_wanted: Callable[[], bool]) -> tuple[ExportedModel, TrainedModel]:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="descent-lab-serve-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        kind, _colon, name = what.partition(":")
        if kind == "artifact":
            return self._artifact(int(name), folder)
        model = self._kept(name, is_wanted) if kind == "run" else self._trained()
        if model is None:
            raise ConfigError(shown(NO_MODEL))
        return export_model(model, format, folder), model

    def _give_up(self, sentence: str) -> None:
        self.phase, self.sentence = "refused", sentence
        self._on_change()

    def _service_changed(self) -> None:
        service = self.service
        if service is not None:
            self.phase, self.sentence = service.status, service.sentence
        if self.phase == "died":
            self.stop_load()
        if self.phase in ("died", "refused"):
            self.state = None  # nothing waits there any more
            self._leave_place()
        self._on_change()

    def _look(self) -> None:
        """Asks the server how it is doing as long as it is there."""
        service, began = self.service, time.monotonic()
        while service is not None and service is self.service and service.status in ("starting", "serving"):
            state = service.state()
            if state is not None and service is self.service and service.status == "serving":
                self.state = state
                self.queue.append((time.monotonic() - began, int(state["queued"])))
                self._on_change()
            if self._closed.wait(STATE_S):
                return

    # ---- load

    def _refuse_load(self) -> None:
        if self.service is None or self.service.status != "serving" or self._model is None:
            raise ConfigError(shown(NOT_SERVED))
        if self.is_loaded:
            raise ConfigError(shown(BUSY))

    def _taken_turn(self) -> MachineTurn:
        """The right to put load; raises ConfigError while another page of this machine has it."""
        if self._turn is not None:
            self._turn.release()
        turn = MachineTurn.take()
        if turn is None:
            raise ConfigError(shown(ELSEWHERE))
        return turn

    def _on_change(self) -> None:
        turn = self._turn
        if turn is not None and not self.is_loaded:
            turn.release()
        self._told()

    def _plan(self, rows: int) -> LoadPlan:
        """Where requests go and what they are made of: held-out rows."""
        assert self.service is not None
        assert self._model is not None
        taken = self._model.rows[: max(BODIES, rows)].tolist()
        bodies = [
            json.dumps({"instances": (taken[first:] + taken[:first])[:rows]}) for first in range(min(8, len(taken)))
        ]
        if rows == 1:
            bodies = [json.dumps({"instances": [row]}) for row in taken]
        port = int(self.service.address.rpartition(":")[2])
        return LoadPlan(port, f"/v1/models/{self.service.name}:predict", tuple(bodies), rows=min(rows, len(taken)))

    @property
    def curl(self) -> str:
        """A line that asks the server for one answer; "" before it serves."""
        service, model = self.service, self._model
        if service is None or service.status != "serving" or model is None:
            return ""
        row = model.rows[:1]
        if row.dtype.kind == "f":
            row = row.astype(np.float64).round(4) + 0.0  # as few digits as that, and no -0.0
        body = json.dumps(row.tolist(), separators=(",", ":"))
        return f"curl -d '{{\"instances\":{body}}}' {service.address}/v1/models/{service.name}:predict"
