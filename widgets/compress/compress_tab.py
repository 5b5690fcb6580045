"""The Compress tab: smaller forms of the trained model are ordered, listed and compared. Built when first opened."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from core.artifacts.change import CHANGES, steps_of
from core.compression.subject import Subject, check_own, check_subject
from core.field import ConfigError
from core.language import _, language, shown
from core.learning.setup import ModelSetup
from core.number_format import format_number
from widgets.board.live_board import LiveBoard
from widgets.compress.answer_panels import answer_panels
from widgets.compress.artifact_texts import heads, row_of, sentences
from widgets.compress.desk import CompressDesk, desk_texts, kinds_of_change
from widgets.compress.kept_subjects import short_name
from widgets.compress.pareto_chart import COST, ID, ParetoChart
from widgets.compress.plan_panels import schedule_panel, sensitivity_panel, spectra_panel
from widgets.controls.validated_widgets import Column, Html

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.artifacts.artifact import Artifact
    from core.compression.workshop import Workshop
    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.user_models.packed_model import PackedModel
    from widgets.compress.kept_subjects import KeptSubjects
    from widgets.part import Part

LIVE = {each.name: each for kind in CHANGES.values() for each in kind.fields if each.name in kind.live}


@dataclass(frozen=True)
class CompressedRun:
    """The run whose model is compressed, as the page gives it.

    Attributes:
        config: Returns its settings.
        table: Returns the data set of the problem "csv", None where there is none; what is known of a person's own.
        step: Returns how many updates it has made.
        seconds: Returns how long it has played.
        cpu_seconds: Returns how many core seconds its engine has computed; None where that is not known.
        model_file: Returns its model as Keras saves it; it may wait for the engine. None where there is none.
        is_own: True for a person's own model.
        own: That for other processes; None where it cannot be taken there.
    """

    config: Callable[[], TrainingConfig]
    table: Callable[[], Dataset | None]
    step: Callable[[], int]
    seconds: Callable[[], float]
    cpu_seconds: Callable[[], float | None]
    model_file: Callable[[], bytes | None]
    is_own: bool
    own: PackedModel | None = None


@dataclass(frozen=True)
class Chosen:
    """The model that is compressed: that of the page's run or of a kept one.

    Attributes:
        label: The model in words.
        run: What the kept run is called; "" for the run of the page.
        config: Its settings.
        table: The data set of the problem "csv", None where there is none.
        seconds: How long it has played.
        cpu_seconds: How many core seconds its engines have computed; None where that is not known.
        model_file: Returns the model as Keras saves it; it may wait for an engine as long as what it is given says
            that the model is wanted. None where there is none.
        own: A person's own model; None for the page's.
    """

    label: str
    run: str
    config: TrainingConfig
    table: Dataset | None
    seconds: float
    cpu_seconds: float | None
    model_file: Callable[[Callable[[], bool]], bytes | None]
    own: PackedModel | None = None

    def subject(self, is_wanted: Callable[[], bool]) -> Subject:
        """What the process that makes artifacts is given; raises ConfigError where there is no model."""
        content = self.model_file(is_wanted)
        if content is None:
            raise ConfigError(_("There is no trained model yet: press Play on the Train tab first."))
        return Subject(self.label, content, self.config, self.table, self.own)


def _once(make: Callable[[], Subject]) -> Callable[[], Subject]:
    """`make`, called by the first of several threads that ask: a kept run's model takes seconds, its absence too."""
    turn, made = threading.Lock(), Future[Subject]()

    def get() -> Subject:
        with turn:
            if not made.done():
                try:
                    made.set_result(make())
                except Exception as error:  # for whoever asks
                    made.set_exception(error)
        return made.result()

    return get


class CompressTab:
    """A tab, see `widgets.part`. Messages order and choose, `draw` shows."""

    def __init__(
        self, run: CompressedRun, workshop: Workshop, wake: Callable[[], None], parts: Sequence[Part] = (),
        kept: KeptSubjects | None = None,
    ) -> None:  # fmt: skip
        """`workshop` makes the artifacts; it is closed with the tab. `wake` is called when there is news to draw.

        `parts` stand below. The runs that are `kept` can be compressed too.
        """
        self._run, self.workshop, self._wake = run, workshop, wake
        self._parts, self._kept = parts, kept
        self._desk, self._board, self._notes = CompressDesk(self._on_desk), LiveBoard(), Html("")
        self._board.on_event(self._on_board)
        self._notes.add_class("dl-compress-notes")
        self.widget = Column([self._desk, self._notes, self._board, *(part.widget for part in self._parts)])
        self.widget.add_class("dl-compress")
        self._refusal = ""
        self._chosen: int | None = None
        self._kept_run = ""  # the id of the kept run that is the subject; "" for the page's run
        self._spectra_of: object = None  # whose singular values were asked for
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
        subjects = self._subjects()
        state = self._news, self.workshop.news, self._subject_label(), subjects, language()
        if state == self._drawn:
            return
        self._drawn = state
        artifacts = self.workshop.artifacts
        self._desk.kinds = kinds_of_change()
        self._desk.desk = {
            "texts": desk_texts(), "heads": heads(artifacts), "subject": self._subject_label(),
            "subjects": subjects, "kept_run": self._kept_run,
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
        classes = [] if chosen is None else self._classes(chosen)
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

    def _classes(self, artifact: Artifact) -> list[str]:
        subject = self.workshop.subject_of(artifact.number)
        return [] if subject is None else list(subject.setup.classes)

    # ---- the subject

    def _subjects(self) -> list[list[str]]:
        """What can be compressed, as [id, name]; "" is the page's run."""
        kept = [] if self._kept is None else self._kept.options()
        return [["", _("The current run")], *kept]

    @property
    def subject_config(self) -> TrainingConfig:
        """The settings of what is compressed; of the page's run where the kept one has no model."""
        try:
            return self._model().config
        except ConfigError:
            return self._run.config()

    def _subject_label(self) -> str:
        try:
            return self._model().label
        except ConfigError as error:
            return error.sentence

    def _model(self) -> Chosen:
        """The model that is chosen; raises ConfigError where there is none."""
        run = self._run
        if self._kept_run and self._kept is not None:
            kept, id = self._kept, self._kept_run
            found, setup = kept.check(id)
            return Chosen(
                kept.label(id), short_name(found), setup.config, run.table(), found.seconds, found.cpu_seconds,
                lambda is_wanted: kept.trained_model(id, is_wanted).archive,
            )  # fmt: skip
        config, table = run.config(), run.table()
        if run.is_own:
            check_own(run.own, table)
        check_subject(config)
        model = _("Your own model") if run.is_own else ModelSetup.of(config, table).label
        label = _("{model}, after {count} updates", model=model, count=format_number(run.step()))
        return Chosen(
            label, "", config, table, run.seconds(), run.cpu_seconds(), lambda _is_wanted: run.model_file(), run.own
        )

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
        elif kind == "subject":
            self._kept_run, self._refusal = payload["run"], ""
        self._note()

    def _make(self, asked: list[tuple[str, dict[str, object]]]) -> None:
        self._refusal = ""
        try:
            model, steps = self._model(), steps_of(asked)
            ordered: list[int] = []
            subject = _once(lambda: model.subject(lambda: not ordered or self.workshop.awaits(ordered[0])))
            ordered.append(self.workshop.make(model.label, subject, steps, model.seconds, model.run, model.cpu_seconds))
            if self._spectra_of != (self._kept_run, model.label):
                self._spectra_of = self._kept_run, model.label
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
