"""The tabs of the page beside Train. A new one is a function that builds it, and an entry of `TABS`; nothing else.

The header's row of tabs, what a link may say (`view=tab:compare`, `open=compare`) and which tab is in sight follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.language import _, pgettext, shown
from core.learning.setup import ModelSetup
from core.number_format import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    import ipywidgets as ipw

    from core.compression.workshop import Workshop
    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.store.kept_run import KeptRun
    from core.store.run_store import RunStore
    from widgets.compare.pinned import PinnedRuns
    from widgets.compress.kept_subjects import KeptSubjects
    from widgets.part import Part
    from widgets.scenes.session import Session

TRAIN = "train"  # the page itself, which is always there


@dataclass(frozen=True)
class Surroundings:
    """What the page gives its tabs.

    Attributes:
        session: The run of the page, with its settings and what shows it.
        store: Opens what keeps the runs.
        pinned: The runs that stand behind the present one.
        table: Returns the data set of the problem "csv", None where there is none.
        wake: Called when there is something new to draw.
        open: Begins a run of these settings on the page.
        open_kept: Brings a kept run back on the page, at a step or its last; raises ConfigError where it cannot.
        connect: Gives connections to engines; None starts a fork server when one is first needed.
        workshop: Makes smaller forms of the trained model, and has those that were made.
        is_own_model: True on a page of a person's own model, which has no problem to choose.
    """

    session: Session
    store: Callable[[], RunStore]
    pinned: PinnedRuns
    table: Callable[[], Dataset | None]
    wake: Callable[[], None]
    open: Callable[[TrainingConfig], None]
    open_kept: Callable[[KeptRun, int | None], None]
    connect: Callable[[TrainingConfig], Connection] | None
    workshop: Workshop
    is_own_model: bool


@dataclass(frozen=True)
class Tab:
    """A tab of the page.

    Attributes:
        name: Its name in a link, of letters a to z.
        label: What its button says, marked for translation.
        build: Makes it when it is first opened. Its imports stand within, so that a page that is not opened there
            does not wait for them.
    """

    name: str
    label: str
    build: Callable[[Surroundings], Part]


def _compare(page: Surroundings) -> Part:
    from widgets.compare.compare_tab import CompareTab
    from widgets.experiments.law_part import LawPart
    from widgets.experiments.seeds_part import SeedsPart
    from widgets.experiments.size_data_part import SizeDataPart
    from widgets.sweep.sweep_part import Surroundings as SweepSurroundings
    from widgets.sweep.sweep_part import SweepPart

    parts: list[Part] = [part(page.store, page.wake) for part in (SeedsPart, LawPart, SizeDataPart)]
    if not page.is_own_model:  # a person's own model is not swept
        config = partial(getattr, page.session, "config")
        parts.append(SweepPart(SweepSurroundings(config, page.table, page.store, page.wake, page.open, page.connect)))
    return CompareTab(page.store, page.wake, page.pinned, parts, None if page.is_own_model else page.open_kept)


def _compress(page: Surroundings) -> Part:
    from core.costs.goal import OF_CLASSES, OF_QUANTITY, Goal
    from widgets.balance.balance_part import BalancePart
    from widgets.compress.compress_tab import CompressedRun, CompressTab

    session = page.session

    def table() -> Dataset | None:
        return session.own_data or page.table()

    run = CompressedRun(
        partial(getattr, session, "config"), table, lambda: session.run.step, lambda: session.run.seconds_played,
        lambda: session.run.cpu_seconds, session.model_file, page.is_own_model,
        session.own_for_elsewhere,
    )  # fmt: skip

    def goal() -> Goal:
        config, data = tab.subject_config, session.own_data
        if data is not None:
            return Goal(config.problem, OF_QUANTITY if data.task == "regression" else OF_CLASSES)
        return Goal.of(ModelSetup.of(config, page.table())) if config.learns else Goal(config.problem)

    balance = BalancePart(lambda: page.workshop.artifacts_of(goal().problem), page.store, page.wake, goal)
    tab = CompressTab(run, page.workshop, page.wake, [balance], _kept_subjects(page))
    return tab


def _serve(page: Surroundings) -> Part:
    from widgets.serve.serve_tab import ServeTab

    session = page.session
    return ServeTab(session.trained_model, lambda: served_subject(page), page.wake, page.workshop, _kept_subjects(page))


def _kept_subjects(page: Surroundings) -> KeptSubjects | None:
    """The kept runs as subjects; none beside a person's own model."""
    from widgets.compress.kept_subjects import KeptSubjects

    return None if page.is_own_model else KeptSubjects(page.store, page.table, page.connect)


def served_subject(page: Surroundings) -> str:
    """The model that would be served, in words."""
    if page.is_own_model:
        return _("Your own model")
    config = page.session.config
    if not config.learns:
        return _("A surface has no model to serve; choose a problem with data.")
    label = ModelSetup.of(config, page.table()).label
    return _("{model}, after {count} updates", model=label, count=format_number(page.session.run.step))


TABS: tuple[Tab, ...] = (
    Tab("compare", pgettext("tab", "Compare"), _compare),
    Tab("compress", pgettext("tab", "Compress"), _compress),
    Tab("serve", pgettext("tab", "Serve"), _serve),
)


def tab_labels(tabs: Sequence[Tab] = TABS) -> list[list[str]]:
    """All tabs as [name, label in the language in use], as `Header.tabs` takes them."""
    return [[TRAIN, pgettext("tab", "Train")], *([tab.name, shown(tab.label)] for tab in tabs)]


class PageTabs:
    """The tabs that were opened, and which is in sight. `show` and `close` are called in the page's turn."""

    def __init__(
        self, surroundings: Surroundings, add: Callable[[ipw.DOMWidget], None], tabs: Sequence[Tab] = TABS
    ) -> None:
        """`add` puts a tab's widget on the page."""
        self._surroundings, self._add = surroundings, add
        self._tabs = {tab.name: tab for tab in tabs}
        self._built: dict[str, Part] = {}
        self._open = TRAIN

    @property
    def open(self) -> str:
        """The name of the tab in sight."""
        return self._open

    def show(self, name: str) -> None:
        """Brings a tab in sight, and builds it if it was never opened; names that are no tab's do nothing."""
        if name in self._tabs and name not in self._built:
            part = self._tabs[name].build(self._surroundings)
            part.widget.add_class("dl-tab").add_class(f"dl-tab-{name}")
            self._built[name] = part
            self._add(part.widget)
        if name == TRAIN or name in self._tabs:
            self._open = name

    def draw(self) -> None:
        """Draws the tab in sight; Train is the stage's."""
        part = self._built.get(self._open)
        if part is not None:
            part.draw()

    def retranslate(self) -> None:
        """Writes what `draw` does not in the language in use, in every tab that was opened."""
        for part in self._built.values():
            part.retranslate()

    def close(self) -> None:
        """Ends what the tabs have started, and takes them away."""
        for part in self._built.values():
            part.close()
            part.widget.close()
