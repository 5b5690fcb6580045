"""A part of the Compare tab that runs an experiment: a form, charts, sentences, and the runs kept."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from core.engines.launcher import engines
from core.experiments.background_experiment import BackgroundExperiment
from core.experiments.kept_results import keep
from core.field import ConfigError
from core.language import _, language, shown
from widgets.compare.drawn_board import DrawnBoard
from widgets.controls.validated_widgets import Column
from widgets.experiments.experiment_form import ExperimentForm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from core.config.training_config import TrainingConfig
    from core.engines.pool import EnginePool, RunFuture
    from core.store.kept_run import KeptRun
    from core.store.run_store import RunStore
    from widgets.board.panel import Panel
    from widgets.experiments.experiment_form import FormField

Setup = TypeVar("Setup")
Result = TypeVar("Result")


class ExperimentPart(ABC, Generic[Setup, Result]):
    """What all experiments share; a subclass says what is asked, measured, drawn and said. The frame loop draws."""

    def __init__(self, store: Callable[[], RunStore], wake: Callable[[], None]) -> None:
        """`wake` is called, in whichever thread, when there is something new to draw."""
        self._store, self._wake = store, wake
        self._form, self._board = ExperimentForm(self._on_press), DrawnBoard(self._on_board)
        self.widget = Column([self._form])
        self.widget.add_class("dl-experiments")
        self._lock = threading.Lock()
        self._begun: tuple[Setup, BackgroundExperiment[Result]] | None = None
        self._refusal = ""
        self._drawn: tuple[object, ...] = ()

    @abstractmethod
    def _texts(self) -> dict[str, str]:
        """The texts "title", "about" and "start" of the form."""

    @abstractmethod
    def _fields(self, runs: Sequence[KeptRun]) -> list[FormField]:
        """What a person may choose."""

    @abstractmethod
    def _setup_of(self, values: Mapping[str, str], runs: Sequence[KeptRun]) -> Setup:
        """What the form's values ask for; raises ConfigError, one sentence."""

    @abstractmethod
    def _runs_of(self, setup: Setup) -> int:
        """How many runs there will be at most."""

    @abstractmethod
    def _measure(self, setup: Setup, pool: EnginePool) -> Iterator[Result]:
        """Yields what is known, again and again; called in a thread of the experiment."""

    @abstractmethod
    def _run_name(self, setup: Setup, config: TrainingConfig) -> str:
        """The name under which a run is kept; "" keeps it not."""

    @abstractmethod
    def _panels(self, setup: Setup) -> list[Panel]:
        """The charts without points."""

    @abstractmethod
    def _update(self, setup: Setup, result: Result) -> dict[str, dict[str, Any]]:
        """What the charts show, by their ids; {} where there is nothing to show yet."""

    @abstractmethod
    def _sentences(self, setup: Setup, experiment: BackgroundExperiment[Result]) -> list[str]:
        """What there is to say, the verdict first."""

    def draw(self) -> None:
        """Shows what is new."""
        store = self._store()
        with self._lock:
            begun, refusal = self._begun, self._refusal
        experiment = begun[1] if begun else None
        moves = (id(experiment), experiment.latest, experiment.is_running, experiment.runs_ended) if experiment else ()
        state = store.version, language(), refusal, *moves
        if state != self._drawn:
            self._drawn = state
            self._show_form(store.runs(), begun, refusal)
            if begun is not None:
                self._show_charts(*begun)
        self._board.draw()

    def retranslate(self) -> None:
        """Writes the board's own words in the language in use; `draw` does the rest."""
        self._board.widget.retranslate()

    def close(self) -> None:
        """Ends what trains."""
        if self._begun is not None:
            self._begun[1].cancel()

    def _show_form(
        self, runs: Sequence[KeptRun], begun: tuple[Setup, BackgroundExperiment[Result]] | None, refusal: str
    ) -> None:
        is_running = begun is not None and begun[1].is_running
        self._form.show(
            self._fields(runs),
            {**self._texts(), "cancel": _("Cancel"), "progress": _("Runs that have ended")},
            [refusal] if refusal else self._said(*begun) if begun else [],
            can_start=bool(runs) and not is_running,
            is_running=is_running,
            progress=min(1.0, begun[1].runs_ended / self._runs_of(begun[0])) if begun else 0.0,
        )

    def _said(self, setup: Setup, experiment: BackgroundExperiment[Result]) -> list[str]:
        said = self._sentences(setup, experiment)
        if experiment.error:
            return [shown(experiment.error), *said]
        if experiment.is_cancelled and experiment.latest is not None:
            said.append(_("Cancelled; what had ended is kept."))
        return said

    def _show_charts(self, setup: Setup, experiment: BackgroundExperiment[Result]) -> None:
        if self._board.widget not in self.widget.children:
            self.widget.children = (*self.widget.children, self._board.widget)
        self._board.show(id(experiment), lambda: self._panels(setup))
        if experiment.latest is not None and (update := self._update(setup, experiment.latest)):
            self._board.put(update)

    def _on_press(self, name: str, values: Mapping[str, str]) -> None:
        if name == "cancel":
            self.close()
        elif self._begun is None or not self._begun[1].is_running:
            self._start(values)
        self._wake()

    def _start(self, values: Mapping[str, str]) -> None:
        store = self._store()
        try:
            setup = self._setup_of(values, store.runs())
        except ConfigError as error:
            with self._lock:
                self._refusal = error.sentence
            return

        def keep_run(future: RunFuture) -> None:
            if name := self._run_name(setup, future.config):
                keep(store, future, name)

        experiment = BackgroundExperiment(lambda pool: self._measure(setup, pool), engines(), self._wake, keep_run)
        with self._lock:
            self._refusal, self._begun = "", (setup, experiment)

    def _on_board(self, kind: str, _payload: Mapping[str, object]) -> None:
        if kind == "mounted":
            self._board.forget()
            self._drawn = ()
        self._wake()
