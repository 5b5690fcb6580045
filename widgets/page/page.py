"""The page: its layout, and where what a person does on it goes.

Callbacks write the config and the run's requests, in turn, and return at once; the frame loop writes what is shown.
Nothing is started before somebody looks: a preheated kernel runs this code before its visitor exists.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from IPython import get_ipython

from core.background_thread import hurry_at_exit
from core.compression.workshop import Workshop
from core.datasets.dataset import CSV
from core.engines.launcher import engines
from core.language import _
from core.notices.branching import left_behind
from core.notices.notice import Notice
from core.runs.saved_run import is_branch
from core.store.page_store import KEY
from core.versions import other_versions
from widgets.board.frame_loop import FrameLoop
from widgets.cell_pages import PAGES, present_cell_run
from widgets.comm_routing import hear_as_sent
from widgets.compare.pinned import PinnedRuns
from widgets.controls import page_language
from widgets.controls.bar import bar
from widgets.controls.controls import Controls
from widgets.controls.header import Header
from widgets.controls.playback import Playback
from widgets.controls.synchronized import synchronized
from widgets.controls.upload import Upload
from widgets.controls.validated_widgets import Column
from widgets.export.saving import Saving
from widgets.page.ahead_of_time import AheadOfTime
from widgets.page.config_changes import ConfigChanges, labels
from widgets.page.playing import Playing, scrubbed
from widgets.page.returning.kept_runs import KeptRuns
from widgets.page.returning.page_link import PageLink
from widgets.page.returning.reopening import Reopening
from widgets.page.returning.undo import Undo
from widgets.page.stage import Stage
from widgets.page.start import settings_without_use
from widgets.page.tabs import TRAIN, PageTabs, Surroundings, tab_labels
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ipywidgets as ipw

    from core.config.training_config import TrainingConfig
    from core.store.page_store import PageStore
    from core.user_models.user_model import UserModel

CLICK_DIGITS = 6  # of a coordinate: more than a pixel says even after zooming in a hundredfold


class Page(Column):
    """Header, controls and stage of one session; `own` is a model that takes the place of any problem."""

    def __init__(self, config: TrainingConfig, own: UserModel | None, store: PageStore) -> None:
        self._turn = threading.RLock()
        self._closed = False
        self._loop = FrameLoop(self._draw, lambda: self._stage.is_at_leisure)
        self._upload = Upload(self._take_table, lambda sentence: self._changes.refuse(sentence))
        self._hidden_settings = settings_without_use(own)
        self._controls = self._make_controls(config, own)
        self._playback = self._make_playback()
        words = {} if self._hidden_settings else self._controls.search_words  # in every language, whichever is in use
        self._header = Header(**self._names(), search_words=words, speed=self._playback.speed)
        in_kernel = hasattr(get_ipython(), "kernel")
        connect = engines() if in_kernel else None  # what they import takes as long as the page takes to stand
        self._connect = connect
        self._store, self._pinned = store, PinnedRuns()
        self._session = Session(config, self._loop.wake, self._playback.pace, own, self._upload.dataset, connect, store)
        ahead = AheadOfTime(self._controls, own is not None)
        self._stage = Stage(self._session, self._playback, ahead.begin, self._pinned, store)
        self._reopening = Reopening(self._session, self._header, self._playback, self._upload)
        self._link = PageLink(self._header, self._playback, self._reopening, has_settings=own is None)
        self._saving = Saving(self._session, self._header.give, self._refuse_file)
        self._undo = Undo(self._session, self._playback)
        self._changes = ConfigChanges(
            self._turn, self._session, self._stage, self._controls, self._playback, self._header, self._link,
            self._undo, self._loop.wake,
        )  # fmt: skip
        self._kept_runs = KeptRuns(store, self._changes.open_kept, is_own_model=own is not None)
        self._playing = Playing(self._turn, self._session, self._stage, self._loop, self._playback, self._undo)
        self._board = self._stage.board
        self._tabs = PageTabs(self._surroundings(), self._add_tab)
        super().__init__([self._header, self._bar(), self._columns()])
        self.add_class("dl-root")
        self._header.on_event(self._on_header)
        self._board.on_event(self._on_board)
        page_language.follow(self)
        hear_as_sent(self)
        PAGES.add(self, present_cell_run())
        if own is not None and self._session.trains_itself:  # two pages at once would move the same weights
            PAGES.add(self, (f"model {id(own.model)}", str(id(self))))
        if in_kernel:
            hurry_at_exit()

    def _make_controls(self, config: TrainingConfig, own: UserModel | None) -> Controls:
        """The settings, which stand before there is a run that they could change."""
        upload = None if own else self._upload
        on_preset = None if own else lambda preset: self._changes.take(preset)
        return Controls(config, lambda raw: self._changes.change(raw), upload, self._hidden_settings, on_preset)

    def _make_playback(self) -> Playback:
        """The buttons, which stand before there is a run that they could play: its pace is theirs."""
        return Playback(
            lambda: self._playing.play_or_pause(),
            lambda: self._playing.step(),
            self._reset,
            self._set_pace,
        )

    def _bar(self) -> Column:
        return bar([self._controls.rate, self._playback.widget], [self._stage.strip, self._stage.notice])

    def _columns(self) -> Column:
        stage = self._stage
        moving = Column([stage.board, stage.formula, stage.cards])
        moving.add_class("dl-stage")
        columns = Column([self._controls.widget, moving])
        columns.add_class("dl-columns")
        return columns

    def __del__(self) -> None:
        """Closes the page, unless its making was refused: then there is nothing to close."""
        if "_turn" in vars(self):
            super().__del__()

    @synchronized
    def close(self) -> None:
        """Ends training and drawing, and takes the page away."""
        self._closed = True
        self._tabs.close()
        self._session.close()
        self._loop.close()
        super().close()

    def _draw(self) -> None:
        self._follow_past()
        self._stage.draw()
        self._save_run()
        self._tabs.draw()

    @synchronized
    def _follow_past(self) -> None:
        """Shows how far the run can be taken back while it rests, and the settings of where it stands."""
        self._header.recorded = scrubbed(self._session.run)
        if self._session.staged.follow_past():
            self._changes.show()

    @synchronized
    def _save_run(self) -> None:
        self._reopening.save()

    def undo(self) -> None:
        """Takes back the newest change of settings, or the newest reset, with the run that it ended."""
        self._changes.undo()

    def redo(self) -> None:
        """Makes the newest change again that was taken back, as long as no other one was made."""
        self._changes.redo()

    @synchronized
    def _take_table(self, _table: object) -> None:
        """Begins a run that learns from a table that was uploaded, or from another column of it."""
        self._stage.dismiss()
        self._undo.forget()  # what was learned from another table
        if self._session.config.problem == CSV and not self._closed:  # reading may outlast the page
            self._reopening.take_table()

    def _refuse_file(self, sentence: str) -> None:
        self._header.give_nothing()
        self._stage.answer = Notice("danger", _("Nothing was saved."), sentence)
        self._loop.wake()

    @synchronized
    def _dismiss(self) -> None:
        self._stage.dismiss()
        self._loop.wake()

    @synchronized
    def _reset(self) -> None:
        self._link.forget_opened()
        self._playing.reset()

    @synchronized
    def _set_pace(self, pace: float | None) -> None:
        self._session.set_pace(pace)
        self._header.speed = self._playback.speed

    # ---- what the page says

    @synchronized
    def _on_board(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "mounted":  # or reconnected
            self._playing.watch()
            self._playback.resend()
        elif kind == "switch":
            self._session.switch(payload["panel"], payload["name"], payload["value"])
            self._stage.show_anew()
        elif kind == "click" and payload["panel"] == "surface":
            start = {"start_x": payload["x"], "start_y": payload["y"]}
            self._changes.change({name: float(f"{value:.{CLICK_DIGITS}g}") for name, value in start.items()})
        elif kind == "draw":
            self._changes.draw_points(payload["strokes"])
        self._stage.redraw()
        self._loop.wake()

    def _on_header(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "hello":
            self._greet(**payload)
        elif kind == "language":
            self._link.choose_language(payload["language"])
        elif kind == "undo":
            self.undo()
        elif kind == "redo":
            self.redo()
        elif kind == "dismiss":
            self._dismiss()
        elif kind == "go":
            self._playing.go_to(**payload)
        elif kind == "save":
            self._saving.save(**payload)
        elif kind == "tab":
            self._show_tab(payload["tab"])

    def _greet(
        self, query: str, language: str = "", saved: object = None, table: Mapping[str, object] | None = None
    ) -> None:
        """Takes what the URL of the first view says, its language or else the browser's, and a run that was `saved`."""
        self._link.greet(query, language)
        if visitor := self._store.greet(query):
            self._link.note_visitor(f"{KEY}={visitor}")
        self._open(query, saved, table)
        self._header.greeted = True
        self._playing.watch()  # an engine gets ready while the page plots its charts

    @synchronized
    def _open(self, query: str, saved: object, table: Mapping[str, object] | None) -> None:
        refused = self._link.read(query, saved, table, self._changes.begin, self._kept_runs.open_linked)
        self._changes.show()
        if refused is not None:
            self._changes.refuse(refused)
        elif is_branch(saved):
            self._stage.answer = left_behind()
        elif (said := other_versions(query)) is not None:
            self._stage.answer = Notice("info", _("Other versions."), said)

    @synchronized
    def _show_tab(self, tab: str) -> None:
        """Brings a tab in sight; what it shows includes the run as it is now."""
        if tab != TRAIN:
            self._session.keep(timeout=0)
            self._loop.start()
        self._tabs.show(tab)
        self._loop.wake(urgent=True)

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            self._session, self._store, self._pinned, self._upload.dataset, self._loop.wake, self._changes.take,
            self._changes.open_kept, self._connect, Workshop(self._loop.wake), bool(self._hidden_settings),
        )  # fmt: skip

    def _add_tab(self, tab: ipw.DOMWidget) -> None:
        self.children = (*self.children, tab)  # type: ignore[has-type]  # a traitlet, which has no type here

    # ---- language

    @synchronized
    def retranslate(self) -> None:
        """Writes what stands around the charts in the language in use; the frame loop does the rest."""
        for part in (self._tabs, self._board, self._controls, self._playback, self._upload, self._header):
            part.retranslate()
        with self._header.hold_sync():
            for trait, value in self._names().items():
                setattr(self._header, trait, value)
        self._link.write(self._session.config, self._session.staged.lacks_weights)
        self._loop.wake(urgent=True)

    def _names(self) -> dict[str, Any]:
        """The header's traits with texts of the tabs and the controls."""
        controls = self._controls
        return {
            "tabs": tab_labels(),
            "labels": labels(controls, self._playback),
            "groups": controls.groups,
            "explanations": controls.explanations,
        }
