"""The part of the page that moves: numbers, charts, formula, cards and notice, drawn by the frame loop."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.language import _, language, shown
from core.notices.notice import Notice
from core.runs.status import Status
from widgets.board.live_board import LiveBoard
from widgets.cards.notice import notice_html, notice_slots, undo_slots
from widgets.compare.trunk_behind import TrunkBehind
from widgets.controls.validated_widgets import Html

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.store.run_store import RunStore
    from widgets.compare.pinned import PinnedRuns
    from widgets.controls.playback import Playback
    from widgets.scenes.session import Session
    from widgets.scenes.staged_run import StagedRun

ASK_SECONDS = 5.0  # how often a hidden page is asked for an answer while training goes on
LOST_SECONDS = 20  # without an answer for so long nobody watches; sooner than FrameGate gives a frame up
ANSWER_SECONDS = 0.3  # how long a turn of the loop waits for the page; status changes wait as long
LEISURE_SHARE = 0.5  # of the time: training that needs less leaves the machine idle
KEPT_PACE = 0.75  # of the steps per second asked for; late steps are not made up, and 1000 a second came to 850 to 980
OBSERVE_SECONDS = 0.25  # a frame is given up if the run has not been observed anew by then


class Stage:
    """The widgets that show a session's run. The frame loop calls `draw`, and nobody else writes these widgets.

    `answer` takes the notice's place until a person goes on: what became of the last thing that they asked for.
    `undo` says what can be taken back, beside the notice, until then; `can_redo`, that something was taken back.
    """

    def __init__(
        self,
        session: Session,
        playback: Playback,
        on_standing: Callable[[], None],
        pinned: PinnedRuns,
        store: Callable[[], RunStore],
    ) -> None:
        """`on_standing` is called before each frame but the first: then the page stands and has time.

        `pinned` are the runs whose losses stand behind the present one; `store` has those it may have branched off
        from.
        """
        self._pinned, self._trunk = pinned, TrunkBehind(store)
        self.board = LiveBoard()
        self.strip, self.formula, self.cards, self.notice = (Html("") for _place in range(4))
        for widget, name in ((self.strip, "dl-strip"), (self.formula, "dl-formula"), (self.cards, "dl-cards")):
            widget.add_class(name)
        self.answer: Notice | None = None
        self.undo: str | None = None
        self.can_redo = False
        self._session, self._playback, self._on_standing = session, playback, on_standing
        self._shown: tuple[object, ...] = ()  # what the panels are of, and their language
        self._drawn: tuple[object, ...] = ()  # the state of which the last frame was
        self._asked_at = 0.0
        self._seen_at: float | None = None  # when a page last showed it; None if none has since a person did something
        self._paused_unwatched = False  # and nobody has done anything since
        self._shown_at: float | None = None  # when the run stood where the last frame shows it, unix seconds
        self._show(session.staged)

    def dismiss(self) -> None:
        """Makes the next frame's notice say how the run stands, since a person has gone on."""
        self.answer, self.undo, self.can_redo, self._paused_unwatched = None, None, False, False
        self._seen_at = None

    def show_anew(self) -> None:
        """Makes the next frame show the charts anew, with the variants chosen by then."""
        self._shown = ()

    def redraw(self) -> None:
        """Makes the next frame be drawn even if nothing changed."""
        self._drawn = ()

    def draw(self) -> None:
        """Draws a frame if the page is ready and there is something new."""
        staged, board = self._session.staged, self.board
        if self._shown != self._key(staged):
            self._show(staged)
        self._playback.show_playing(staged.run.wants_to_play)
        self._pause_if_nobody_watches()
        staged.watch(board.visible if board.mounted else frozenset())
        self.cards.value = staged.cards()
        if board.hidden:
            self._ask_whether_it_is_there()
        elif board.mounted and board.wait_ready(ANSWER_SECONDS):
            self._draw_run(staged)

    @property
    def is_at_leisure(self) -> bool:
        """True while the run keeps a set pace and needs less than `LEISURE_SHARE` of the time for it."""
        run, pace = self._session.run, self._playback.pace
        rate = run.steps_per_second()
        if pace is None or (rate is not None and rate < KEPT_PACE * pace):
            return False
        return pace * (run.seconds_per_update or 0.0) < LEISURE_SHARE

    def is_drawn(self, staged: StagedRun) -> bool:
        """Returns True if the last frame shows `staged` as it is now."""
        return self._drawn == self._state(staged)

    def frame(self, staged: StagedRun) -> dict[str, Any]:
        """The frame that shows `staged` now, as `LiveBoard.draw` takes it."""
        screen = self.board.frames_per_second(), self.board.lag_ms()
        frame, notice = staged.frame(self.board.visible, screen)
        if self.answer is not None:
            notice = replace(self.answer, title=shown(self.answer.title), sentence=shown(self.answer.sentence))
        elif self._paused_unwatched:
            notice = _paused_unwatched()
        is_answer = self.answer is not None or self._paused_unwatched
        frame["slots"] |= notice_slots(notice) | undo_slots(self.undo, self.can_redo, is_answer)
        return frame

    def _show(self, staged: StagedRun) -> None:
        self._shown, self._drawn = self._key(staged), ()
        scene, origin = staged.scene, self._trunk.follow(staged.branch)
        scene.origin = origin
        panels = self._pinned.drawn_into(scene.panels(), staged.config.problem, scene.switches)
        self.board.show(self._trunk.drawn_into(panels, scene.switches))
        self.strip.value = staged.scene.strip()
        self.formula.value = staged.scene.formula()
        self.notice.value = notice_html()

    def _key(self, staged: StagedRun) -> tuple[object, ...]:
        """A value that differs when other panels are to be shown, or a branch's parent has been kept."""
        parent = None if staged.branch is None else staged.branch.parent
        return staged, self._pinned.key, language(), parent

    def _draw_run(self, staged: StagedRun) -> None:
        run = staged.run
        if run.status is Status.PLAYING and not run.wants_to_play:
            return  # it is about to rest: the frame that shows where follows at once
        if self._drawn:
            self._on_standing()
        if self.board.waiting:
            self._drawn = ()  # the last frame was given up unanswered: the page may not have it
        staged.observe(OBSERVE_SECONDS)
        state = self._state(staged)
        if state != self._drawn and self._draw_frame(staged):
            self._drawn = state
        if run.status is Status.PLAYING:
            if self.is_at_leisure:
                staged.ask()  # ahead of time: an engine on a busy machine takes longer to answer than a frame lasts
            self._session.wake()

    def _draw_frame(self, staged: StagedRun) -> bool:
        frame = self.frame(staged)
        at, before = frame["time"], self._shown_at
        self._shown_at = at
        # A run that stands still since the last frame has gone nowhere that the page could be behind.
        return self.board.draw(frame, 0.0 if at is None or at == before else max(0.0, time.time() - at))

    def _state(self, staged: StagedRun) -> tuple[object, ...]:
        return *staged.state, self.answer, self.undo, self.can_redo, self._paused_unwatched, self.board.visible

    def _ask_whether_it_is_there(self) -> None:
        """Asks a hidden page for an answer: it draws nothing, but one that was closed answers no more."""
        if self._session.wants_to_play and time.monotonic() - self._asked_at >= ASK_SECONDS:
            self._asked_at = time.monotonic()
            self.board.draw({})

    def _pause_if_nobody_watches(self) -> None:
        """Pauses a run whose page is closed or lost, or was taken away: its output cleared, its cell deleted.

        One that a cell plays without a page plays on.
        """
        session = self._session
        if session.wants_to_play and not session.is_awaited and self._seconds_unwatched() > LOST_SECONDS:
            session.pause()
            self._paused_unwatched = True

    def _seconds_unwatched(self) -> float:
        if self.board.mounted:
            self._seen_at = time.monotonic()
            return self.board.seconds_since_ack()
        return 0.0 if self._seen_at is None else time.monotonic() - self._seen_at


def _paused_unwatched() -> Notice:
    sentence = _("The connection to this page was lost for a while, and its run was paused. Press Play to go on.")
    return Notice("info", _("Paused: the connection was lost."), sentence)
