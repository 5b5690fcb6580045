"""The Compare tab: list, chart and table of the runs that were kept. It is built when it is first opened."""

from __future__ import annotations

import threading
from html import escape
from typing import TYPE_CHECKING, Any

from core.experiments.curve_cache import CurveCache
from core.field import ConfigError
from core.language import language
from widgets.compare.differences import differences_html
from widgets.compare.drawn_board import DrawnBoard
from widgets.compare.overlay_chart import ID, OverlayChart
from widgets.compare.paths import PathCache
from widgets.compare.run_list import RunList
from widgets.compare.shared_surface import SharedSurface
from widgets.controls.validated_widgets import Column, Html

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.store.kept_run import KeptRun
    from core.store.run_store import RunStore
    from widgets.compare.pinned import PinnedRuns
    from widgets.part import Part

FIRST_ROWS = 100


class CompareTab:
    """Shows the runs of a store. The frame loop calls `draw`; messages of the page only say what is asked for."""

    def __init__(
        self,
        store: Callable[[], RunStore],
        wake: Callable[[], None],
        pinned: PinnedRuns,
        parts: Sequence[Part] = (),
        open: Callable[[KeptRun, int | None], None] | None = None,
    ) -> None:
        """`wake` is called when there is something new to draw; `pinned` hears which runs are pinned.

        `open` brings a run back on the page, at a step or its last, or raises ConfigError; None: no run is opened.

        `parts` stand below what the tab shows itself, in this order.
        """
        self._parts, self._open = parts, open
        self._store, self._wake, self._pinned = store, wake, pinned
        self._list, self._board = RunList(self._on_list), DrawnBoard(self._on_board)
        self._notes, self._differences = Html(""), Html("")
        self._lock = threading.Lock()
        self._filter, self._sort, self._rows = "", "-started", FIRST_ROWS
        self._chosen: dict[str, str] = {}
        self._refusal = ""
        self._runs: Sequence[KeptRun] = ()
        self._drawn: tuple[object, ...] = ()
        self._chart: OverlayChart | None = None
        self._curves, self._paths = CurveCache(), PathCache()
        shown = [self._list, self._board.widget, self._notes, self._differences]
        self.widget = Column([*shown, *(part.widget for part in parts)])
        self.widget.add_class("dl-compare")
        self._notes.add_class("dl-compare-notes")

    def retranslate(self) -> None:
        """Writes the board's own words in the language in use; `draw` does the rest."""
        self._board.widget.retranslate()
        for part in self._parts:
            part.retranslate()

    def close(self) -> None:
        """Ends what its parts have started."""
        for part in self._parts:
            part.close()

    def draw(self) -> None:
        """Shows what is new: runs, marks, a filter, a choice, and what the parts have."""
        for part in self._parts:
            part.draw()
        self._draw_runs()

    def _draw_runs(self) -> None:
        store = self._store()
        with self._lock:
            filter, sort, rows, chosen = self._filter, self._sort, self._rows, dict(self._chosen)
        state = store.version, filter, sort, rows, tuple(sorted(chosen.items())), language()
        if state != self._drawn:
            self._drawn = state
            self._find(store, filter, sort)
            kept = store.runs()
            self._pinned.take(kept)
            self._list.show(
                self._runs, rows=rows, total=len(store), filter=filter, sort=sort, refusal=self._refusal,
                can_undelete=store.can_undelete, notice=store.notice, can_open=self._open is not None,
            )  # fmt: skip
            self._compare([run for run in self._runs if not run.hidden], chosen, kept)
        self._board.draw()

    def _compare(self, drawn: Sequence[KeptRun], chosen: dict[str, str], kept: Sequence[KeptRun]) -> None:
        found = {run.id: run for run in kept}.get
        self._chart = chart = OverlayChart(drawn, chosen, self._curves.curve, found, self._open is not None)
        surface = SharedSurface(drawn, self._paths)
        if self._board.show((chart.key, surface.key), lambda: [chart.panel(), *surface.panels()]):
            widget = self._board.widget
            (widget.add_class if chart.are_many else widget.remove_class)("dl-many-curves")
        self._board.put({ID: chart.update(), **surface.updates()})
        self._notes.value = "".join(f"<p>{escape(sentence)}</p>" for sentence in chart.sentences())
        self._differences.value = differences_html(drawn)

    def _find(self, store: RunStore, filter: str, sort: str) -> None:
        """Reads the runs that pass; where the filter cannot be read the list stays, and says so."""
        try:
            self._runs, self._refusal = store.runs(filter, sort), ""
        except ConfigError as error:
            self._refusal = error.sentence

    def _on_list(self, kind: str, payload: dict[str, Any]) -> None:
        store = self._store()
        with self._lock:
            if kind == "filter":
                self._filter, self._rows = payload["text"], FIRST_ROWS
            elif kind == "sort":
                self._sort = payload["by"]
            elif kind == "more":
                self._rows = payload["rows"]
        if kind == "mark":
            store.mark(**payload)
        elif kind == "delete":
            store.delete(payload["ids"])
        elif kind == "undelete":
            store.undelete()
        elif kind == "open":
            self._open_run(store.get(payload["id"]))
        self._wake()

    def _open_run(self, run: KeptRun | None, step: int | None = None) -> None:
        if run is None or self._open is None:
            return
        refusal = ""
        try:
            self._open(run, step)
            self._list.say_opened()
        except ConfigError as error:
            refusal = error.sentence
        with self._lock:
            self._refusal, self._drawn = refusal, ()

    def _on_board(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "switch":
            with self._lock:
                self._chosen[payload["name"]] = payload["value"]
        elif kind == "press" and self._chart is not None and payload["panel"] == ID:
            run, step = self._chart.pressed(payload["number"]) or (None, None)
            self._open_run(run, step)
        elif kind == "mounted":  # a view begins with the panel as it was shown
            self._board.forget()
            self._drawn = ()
        self._wake()
