"""The Compress tab: smaller forms of the trained model are ordered, listed and compared. Built when first opened."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from core.artifacts.change import CHANGES, steps_of
from core.compression.subject import Subject, check_subject
from core.field import ConfigError
from core.language import _, language, shown
from core.learning.setup import ModelSetup
from core.number_format import format_number
from widgets.board.live_board import LiveBoard
from widgets.compress.answer_panels import answer_panels
from widgets.compress.artifact_texts import heads, row_of, sentences
from widgets.compress.desk import CompressDesk, desk_texts, kinds_of_change
from widgets.compress.pareto_chart import COST, ID, ParetoChart
from widgets.compress.plan_panels import schedule_panel, sensitivity_panel, spectra_panel
from widgets.controls.validated_widgets import Column, Html

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.artifacts.artifact import Artifact
    from core.compression.workshop import Workshop
    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from widgets.part import Part

LIVE = {each.name: each for kind in CHANGES.values() for each in kind.fields if each.name in kind.live}


@dataclass(frozen=True)
class CompressedRun:
    """The run whose model is compressed, as the page gives it.

    Attributes:
        config: Returns its settings.
        table: Returns the data set of the problem "csv", None where there is none.
        step: Returns how many updates it has made.
        seconds: Returns how long it has played.
        model_file: Returns its model as Keras saves it; it may wait for the engine. None where there is none.
        is_own: True for a person's own model.
    """

    config: Callable[[], TrainingConfig]
    table: Callable[[], Dataset | None]
    step: Callable[[], int]
    seconds: Callable[[], float]
    model_file: Callable[[], bytes | None]
    is_own: bool


class CompressTab:
    """A tab, see `widgets.part`. Messages order and choose, `draw` shows."""

    def __init__(
        self, run: CompressedRun, workshop: Workshop, wake: Callable[[], None], parts: Sequence[Part] = ()
    ) -> None:
        """`workshop` makes the artifacts; it is closed with the tab. `wake` is called when there is news to draw.

        `parts` stand below.
        """
        self._run, self.workshop, self._wake = run, workshop, wake
        self._parts = parts
        self._desk, self._board, self._notes = CompressDesk(self._on_desk), LiveBoard(), Html("")
        self._board.on_event(self._on_board)
        self._notes.add_class("dl-compress-notes")
        self.widget = Column([self._desk, self._notes, self._board, *(part.widget for part in self._parts)])
        self.widget.add_class("dl-compress")
        self._refusal = ""
        self._chosen: int | None = None
        self._cost = COST.default
        self._lock = threading.Lock()
        self._news = 1  # counts what has happened
        self._drawn: tuple[object, ...] = ()
        self._boarded: tuple[object, ...] = ()

    def retranslate(self) -> None:
        """Writes the board's own words in the language in use; `draw` does the rest."""
        self._board.retranslate()
        for part in self._parts:
            part.retranslate()

    def close(self) -> None:
        """Ends what is being made, and deletes the files."""
        for part in self._parts:
            part.close()
        self.workshop.close()

    def draw(self) -> None:
        """Shows what has happened since it was last called."""
        for part in self._parts:
            part.draw()
        state = self._news, self.workshop.news, self._subject_label(), language()
        if state == self._drawn:
            return
        self._drawn = state
        artifacts = self.workshop.artifacts
        self._desk.kinds = kinds_of_change()
        self._desk.desk = {
            "texts": desk_texts(), "heads": heads(artifacts), "subject": self._subject_label(),
            "refusal": shown(self._refusal), "rows": [row_of(each, self._chosen) for each in reversed(artifacts)],
        }  # fmt: skip
        chosen = self._chosen_artifact()
        said = [] if chosen is None else sentences(chosen)
        self._notes.value = "".join(f"<p>{escape(sentence)}</p>" for sentence in said)
        self._show_board(artifacts, chosen)

    def _show_board(self, artifacts: tuple[Artifact, ...], chosen: Artifact | None) -> None:
        made = [each for each in artifacts if each.measured is not None]
        key = [each.number for each in made], self._chosen, self._cost, len(self.workshop.spectra), language()
        if key == self._boarded:
            return
        self._boarded = key
        classes = [] if chosen is None else self._classes()
        self._board.show(
            [
                ParetoChart(made, self._cost, self._chosen).panel(),
                *answer_panels(chosen, classes),
                schedule_panel(self._last_with("sparsity", made, chosen)),
                sensitivity_panel(self._last_with("sensitivity", made, chosen)),
                spectra_panel(self.workshop.spectra),
            ]
        )

    @staticmethod
    def _last_with(name: str, made: list[Artifact], chosen: Artifact | None) -> Artifact | None:
        """The chosen artifact if it has these numbers, else the last one that has."""
        having = [each for each in made if each.extra.get(name)]
        return chosen if chosen in having else (having[-1] if having else None)

    def _chosen_artifact(self) -> Artifact | None:
        return next((each for each in self.workshop.artifacts if each.number == self._chosen), None)

    def _classes(self) -> list[str]:
        return list(ModelSetup.of(self._run.config(), self._run.table()).classes)

    def _subject_label(self) -> str:
        try:
            self._check()
        except ConfigError as error:
            return error.sentence
        setup = ModelSetup.of(self._run.config(), self._run.table())
        return _("{model}, after {count} updates", model=setup.label, count=format_number(self._run.step()))

    def _check(self) -> None:
        if self._run.is_own:
            raise ConfigError(_("Artifacts are made of the page's own models; the code of yours stays here."))
        check_subject(self._run.config())

    def _note(self) -> None:
        with self._lock:
            self._news += 1
        self._wake()

    # ---- what a person asks for

    def _on_desk(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "make":
            self._make(payload["steps"])
        elif kind == "live":
            self._set_live(payload["name"], payload["value"])
        elif kind == "choose":
            self._chosen = payload["number"]
        elif kind == "cancel":
            self.workshop.cancel(payload["number"])
        elif kind == "delete":
            self.workshop.delete(payload["number"])
        elif kind == "star":
            self.workshop.star(payload["number"], payload["starred"])
        self._note()

    def _make(self, asked: list[tuple[str, dict[str, object]]]) -> None:
        self._refusal = ""
        try:
            self._check()
            steps = steps_of(asked)
            config, table, label = self._run.config(), self._run.table(), self._subject_label()

            def subject() -> Subject:
                content = self._run.model_file()
                if content is None:
                    raise ConfigError(_("There is no trained model yet: press Play on the Train tab first."))
                return Subject(label, content, config, table)

            self.workshop.make(label, subject, steps, self._run.seconds())
            if not self.workshop.spectra:
                self.workshop.find_spectra(subject)
        except ConfigError as error:
            self._refusal = error.args[0]

    def _set_live(self, name: str, text: str) -> None:
        try:
            value = LIVE[name].parse(text)
        except ConfigError:
            return  # Make says it
        assert isinstance(value, int | float)
        self.workshop.set_live({name: float(value)})

    def _on_board(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "switch" and payload["name"] == COST.name and payload["value"] in COST.options:
            self._cost = payload["value"]
        elif kind == "click" and payload["panel"] == ID:
            made = [each for each in self.workshop.artifacts if each.measured is not None]
            found = ParetoChart(made, self._cost, self._chosen).at(payload["x"], payload["y"])
            self._chosen = self._chosen if found is None else found
        self._note()
