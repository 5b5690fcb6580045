"""Playing: what a press of Play, Pause, Step or Reset does, and the same from a notebook cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.controls.synchronized import synchronized

if TYPE_CHECKING:
    import threading

    from core.runs.any_run import AnyRun
    from widgets.board.frame_loop import FrameLoop
    from widgets.controls.playback import Playback
    from widgets.page.returning.undo import Undo
    from widgets.page.stage import Stage
    from widgets.scenes.session import Session


class Playing:
    """Plays, pauses and resets the run of a page, and draws what that does; any thread may call its methods."""

    def __init__(
        self,
        turn: threading.RLock,
        session: Session,
        stage: Stage,
        loop: FrameLoop,
        playback: Playback,
        undo: Undo,
    ) -> None:
        """`turn` is the lock of the page, whose callbacks come one after the other."""
        self._turn = turn
        self._session, self._stage, self._loop, self._playback, self._undo = session, stage, loop, playback, undo

    @synchronized
    def play(self) -> None:
        """Plays the run to its end, and from its start if it is over."""
        self._begin()
        if self._session.is_over:
            self._note_reset()
        self._session.play()
        self._loop.wake()

    @synchronized
    def pause(self) -> None:
        """Pauses the run after the updates under way."""
        self._stage.dismiss()
        self._session.pause()
        self._loop.wake(urgent=True)

    @synchronized
    def step(self, count: int = 1) -> None:
        """Makes `count` updates, fewer where the run ends before, and then pauses."""
        self._begin()
        self._session.take_steps(count)

    @synchronized
    def reset(self) -> None:
        """Pauses the run at step 0."""
        self._stage.dismiss()
        self._note_reset()
        self._session.restart()

    @synchronized
    def go_to(self, step: int) -> None:
        """Pauses the run at a step that was recorded."""
        self._stage.dismiss()
        self._session.go_to(step)
        self._loop.wake(urgent=True)

    @synchronized
    def play_or_pause(self) -> None:
        """Does what the button offers, or offered until just now."""
        session, playback = self._session, self._playback
        if session.wants_to_play and playback.offers_pause:
            playback.show_playing(False)  # at once, not when the frame under way has been answered
            self.pause()
        elif session.wants_to_play:  # a cell played it while a hand was on its way to Play
            playback.show_playing(True)
        elif session.is_over and playback.offers_pause:  # it ended while a hand was on its way to Pause
            self._stage.dismiss()
            self._loop.wake()
        else:
            self.play()

    def watch(self) -> None:
        """Sets the run's thread and the frame loop going."""
        self._session.start()
        self._loop.start()

    def _begin(self) -> None:
        self._stage.dismiss()
        self.watch()

    def _note_reset(self) -> None:
        self._undo.note_reset()
        self._stage.undo = self._undo.offer


def scrubbed(run: AnyRun) -> dict[str, int]:
    """What the header's scrubber needs of a run that rests; nothing while it plays, or has recorded nothing."""
    if run.wants_to_play or run.record is None or not run.recorded or run.returning_to is not None:
        return {}
    return {"step": run.step, "recorded": run.recorded, "total": max(run.total_steps, run.recorded)}
