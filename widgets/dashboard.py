"""The dashboard: one page in which a person watches a model learn.

Callbacks write the config and the run's wishes, in turn, and return at once; the frame loop writes what is shown.
Nothing is started before somebody looks: a preheated kernel runs this code before its visitor exists.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.config.relevance import FIELDS_OF_FAMILY
from core.config.suggested import suitable
from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.learning.user_model import UserModel
from core.objectives.surfaces import SURFACES
from core.runs import notices
from core.runs.run import FAULT, Run, Status
from core.runs.run_summary import RunSummary
from widgets.board.frame_loop import FrameLoop
from widgets.board.live_board import LiveBoard
from widgets.cards.number_strip import meter_slots, notice_html, notice_slots, progress_slots
from widgets.controls.controls import Controls
from widgets.controls.header import Header
from widgets.controls.playback import Playback
from widgets.controls.synchronized import synchronized
from widgets.controls.upload import Upload
from widgets.controls.validated_widgets import Column, Html
from widgets.scenes.session import Session, load_models
from widgets.scenes.surface_scene import Switches

ASK_SECONDS = 5.0  # how often a hidden page is asked for an answer while training goes on
LOST_SECONDS = 20  # without an answer for so long nobody watches; sooner than FrameGate gives a frame up
if TYPE_CHECKING:
    import keras
    import numpy as np

START = TrainingConfig()  # what a page opens with
MODEL_START = TrainingConfig.suited_to("spiral")  # has the settings of nearly every model
OWN_START = START.replace(problem="csv", optimizer="adam", learning_rate=0.001, batch_size=32, epochs=20)
OF_A_MODEL_TO_CHOOSE = frozenset(
    {"problem", "examples", *(n for names in FIELDS_OF_FAMILY.values() for n in names), "family"}
)
OF_A_RUN = ("optimizer", "batch_size", "epochs", "schedule", "clip_norm")  # what also suits a model or does not
START_FIELDS = {"start_x", "start_y"}  # structural, but the compiled step stays the same
ANSWER_SECONDS = 0.3  # how long a turn of the loop waits for the page; status changes wait as long
OBSERVE_SECONDS = 0.25  # a frame is given up if the run has not been observed anew by then


class Dashboard(Column):
    """The page as a widget: show it as the last value of a notebook cell."""

    def __init__(
        self,
        config: TrainingConfig | None = None,
        model: keras.Model | None = None,
        data: tuple[np.ndarray, np.ndarray] | None = None,
        loss: str | Callable[..., Any] | None = None,
    ) -> None:
        """A page that starts with `config`, by default the linear regression; its URL's query comes on top.

        With a Keras `model` and its `data` (x, y) the page trains that instead: see `UserModel`. Raises
        ConfigError for a model without data and for data that do not fit.
        """
        self._own = _user_model(model, data, loss)
        self._config = config or (START if self._own is None else OWN_START)
        self._refusal: str | None = None
        self._turn = threading.RLock()
        self._started = False
        self._closed = False
        self._greeted = False
        self._ready_for_models = False
        self._shown_session: Session | None = None
        self._drawn: tuple[object, ...] = ()
        self._asked_at = 0.0
        self._loop = FrameLoop(self._draw)
        self._upload = Upload(self._take_table, self._refuse)
        self._controls = Controls(
            self._config,
            self._change,
            None if self._own else self._upload,
            OF_A_MODEL_TO_CHOOSE if self._own else frozenset(),
        )
        self._playback = Playback(self._play_or_pause, self._take_step, self._reset, self._set_pace)
        self._page = Header(labels={**self._controls.labels, **self._playback.labels})
        self._board = LiveBoard()
        self._strip, self._formula, self._cards, notice = Html(""), Html(""), Html(""), Html(notice_html())
        self._session = self._new_session({})
        self._show_session(self._session)
        super().__init__([self._page, self._columns(notice)])
        self.add_class("dl-root")
        self._page.on_event(self._on_page)
        self._board.on_event(self._on_board)

    def _columns(self, notice: Html) -> Column:
        for widget, name in ((self._strip, "dl-strip"), (self._formula, "dl-formula"), (self._cards, "dl-cards")):
            widget.add_class(name)
        stage = Column([self._playback.widget, self._strip, self._board, self._formula, self._cards])
        stage.add_class("dl-stage")
        self._controls.widget.children += (notice,)
        columns = Column([self._controls.widget, stage])
        columns.add_class("dl-columns")
        return columns

    @synchronized
    def close(self) -> None:
        """Ends training and drawing, and takes the page away."""
        self._closed = True
        self._session.close()
        self._loop.close()
        super().close()

    # ---- what a person does

    @synchronized
    def _change(self, raw: dict[str, object]) -> None:
        """Takes a setting as it came from a control; refuses what a config refuses, in one sentence."""
        try:
            config = self._config.replace(**{**self._defaults_with(raw), **raw})
        except ConfigError as error:
            self._refuse(str(error))
        else:
            self._refusal = None
            self._take_config(config)
        self._controls.set(self._config)
        self._loop.wake()

    def _defaults_with(self, raw: dict[str, object]) -> dict[str, object]:
        """Another problem comes with settings that suit it, a size or family with the width and depth it chooses."""
        if "size" in raw or "family" in raw:  # the width of one family says nothing of another's size
            return {"width": None, "depth": None}
        name = raw.get("problem")
        if name is None or name == self._config.problem or not isinstance(name, str):
            return {}
        if name not in SURFACES and name != "regression":
            return suitable(name)
        # What suits a model would not suit a surface; from one surface to the next what was chosen stays.
        kept = ("learning_rate", "start_x", "start_y", *(OF_A_RUN if self._config.learns else ()))
        return {**{setting: getattr(START, setting) for setting in kept}, **suitable(name)}

    def _take_config(self, config: TrainingConfig) -> None:
        before, self._config = self._config, config
        self._page.query = "" if self._own else config.to_query()  # no link carries a model
        changed = config.changed(before)
        if changed and changed <= START_FIELDS and self._session.run.status is not Status.FAILED:
            self._session = self._session.moved(config)
            return
        if not config.is_live_change(before):
            self._replace_session()
            return
        run, scene = self._session.run, self._session.scene
        self._session.config = config
        if "epochs" in changed:
            run.set_total(config.epochs * scene.steps_per_epoch)
        settings = {f.name: getattr(config, f.name) for f in scene.optimizer.live if f.name in changed}
        if settings:
            run.set(**settings)

    @synchronized
    def _take_table(self, _: object) -> None:
        """A table was uploaded, or another column of it is to be predicted: a new run learns from it."""
        self._refusal = None
        if self._config.problem == "csv" and not self._closed:  # reading may outlast the page
            self._replace_session()

    def _refuse(self, sentence: str) -> None:
        self._refusal = sentence
        self._loop.wake()

    @synchronized
    def _play_or_pause(self) -> None:
        self._refusal = None
        run = self._started_run()
        if run.wants_to_play and run.status is not Status.FINISHED:
            run.pause()
            self._playback.show_playing(False)  # at once, not when the frame under way has been answered
            self._loop.wake(urgent=True)
            return
        ended = run.status in (Status.FINISHED, Status.DIVERGED, Status.FAILED)
        if ended and self._playback.offers_pause:  # it ended while a hand was on its way to Pause
            self._loop.wake()
            return
        if ended:
            self._reset()
            run = self._session.run
        run.play()
        self._loop.wake()

    @synchronized
    def _take_step(self) -> None:
        self._refusal = None
        self._started_run().take_step()

    @synchronized
    def _reset(self) -> None:
        self._refusal = None
        run = self._session.run
        if run.status is Status.FAILED:
            self._replace_session()
            self._session.run.pause()
            return
        run.pause()
        self._session.restart()

    @synchronized
    def _set_pace(self, pace: float | None) -> None:
        self._session.run.set_pace(pace)

    @synchronized
    def _on_board(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "mounted":
            self._started_run()
        elif kind == "switch":
            self._session.scene.switch(payload["panel"], payload["name"], payload["value"])
            self._shown_session = None
        elif kind == "click" and payload["panel"] == "surface":
            self._change({"start_x": payload["x"], "start_y": payload["y"]})
        self._drawn = ()
        self._loop.wake()

    def _on_page(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "hello":
            self._greet(payload["query"])

    @synchronized
    def _greet(self, query: str) -> None:
        """A page opened: what its URL says is taken once."""
        self._loop.start()
        if self._greeted or self._own is not None:
            return
        self._greeted = True
        config, refusals = TrainingConfig.from_query(query)
        if config != TrainingConfig():
            self._take_config(config)
            self._controls.set(config)
        if refusals:
            self._refuse(refusals[0])

    # ---- sessions

    def _new_session(self, switches: Switches, past: tuple[RunSummary, ...] = ()) -> Session:
        pace, wake, table = self._playback.pace, self._loop.wake, self._upload.dataset()
        return Session(self._config, switches, pace, wake, table, self._own, past)

    def _started_run(self) -> Run:
        """The run, with the worker and the frame loop going."""
        if not self._started:
            self._started = True
            self._session.run.start()
            self._loop.start()
        return self._session.run

    def _replace_session(self) -> None:
        """A new run for the config; it plays if the old one did."""
        old = self._session
        playing = old.run.wants_to_play
        old.close()
        self._session = self._new_session(dict(old.scene.switches), old.keep_run())
        if self._started:
            self._session.run.start()
        if playing:
            self._session.run.play()
        self._loop.wake()

    # ---- what the frame loop does

    def _draw(self) -> None:
        session = self._session
        if session is not self._shown_session:
            self._show_session(session)
        self._playback.show_playing(session.run.wants_to_play)
        self._pause_if_nobody_watches(session.run)
        session.scene.watch(session.run, self._board.visible if self._board.mounted else frozenset())
        self._cards.value = session.cards()
        if self._board.hidden:
            self._ask_whether_it_is_there(session.run)
            return
        if not self._board.mounted or not self._board.wait_ready(ANSWER_SECONDS):
            return
        if session.run.status is Status.PLAYING and not session.run.wants_to_play:
            return  # it is about to rest: the frame that shows where follows at once
        if self._drawn:
            self._get_ready_for_models()
        if self._board.waiting:
            self._drawn = ()  # the last frame was given up unanswered: the page may not have it
        self._observe(session)
        state = self._state(session)
        if state != self._drawn and self._board.draw(self._frame(session)):
            self._drawn = state
        if session.run.status is Status.PLAYING:
            self._loop.wake()

    def _get_ready_for_models(self) -> None:
        """Does ahead, once the page stands, what the first problem with data would have to wait for."""
        if self._ready_for_models or self._own is not None:
            return
        self._ready_for_models = True
        threading.Thread(target=self._build_ahead, name="descent-lab-ahead", daemon=True).start()

    def _build_ahead(self) -> None:
        load_models()
        self._controls.build(MODEL_START)

    def _show_session(self, session: Session) -> None:
        self._shown_session = session
        self._drawn = ()
        self._board.show(session.scene.panels())
        self._strip.value = session.scene.strip()
        self._formula.value = session.scene.formula()

    def _observe(self, session: Session) -> None:
        """Has a playing run look at where it stands, and waits for that."""
        if session.run.status is Status.PLAYING:
            session.observed.clear()
            session.run.request_observation()
            session.observed.wait(OBSERVE_SECONDS)

    def _state(self, session: Session) -> tuple[object, ...]:
        """What decides whether a frame would differ from the one drawn last."""
        run = session.run
        seen = run.observation, run.findings, session.scene.background
        return session, *seen, run.status, run.total_steps, self._refusal, self._board.visible

    def _frame(self, session: Session) -> dict[str, Any]:
        run, scene = session.run, session.scene
        observed_at, moment = run.observed_at, scene.moment(run)
        visible = self._board.visible
        settled = run.status is not Status.PLAYING
        frame = scene.blank_frame() if moment is None else scene.frame(moment, visible, settled)
        rate = run.steps_per_second()
        step = 0 if moment is None else moment.step
        screen = (self._board.frames_per_second(), self._board.lag_ms()) if rate is not None else (None, None)
        frame["slots"] |= meter_slots(run.step, rate, *screen)
        frame["slots"] |= progress_slots(step, run.total_steps, rate) | scene.pace_slots(run)
        frame["slots"] |= session.runs_slots()
        frame["slots"] |= notice_slots(self._notice(session, moment))
        frame["time"] = observed_at
        return frame

    def _notice(self, session: Session, moment: Any) -> notices.Notice:
        run, scene = session.run, session.scene
        if self._refusal is not None:
            return notices.Notice("danger", "Kept as it was.", self._refusal)
        if run.error is not None:
            return notices.Notice("danger", "Training stopped." if run.error == FAULT else "No training.", run.error)
        return scene.notice(run, moment)

    def _ask_whether_it_is_there(self, run: Run) -> None:
        """A hidden page draws nothing and still answers; one that was closed was hidden last, and does not."""
        if run.wants_to_play and time.monotonic() - self._asked_at >= ASK_SECONDS:
            self._asked_at = time.monotonic()
            self._board.draw({})

    def _pause_if_nobody_watches(self, run: Run) -> None:
        """A page that owes an answer for so long is closed or lost: training for nobody stops."""
        if run.wants_to_play and self._board.seconds_since_ack() > LOST_SECONDS:
            run.pause()


def _user_model(
    model: keras.Model | None, data: tuple[np.ndarray, np.ndarray] | None, loss: str | Callable[..., Any] | None
) -> UserModel | None:
    if (model is None) != (data is None):
        raise ConfigError("A model of one's own comes with its data: Dashboard(model=model, data=(x, y)).")
    return None if model is None or data is None else UserModel(model, *data, loss)
