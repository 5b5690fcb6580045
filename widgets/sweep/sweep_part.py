"""The sweep's part of the Compare tab: three forms, and the charts of what they have begun."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from core.config.training_config import FIELDS
from core.engines.launcher import SHARED, engines
from core.field import ConfigError, Field
from core.language import N_, _, language, ngettext, shown
from core.number_format import format_number
from core.sweeps.keeping import keep
from core.sweeps.race import MOST_RACERS, Race
from core.sweeps.rate_test import RateTest
from core.sweeps.setting_range import read_range, suggested_text, sweepable
from core.sweeps.sweep import Sweep, SweepPlan
from core.sweeps.workers import EngineWorkers
from widgets.board.live_board import LiveBoard
from widgets.compare.drawn_board import DrawnBoard
from widgets.controls.validated_widgets import Column
from widgets.sweep.race_charts import race_panels, race_updates
from widgets.sweep.rate_test_chart import rate_test_panel, rate_test_sentences
from widgets.sweep.sweep_charts import sweep_panels
from widgets.sweep.sweep_desk import SweepDesk, desk_choices, desk_texts
from widgets.sweep.trial_texts import best_trials, sweep_sentences

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.store.run_store import RunStore
    from core.sweeps.workers import Workers
    from widgets.board.panel import Panel

BUDGET = Field("budget", N_("Runs"), 20, "int", 2, 1000)
WORKERS = 2  # engines at once: each is a process that compiles
ADDRESS = "DASK_SCHEDULER_ADDRESS"  # environment variable
NO_TRIALS: dict[str, list[Any]] = {"heads": [], "rows": []}


@dataclass(frozen=True)
class Surroundings:
    """What the page gives the part.

    Attributes:
        config: Returns the settings of the run on the page.
        table: Returns the data set of the problem "csv", None where there is none.
        store: Opens what keeps the runs.
        wake: Called when there is something new to draw.
        open: Begins a run of these settings on the page.
        connect: Gives connections to engines; None starts a fork server when one is first needed.
    """

    config: Callable[[], TrainingConfig]
    table: Callable[[], Dataset | None]
    store: Callable[[], RunStore]
    wake: Callable[[], None]
    open: Callable[[TrainingConfig], None]
    connect: Callable[[TrainingConfig], Connection] | None = None


class SweepPart:
    """A part of the tab; see `widgets.part`. Messages only begin and end things, `draw` shows them."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._page = surroundings
        self._desk, self._board = SweepDesk(self._on_desk), LiveBoard()
        self._board.on_event(self._on_board)
        self._raced = DrawnBoard(self._on_raced)
        self.widget = Column([self._desk, self._board, self._raced.widget])
        self.widget.add_class("dl-sweep")
        self._test: RateTest | None = None
        self._sweep: Sweep | None = None
        self._race: Race | None = None
        self._refusals = {"test": "", "sweep": "", "race": ""}
        self._lock = threading.Lock()
        self._news = 1  # counts what has happened
        self._drawn: tuple[object, ...] = ()

    def retranslate(self) -> None:
        """Writes the boards' own words in the language in use; `draw` does the rest."""
        self._board.retranslate()
        self._raced.widget.retranslate()

    def close(self) -> None:
        """Ends test, sweep and race."""
        if self._test is not None:
            self._test.stop()
        if self._sweep is not None:
            self._sweep.cancel()
        if self._race is not None:
            self._race.close()

    def draw(self) -> None:
        """Shows what has happened since it was last called."""
        state = self._news, self._page.config(), language()
        if state != self._drawn:
            self._drawn = state
            self._desk.desk = self._forms(self._page.config())
            self._board.show(self._panels())
            self._raced.show(self._race, lambda: race_panels(self._race))
            self._raced.put(race_updates(self._race))
        self._raced.draw()

    def _panels(self) -> list[Panel]:
        return [
            rate_test_panel(None if self._test is None else self._test.result),
            *sweep_panels(self._sweep),
        ]

    def _note(self) -> None:
        with self._lock:
            self._news += 1
        self._page.wake()

    # ---- the forms

    def _forms(self, config: TrainingConfig) -> dict[str, Any]:
        names = sweepable(config)
        settings = [[name, shown(FIELDS[name].label), suggested_text(name, config)] for name in names]
        settings.sort(key=lambda entry: entry[0] not in ("learning_rate", "optimizer"))
        return {
            "texts": desk_texts(), "choices": desk_choices(), "settings": settings, "raced": settings,
            "address": None if _is_served() else os.environ.get(ADDRESS, ""),
            "forms": {"test": self._test_form(), "sweep": self._sweep_form(), "race": self._race_form()},
        }  # fmt: skip

    def _test_form(self) -> dict[str, Any]:
        test = self._test
        running = test is not None and not test.result.is_over
        said = [] if test is None else rate_test_sentences(test.result)
        if running:
            said.append(_("The test is running."))
        return {"running": running, "progress": None, "refusal": self._refusals["test"], "said": said}

    def _sweep_form(self) -> dict[str, Any]:
        sweep = self._sweep
        form: dict[str, Any] = {"refusal": self._refusals["sweep"], "progress": None, "running": False}
        if sweep is None:
            return {**form, "said": [], "trials": NO_TRIALS}
        over = sum(trial.is_over and trial.repeats is None for trial in sweep.trials)
        more = {"running": not sweep.is_over, "progress": over / sweep.budget}
        return {**form, **more, "said": sweep_sentences(sweep), "trials": best_trials(sweep)}

    def _race_form(self) -> dict[str, Any]:
        race = self._race
        running = race is not None and not race.is_over
        said: list[str] = [_("The racers get ready.")] if running and race is not None and not race.has_begun else []
        if race is not None:
            said += [shown(racer.run.error) for racer in race.racers if racer.run.error][:1]
        return {"running": running, "progress": None, "refusal": self._refusals["race"], "said": said}

    # ---- what a person asks for

    def _on_desk(self, kind: str, payload: dict[str, Any]) -> None:
        begin = {"test": self._begin_test, "sweep": self._begin_sweep, "race": self._begin_race}
        if kind in begin:
            try:
                self._refusals[kind] = ""
                begin[kind](payload)
            except ConfigError as error:
                self._refusals[kind] = error.sentence
        elif kind == "stop":
            self._stop(payload["what"])
        elif kind == "open":
            self._open(payload["number"])
        self._note()

    def _on_board(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "press":
            self._open(payload["number"])

    def _on_raced(self, kind: str, _payload: dict[str, Any]) -> None:
        if kind == "mounted":  # a view begins with the panels as they were shown
            self._raced.forget()
            self._note()

    def _connect(self) -> Callable[[TrainingConfig], Connection]:
        return self._page.connect or engines()

    def _begin_test(self, _payload: dict[str, Any]) -> None:
        if self._test is not None:
            self._test.stop()
        self._test = RateTest(self._page.config(), self._connect(), self._note, self._page.table())
        self._test.start()

    def _begin_sweep(self, payload: dict[str, Any]) -> None:
        if self._sweep is not None and not self._sweep.is_over:
            raise ConfigError(_("A sweep is running; stop it first."))
        table, store = self._page.table(), self._page.store()
        ranges = tuple(read_range(name, text) for name, text in payload["ranges"])
        if len({each.name for each in ranges}) < len(ranges):
            raise ConfigError(_("A setting stands there twice."))
        budget = BUDGET.parse(payload["budget"])
        plan = SweepPlan(self._page.config(), ranges, payload["method"], int(str(budget)), payload["pruning"])
        workers = self._workers(payload["address"])
        try:
            self._sweep = Sweep(plan, workers, partial(keep, store, table), table, self._note)
        except ConfigError:
            workers.close()
            raise
        self._sweep.start()

    def _workers(self, address: str) -> Workers:
        """The workers of the cluster at `address`; visitors of the served app do not choose whom it talks to."""
        address = os.environ.get(ADDRESS, "") if _is_served() else address.strip()
        if not address:
            return EngineWorkers(WORKERS, self._connect())
        from core.sweeps.cluster import ClusterWorkers

        return ClusterWorkers(address)

    def _begin_race(self, payload: dict[str, Any]) -> None:
        name, text = payload["ranges"][0]
        values = read_range(name, text).spread(4)
        if len(values) > MOST_RACERS:
            raise ConfigError(
                ngettext("At most one run can race.", "At most {count} runs can race.", MOST_RACERS,
                         count=format_number(MOST_RACERS))
            )  # fmt: skip
        race = Race(
            self._page.config(), [{name: value} for value in values], self._connect(),
            payload["speed"] == "step", self._page.table(), self._note,
        )  # fmt: skip
        if self._race is not None:
            self._race.close()
        self._race = race
        race.start()

    def _stop(self, what: str) -> None:
        if what == "test" and self._test is not None:
            self._test.stop()
        elif what == "sweep" and self._sweep is not None:
            self._sweep.cancel()
        elif what == "race" and self._race is not None:
            self._race.stop()

    def _open(self, number: int) -> None:
        """Begins the run of a trial on the page, which then shows the Train tab."""
        if self._sweep is not None and 0 <= number < len(self._sweep.trials):
            self._page.open(self._sweep.trials[number].config)
            self._desk.say_opened()


def _is_served() -> bool:
    """True in the served app, whose kernels share a fork server."""
    return SHARED in os.environ
