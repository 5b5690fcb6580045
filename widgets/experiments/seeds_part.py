"""Paired seeds on the Compare tab: two settings over several seeds, with a verdict that bears being looked at."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

from core.engines.launcher import engines
from core.experiments.background_experiment import BackgroundExperiment
from core.experiments.kept_results import keep
from core.experiments.paired_seeds import compare_seeds
from core.experiments.seed_curves import seed_curves
from core.field import ConfigError
from core.language import _, language, shown
from core.number_text import significant
from widgets.compare.drawn_board import DrawnBoard
from widgets.controls.validated_widgets import Column
from widgets.experiments.experiment_form import ExperimentForm
from widgets.experiments.seeds_chart import seeds_panels, seeds_update
from widgets.experiments.seeds_setup import SeedsSetup, seeds_fields, seeds_setup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from core.engines.pool import EnginePool, RunFuture
    from core.experiments.paired_seeds import SeedComparison
    from core.store.run_store import RunStore


class SeedsPart:
    """The form, the charts and the verdict. The frame loop calls `draw`."""

    def __init__(self, store: Callable[[], RunStore], wake: Callable[[], None]) -> None:
        """`wake` is called, in whichever thread, when there is something new to draw."""
        self._store, self._wake = store, wake
        self._form, self._board = ExperimentForm(self._on_press), DrawnBoard(self._on_board)
        self.widget = Column([self._form])
        self.widget.add_class("dl-experiments")
        self._lock = threading.Lock()
        self._setup: SeedsSetup | None = None
        self._experiment: BackgroundExperiment[SeedComparison] | None = None
        self._refusal = ""
        self._drawn: tuple[object, ...] = ()

    def draw(self) -> None:
        """Shows what is new."""
        store = self._store()
        with self._lock:
            setup, experiment, refusal = self._setup, self._experiment, self._refusal
        ended = experiment.runs_ended if experiment else 0
        found = (experiment.latest, experiment.is_running) if experiment else ()
        state = store.version, language(), refusal, id(experiment), ended, *map(id, found)
        if state != self._drawn:
            self._drawn = state
            self._show_form(store, experiment, setup, refusal)
            if setup is not None and experiment is not None:
                self._show_charts(setup, experiment)
        self._board.draw()

    def retranslate(self) -> None:
        """Writes the board's own words in the language in use; `draw` does the rest."""
        self._board.widget.retranslate()

    def close(self) -> None:
        """Ends what trains."""
        if self._experiment is not None:
            self._experiment.cancel()

    # ---- showing

    def _show_form(
        self, store: RunStore, experiment: BackgroundExperiment[SeedComparison] | None, setup: SeedsSetup | None,
        refusal: str,
    ) -> None:  # fmt: skip
        runs = store.runs()
        is_running = experiment is not None and experiment.is_running
        total = 2 * setup.planned if setup else 1
        says = [refusal] if refusal else _sentences(experiment, setup) if experiment and setup else []
        self._form.show(
            _("Is one setting really better?"),
            _("Both train with the same seeds: the same data, first weights and order of examples. You may look and "
              "stop after every pair; the verdict allows for it."),
            seeds_fields(runs),
            {"start": _("Compare over seeds"), "cancel": _("Cancel"), "progress": _("Runs that have ended")},
            says,
            can_start=bool(runs) and not is_running,
            is_running=is_running,
            progress=experiment.runs_ended / total if experiment else 0.0,
        )  # fmt: skip

    def _show_charts(self, setup: SeedsSetup, experiment: BackgroundExperiment[SeedComparison]) -> None:
        if self._board.widget not in self.widget.children:
            self.widget.children = (*self.widget.children, self._board.widget)
        self._board.show(id(experiment), lambda: seeds_panels(setup.names, setup.colours))
        latest = experiment.latest
        curves = None if latest is None else seed_curves(latest.pairs)
        if curves is not None:
            self._board.put(seeds_update(curves))

    # ---- what a person asks for

    def _on_press(self, name: str, values: Mapping[str, str]) -> None:
        if name == "cancel":
            self.close()
        elif self._experiment is None or not self._experiment.is_running:
            self._start(values)
        self._wake()

    def _start(self, values: Mapping[str, str]) -> None:
        try:
            setup = seeds_setup(values, self._store().runs())
        except ConfigError as error:
            with self._lock:
                self._refusal = error.sentence
            return
        (first, second), store = setup.configs, self._store()

        def measure(pool: EnginePool) -> Iterator[SeedComparison]:
            for comparison in compare_seeds(first, second, pool, setup.planned):
                yield comparison
                if comparison.is_decided:
                    return

        def keep_run(future: RunFuture) -> None:
            side = setup.names[0 if future.config.replace(seed=first.seed) == first else 1]
            keep(store, future, _("{run}, seed {seed}", run=side, seed=future.config.seed))

        with self._lock:
            self._refusal, self._setup = "", setup
            self._experiment = BackgroundExperiment(measure, engines(), self._wake, keep_run)

    def _on_board(self, kind: str, _payload: Mapping[str, object]) -> None:
        if kind == "mounted":
            self._board.forget()
            self._drawn = ()
        self._wake()


def _sentences(experiment: BackgroundExperiment[SeedComparison], setup: SeedsSetup) -> list[str]:
    """The verdict, on what it stands, and what these seeds could have shown."""
    if experiment.error:
        return [shown(experiment.error)]
    comparison = experiment.latest
    if comparison is None:
        return [
            _("Cancelled before the first pair had ended.") if experiment.is_cancelled else _("The first pair trains.")
        ]
    said = [comparison.sentence(*setup.names), _evidence(comparison, setup)]
    detectable = comparison.verdict.detectable
    if math.isfinite(detectable):
        said.append(
            _("The smallest true difference that so many pairs show in four of five cases: {d}.",
              d=significant(detectable, 3))
        )  # fmt: skip
    if experiment.is_cancelled:
        said.append(_("Cancelled; what had ended is kept."))
    return said


def _evidence(comparison: SeedComparison, setup: SeedsSetup) -> str:
    done, planned = len(comparison.pairs), setup.planned
    if setup.configs[0].learns:
        return _("By the validation loss at the end, after {done} of {planned} pairs.", done=done, planned=planned)
    return _("By the loss at the end, after {done} of {planned} pairs.", done=done, planned=planned)
