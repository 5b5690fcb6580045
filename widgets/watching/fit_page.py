"""The page of a `fit`: header, progress, numbers and charts, drawn by a thread of its own while `fit` runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from core.history.layer_history import LAYER_POINTS
from core.language import _, language, pgettext
from core.metric import LOSS
from core.probes.finding import Finding
from core.probes.registry import EVALUATION, NEXT_STEP
from core.training.step_record import Observation
from core.watching.fit_state import FitState
from widgets.board.frame_loop import FrameLoop
from widgets.board.live_board import LiveBoard
from widgets.cards.notice import notice_html, notice_slots
from widgets.comm_routing import hear_as_sent
from widgets.controls import page_language
from widgets.controls.bar import bar
from widgets.controls.header import Header
from widgets.controls.playback import PROGRESS, Row
from widgets.controls.validated_widgets import Button, Column, Html
from widgets.scenes.scene_charts import SceneCharts
from widgets.watching.fit_charts import FIT_CHARTS
from widgets.watching.fit_moment import FitMoment
from widgets.watching.fit_notices import notice_of
from widgets.watching.fit_setup import fit_setup
from widgets.watching.fit_strip import strip_html, strip_slots

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from core.watching.fit_record import FitRecord

SCREEN_POINTS = 500  # of a line
SHARE = 0.0075  # of a core for composing frames, which a training loop in Python has to do without
ANSWER_SECONDS = 0.3  # how long a turn of the loop waits for the page
DEAF_SECONDS = 4.0  # without a word of the page the front end hears nobody while a cell runs: it is written to, rarely
DRAWN = {"style": {"--dl-zones": "initial", "--dl-charts": "1"}}


class FitPage(Column):
    """Shows `record`, which `fit` of `model` fills; `stop` is called when a person asks for its end.

    It is drawn when the record has grown, which it does twice a second, as often as `SHARE` of the time allows,
    and never before the page has answered for the last frame. Where the front end passes messages of a page on only
    between cells, so that none is answered, the notice alone is written to, once a second, and the charts are drawn
    when the cell is over.
    """

    def __init__(self, model: keras.Model, record: FitRecord, stop: Callable[[], None]) -> None:
        self._model, self._record = model, record
        self._loop = FrameLoop(self._draw)
        self._switches: dict[tuple[str, str], str] = {}
        self._shown: tuple[object, ...] = ()  # what the charts were made for
        self._drawn: tuple[object, ...] = ()  # what the last frame showed
        self._began = self._written = time.monotonic()
        self._rest_until = 0.0  # the next frame's time, unless fit is over
        self._is_greeted = False
        self._button = Button()
        self._button.add_class("dl-stop")
        self._button.on_click(lambda _button: stop())
        self._board = LiveBoard()
        self._strip, self._notice = Html(""), Html(notice_html())
        self._strip.add_class("dl-strip")
        self._header = Header(labels=self._labels())
        self._write_button()
        self._show()
        super().__init__([self._header, *self._parts()])
        self.add_class("dl-root").add_class("dl-fit")
        self._header.on_event(self._on_header)
        self._board.on_event(self._on_board)
        page_language.follow(self)
        hear_as_sent(self)
        self._loop.start()

    def _parts(self) -> list[Column]:
        progress = Html(PROGRESS)
        progress.add_class("dl-progress")
        transport = Row([self._button, progress])
        transport.add_class("dl-transport")
        moving = Column([self._board])
        moving.add_class("dl-stage")
        columns = Column([moving])
        columns.add_class("dl-columns")
        return [bar([transport], [self._strip, self._notice]), columns]

    def close(self) -> None:
        """Ends drawing, and takes the page away."""
        self._loop.close()
        super().close()

    def wake(self, urgent: bool = False) -> None:
        """Says that the record has grown; `urgent` when `fit` has ended or begun."""
        self._loop.wake(urgent)

    # ---- what moves

    def _draw(self) -> None:
        wanted = self._charts_of()
        if wanted != self._shown:
            self._show()
        self._button.disabled = self._record.progress.state is not FitState.RUNNING
        if self._board.mounted and not self._board.hidden:
            self._draw_frame()
        elif not self._is_greeted:
            self._write_to_the_deaf()

    def _draw_frame(self) -> None:
        record = self._record
        seen = record.step, len(record.ends), record.step_look, record.no_step_look
        state = (self._shown, record.progress, *seen, self._board.visible)
        rests = record.progress.state is FitState.RUNNING and time.monotonic() < self._rest_until
        if rests or state == self._drawn or not self._board.wait_ready(ANSWER_SECONDS):
            return
        spent = time.thread_time()
        if self._board.draw(self.frame()):
            self._drawn = state
        self._rest_until = time.monotonic() + (time.thread_time() - spent) / SHARE

    def frame(self) -> dict[str, Any]:
        """The frame that shows the record now, as `LiveBoard.draw` takes it."""
        record, moment = self._record, self._moment()
        charts = self._charts.drawn_at(moment.step, self._board.visible)
        slots = {**strip_slots(record, self._setup), **notice_slots(notice_of(record)), "root": DRAWN}
        return {"step": moment.step, "panels": self._charts.updates(charts, moment), "slots": slots}

    def _moment(self) -> FitMoment:
        record, nothing = self._record, np.empty(0)
        step, last = record.step, record.batches.last()
        loss = np.nan if last is None else float(last["loss"])
        rows = record.batches.view_before(step, SCREEN_POINTS)
        layers = {} if record.layers is None else record.layers.view_before(step, LAYER_POINTS)
        bands = {} if record.layers is None else record.layers.bands_before(step)
        seen = Observation(step, nothing, loss, nothing, np.empty((0, 0)), {}, {}, None, np.nan)
        findings = {}
        if len(record.ends):
            found = record.ends.evaluations(record.metrics)
            findings[EVALUATION.name] = Finding(int(found.step[-1]), found, 0.0)
        if record.step_look is not None:
            findings[NEXT_STEP.name] = record.step_look
        return FitMoment(
            seen, 1, rows, layers, record.live.marks, findings, record.layer_names,
            band=record.batches.band_before(step), layer_bands=bands, no_step_look=record.no_step_look,
        )  # fmt: skip

    def _write_to_the_deaf(self) -> None:
        now, state = time.monotonic(), self._record.progress.state
        if now - self._began > DEAF_SECONDS and now - self._written > 1 and state is FitState.RUNNING:
            self._written = now
            self._notice.value = notice_html(notice_of(self._record))

    # ---- what stands still

    def _charts_of(self) -> tuple[object, ...]:
        return self._record.metrics, self._record.averages, language()

    def _show(self) -> None:
        self._shown = self._charts_of()
        self._setup = fit_setup(self._model, self._record.metrics or (LOSS,), self._record.averages)
        self._charts = SceneCharts(FIT_CHARTS, self._setup, self._switches)
        self._board.show(self._charts.panels())
        self._strip.value = strip_html(self._setup)
        self._drawn = ()

    def _on_board(self, kind: str, payload: dict[str, Any]) -> None:
        self._is_greeted = True
        if kind == "switch":
            self._charts.switch(payload["panel"], payload["name"], payload["value"])
            self._shown = ()
        if kind == "mounted":  # or reconnected: a change of the button may have been lost with the connection
            self._button.send_state("disabled")
        self._drawn, self._rest_until = (), 0.0
        self._loop.wake(urgent=True)

    def _on_header(self, kind: str, payload: dict[str, Any]) -> None:
        self._is_greeted = True
        if kind == "hello":
            page_language.suggest(payload["language"])
            self._header.greeted = True
        elif kind == "language":
            page_language.choose(payload["language"])

    def retranslate(self) -> None:
        """Writes what stands around the charts in the language in use; the frame loop does the rest."""
        for part in (self._board, self._header):
            part.retranslate()
        self._header.labels = self._labels()
        self._write_button()
        self._loop.wake(urgent=True)

    def _write_button(self) -> None:
        self._button.description = pgettext("button", "Stop")
        self._button.tooltip = _("Ends fit after the batch under way, with the epoch's validation")

    def _labels(self) -> dict[str, str]:
        return {"dl-stop": pgettext("button", "Stop")}
