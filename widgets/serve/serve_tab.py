"""The Serve tab: one press exports, certifies and serves the trained model; load shows what it can bear."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from core.compression.servable import export_artifact
from core.field import ConfigError, Field
from core.formats.file_format import FORMATS
from core.language import N_, _, language, shown
from core.load.scenario import SCENARIOS
from widgets.board.live_board import LiveBoard
from widgets.compress.artifact_texts import name_of
from widgets.controls.validated_widgets import Column
from widgets.serve.serve_charts import batch_panel, curve_panel, queue_panel
from widgets.serve.serve_desk import ServeDesk, desk_texts
from widgets.serve.serve_texts import (
    PHASES,
    certificate_sentences,
    load_sentences,
    state_sentences,
    sweep_sentences,
)
from widgets.serve.served_run import ServedRun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.compression.workshop import Workshop
    from core.formats.exporting import ExportedModel
    from core.formats.trained_model import TrainedModel
    from widgets.compress.kept_subjects import KeptSubjects

RATE = Field("rate", N_("Requests per second"), 500.0, "float", 1, 20_000)
SECONDS = Field("seconds", N_("Seconds"), 10.0, "float", 1, 60)


class ServeTab:
    """A tab, see `widgets.part`. Messages ask, `draw` shows."""

    def __init__(
        self, trained: Callable[[], TrainedModel | None], subject: Callable[[], str], wake: Callable[[], None],
        workshop: Workshop | None = None, kept: KeptSubjects | None = None,
    ) -> None:  # fmt: skip
        """`trained` returns the run's model as it is now, `subject` what it is called; `wake` asks for a frame.

        The artifacts of `workshop` and the runs that are `kept` can be served too.
        """
        self._subject, self._wake, self._workshop, self._kept = subject, wake, workshop, kept
        self.run = ServedRun(trained, self._note, self._exported_artifact, self._kept_model)
        self._desk, self._board = ServeDesk(self._on_desk), LiveBoard()
        self.widget = Column([self._desk, self._board])
        self.widget.add_class("dl-serve")
        self._refusal = self._load_refusal = ""
        self._lock = threading.Lock()
        self._news = 1  # counts what has happened
        self._drawn: tuple[object, ...] = ()

    def retranslate(self) -> None:
        """Writes the board's own words in the language in use; `draw` does the rest."""
        self._board.retranslate()

    def close(self) -> None:
        """Ends server and load, and deletes the files."""
        self.run.close()

    def draw(self) -> None:
        """Shows what has happened since it was last called."""
        state = self._news, self._subject(), self._subjects(), language()
        if state == self._drawn:
            return
        self._drawn = state
        self._desk.desk = self._forms()
        run = self.run
        self._board.show([curve_panel(run.sweep), queue_panel(tuple(run.queue)), batch_panel(run.state)])

    def _forms(self) -> dict[str, Any]:
        run = self.run
        is_on = run.phase in ("exporting", "starting", "serving")
        said = [shown(PHASES[run.phase])] if run.phase in PHASES else []
        if run.exported is not None and run.phase != "exporting":
            said += certificate_sentences(run.exported.certificate)
        if run.phase == "serving" and run.service is not None:
            said.insert(1, run.service.address)
        return {
            "texts": desk_texts(), "subject": self._subject(),
            "subjects": self._subjects(),
            "formats": [[name, kind.label] for name, kind in FORMATS.items() if kind.is_here],
            "scenarios": [[each.name, shown(each.about), each.settings["loop"] == "open"] for each in SCENARIOS],
            "knobs": dict(run.knobs), "is_on": is_on, "is_served": run.phase == "serving", "is_loaded": run.is_loaded,
            "said": said, "refusal": shown(self._refusal or run.sentence), "curl": run.curl,
            "counted": state_sentences(run.state), "results": self._results(),
            "load_refusal": shown(self._load_refusal),
        }  # fmt: skip

    def _subjects(self) -> list[list[str]]:
        """What can be served, as [what, name]: the page's run, the artifacts that are made, the runs that are kept."""
        made = () if self._workshop is None else self._workshop.artifacts
        artifacts = [[f"artifact:{each.number}", name_of(each)] for each in made if each.state == "made"]
        runs = [] if self._kept is None else [[f"run:{id}", title] for id, title in self._kept.options()]
        return [["", _("The current run")], *artifacts, *runs]

    def _kept_model(self, id: str, is_wanted: Callable[[], bool]) -> TrainedModel | None:
        return None if self._kept is None else self._kept.trained_model(id, is_wanted)

    def _exported_artifact(self, number: int, folder: Path) -> tuple[ExportedModel, TrainedModel]:
        made = () if self._workshop is None else self._workshop.artifacts
        artifact = next((each for each in made if each.number == number), None)
        subject = None if self._workshop is None else self._workshop.subject_of(number)
        if artifact is None or subject is None:
            raise ConfigError(_("This artifact is not there any more; make it again."))
        return export_artifact(artifact, subject, folder)

    def _results(self) -> list[str]:
        run = self.run
        said = [] if run.test is None else load_sentences(run.test.result)
        return said if run.sweep is None else [*said, *sweep_sentences(run.sweep)]

    def _note(self) -> None:
        with self._lock:
            self._news += 1
        self._wake()

    def _on_desk(self, kind: str, payload: dict[str, Any]) -> None:
        if kind in ("serve", "stop", "knobs"):
            self._refusal = self._tried(kind, payload)
        else:
            self._load_refusal = self._tried(kind, payload)
        self._note()

    def _tried(self, kind: str, payload: dict[str, Any]) -> str:
        """Does what was asked; returns why not, or ""."""
        try:
            if kind == "load":
                rate, seconds = (field.parse(payload[field.name]) for field in (RATE, SECONDS))
                self.run.put_load(payload["scenario"], float(str(rate)), float(str(seconds)))
            elif kind == "knobs":
                self.run.set_knobs(**payload)
            else:
                asked: dict[str, Callable[..., None]] = {
                    "serve": self.run.serve, "stop": self.run.stop, "sweep": self.run.begin_sweep,
                    "stop_load": self.run.stop_load,
                }  # fmt: skip
                asked[kind](**payload)
        except ConfigError as error:
            return error.args[0]
        return ""
