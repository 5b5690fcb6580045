"""Undo: taking back what a person changed last, with the run that it ended, and making it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config.settings import FIELDS
from core.field import ConfigError
from core.language import ngettext
from core.number_format import format_number
from core.runs.past.setting_changes import Drags
from widgets.page.returning.reopening import saved_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.training_config import TrainingConfig
    from core.runs.run_summary import RunSummary
    from core.runs.saved_run import SavedRun
    from core.store.kept_run import KeptRun
    from widgets.controls.playback import Playback
    from widgets.scenes.session import Session

MOST_CHANGES = 50  # that can be taken back, one after the other
LONGEST_WAIT_S = 1.0  # for a run to be kept that left the page a moment ago


@dataclass(frozen=True)
class Earlier:
    """A session before a change: its settings and, if the change ended its run, where that stood.

    Attributes:
        config: The settings.
        ended: Whether the change ended the run.
        step: The step at which it stood then.
        run: What it takes to bring it there; None where that cannot be had, and a new one begins at step 0.
        past: The runs that stood beside it.
        find_kept: Where the run had been taken back, so that more was recorded of it than it stood at: returns the same
            run as it is kept, None if it is not yet.
    """

    config: TrainingConfig
    ended: bool = False
    step: int = 0
    run: SavedRun | None = None
    past: tuple[RunSummary, ...] = ()
    find_kept: Callable[[], KeptRun | None] | None = None


class Undo:
    """The changes of a session that can be taken back, the newest last. Its methods are called in turn."""

    def __init__(self, session: Session, playback: Playback) -> None:
        self._session, self._playback = session, playback
        self._earlier: list[Earlier] = []
        self._undone: list[Earlier] = []  # the newest last
        self._drags = Drags()

    def note_change(self, after: TrainingConfig) -> None:
        """Notes a change of settings that is about to be made; a drag of a slider is one."""
        names = after.changed(self._session.config)
        changed = ", ".join(sorted(names))
        is_drag = bool(self._drags.among([changed])) and all(FIELDS[name].kind != "text" for name in names)
        if changed and not (is_drag and self._earlier):
            self._note(ended=not after.is_live_change(self._session.config))

    def note_reset(self) -> None:
        """Notes that the run is about to begin again."""
        if self._session.run.step > 0:
            self._note(ended=True)

    def forget(self) -> None:
        """Forgets all changes: what they started from is gone."""
        self._earlier, self._undone = [], []

    def take_back(self) -> bool:
        """Undoes the newest change that is left; returns False if there is none."""
        return self._go_back(self._earlier, self._undone)

    def make_again(self) -> bool:
        """Makes the change again that was undone last; returns False if there is none, or another one came since."""
        return self._go_back(self._undone, self._earlier)

    def _go_back(self, there: list[Earlier], here: list[Earlier]) -> bool:
        """Goes to the newest session of `there`, and leaves the present one in `here`."""
        if not there:
            return False
        to, self._drags = there.pop(), Drags()
        here.append(self._present(to.ended))
        if not to.ended:
            self._session.apply(to.config)
        elif not self._reopened(to):
            self._session.begin_anew(to.config, to.run, to.past)
        return True

    def _reopened(self, to: Earlier) -> bool:
        """Brings a run that had been taken back to its step again; returns False where there is none that is kept."""
        if to.find_kept is None:
            return False
        kept = to.find_kept()
        if kept is None and self._session.keep(LONGEST_WAIT_S):
            kept = to.find_kept()
        if kept is None:
            return False
        try:
            self._session.open_kept(kept, to.step)
        except ConfigError:
            return False
        return True

    @property
    def can_redo(self) -> bool:
        """True if there is a change that `make_again` would make."""
        return bool(self._undone)

    @property
    def offer(self) -> str | None:
        """What there is to say of the newest change if it ended a run that had taken steps; None otherwise."""
        step = self._earlier[-1].step if self._earlier else 0
        if not step:
            return None
        return ngettext(
            "Undo (Ctrl+Z): back to the run before, which had taken one step",
            "Undo (Ctrl+Z): back to the run before, which had taken {count} steps",
            step,
            count=format_number(step),
        )

    def _note(self, ended: bool) -> None:
        self._earlier = [*self._earlier, self._present(ended)][-MOST_CHANGES:]
        self._undone = []

    def _present(self, ended: bool) -> Earlier:
        """The session as it is, before a change that has `ended` its run or not."""
        session = self._session
        if not ended:
            return Earlier(session.config)
        saved = saved_run(session, self._playback.pace)
        step = session.run.step if saved is None else saved.step
        find_kept = session.find_kept() if session.run.recorded > step else None
        return Earlier(session.config, True, step, saved, session.past, find_kept)
