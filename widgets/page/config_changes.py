"""Changes of settings: what a person changes on the page reaches the run, the controls and the link, or is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config.drawing import with_strokes
from core.field import ConfigError
from core.language import _
from core.notices.branching import branched_off
from core.notices.notice import Notice, both
from core.store.run_link import RunLink
from core.versions import trained_elsewhere
from widgets.controls.synchronized import synchronized
from widgets.scenes.config_change import what_drawing_changed, what_else_changed, with_changes

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from core.config.training_config import TrainingConfig
    from core.drawn.strokes import Stroke
    from core.store.kept_run import KeptRun
    from widgets.controls.controls import Controls
    from widgets.controls.header import Header
    from widgets.controls.playback import Playback
    from widgets.page.returning.page_link import PageLink
    from widgets.page.returning.undo import Undo
    from widgets.page.stage import Stage
    from widgets.scenes.session import Session


class ConfigChanges:
    """Makes run, controls and link follow a change of settings; any thread may call its methods."""

    def __init__(
        self,
        turn: threading.RLock,
        session: Session,
        stage: Stage,
        controls: Controls,
        playback: Playback,
        header: Header,
        link: PageLink,
        undo: Undo,
        wake: Callable[[], None],
    ) -> None:
        """`turn` is the lock of the page, whose callbacks come one after the other; `wake` has the page drawn."""
        self._turn = turn
        self._session, self._stage, self._undo = session, stage, undo
        self._controls, self._playback, self._header, self._link = controls, playback, header, link
        self._wake = wake

    @synchronized
    def change(self, raw: Mapping[str, object]) -> None:
        """Takes a setting as it came from a control; refuses what a config refuses, in one sentence."""
        try:
            before, config = self._session.config, with_changes(self._session.config, raw)
            self.take(config)
            self._stage.answer = both(self._stage.answer, what_else_changed(before, config, raw))
        except ConfigError as error:
            self.refuse(error.args[0])
            self._controls.set(self._session.config)

    @synchronized
    def draw_points(self, strokes: Sequence[Stroke]) -> None:
        """Begins a run on the points of this one as they are after `strokes`."""
        before = self._session.config
        try:
            drawn = with_strokes(before, strokes)
            if drawn != before:
                self.take(drawn)
                self._stage.answer = what_drawing_changed(before)
        except ConfigError as error:
            self.refuse(error.args[0])
        if self._session.config == before:
            self._stage.board.take_drawing_back()

    @synchronized
    def take(self, config: TrainingConfig) -> None:
        """Makes run, controls and link follow `config`, which can be taken back."""
        self._stage.dismiss()
        self._undo.note_change(config)
        branch = self._session.staged.branch
        self._session.apply(config)
        self.show()
        if (begun := self._session.staged.branch) is not None and begun is not branch:
            self._stage.answer = branched_off(begun)
        self._stage.undo = self._undo.offer

    @synchronized
    def begin(self, config: TrainingConfig) -> None:
        """Takes the settings with which a page begins: there is nothing before that could be taken back."""
        self.take(config)
        self._undo.forget()

    @synchronized
    def open_kept(self, kept: KeptRun, step: int | None = None) -> None:
        """Brings a kept run back to `step`, by default to where it stood.

        Raises:
            ConfigError: It cannot be trained on this page; the sentence says why, and nothing changes.
        """
        self._session.open_kept(kept, step)
        self._link.note_opened(RunLink(kept.id, step), self._session.config)
        self._stage.dismiss()
        self._undo.forget()
        self.show()
        if (said := trained_elsewhere(kept.versions)) is not None:
            self._stage.answer = Notice("info", _("Other versions."), said)

    @synchronized
    def show(self) -> None:
        """Makes controls and link follow the session's config."""
        self._controls.set(self._session.config)
        self._header.labels = labels(self._controls, self._playback)  # a problem may call a setting by another name
        self._link.write(self._session.config, self._session.staged.lacks_weights)
        self._wake()

    @synchronized
    def undo(self) -> None:
        """Takes back the newest change of settings, or the newest reset, with the run that it ended."""
        if self._undo.take_back():
            self._show_undone()

    @synchronized
    def redo(self) -> None:
        """Makes the newest change again that was taken back, as long as no other one was made."""
        if self._undo.make_again():
            self._show_undone()

    def refuse(self, sentence: str) -> None:
        """Says why the settings stayed as they were."""
        self._stage.answer = Notice("danger", _("Kept as it was."), sentence)
        self._wake()

    def _show_undone(self) -> None:
        self._stage.dismiss()
        self.show()
        self._stage.undo, self._stage.can_redo = self._undo.offer, self._undo.can_redo


def labels(controls: Controls, playback: Playback) -> dict[str, str]:
    """The accessible names of what stands in the controls and beside Play, by CSS class."""
    return {**controls.labels, **playback.labels}
