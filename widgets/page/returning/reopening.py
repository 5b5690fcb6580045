"""Reopening: a page whose kernel is gone is opened anew, and its run goes back to where it stood.

The browser keeps what that takes, from the press on Reload until the page has been opened.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.datasets.dataset import CSV
from core.remote.remote_run import RemoteRun
from core.runs.saved_run import SavedRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from widgets.controls.header import Header
    from widgets.controls.playback import Playback
    from widgets.controls.upload import Upload
    from widgets.scenes.session import Session


def saved_run(session: Session, pace: float | None) -> SavedRun | None:
    """The session's run where it stands; None if it does not train in an engine, or commands are on their way there."""
    run, config = session.run, session.config
    if not isinstance(run, RemoteRun) or not run.is_up_to_date:
        return None
    seen = run.published
    made = seen.program, seen.seconds_per_update
    return SavedRun(
        config, seen.step, seen.live.asked, *made, session.wants_to_play, pace, branch=session.staged.branch
    )


class Reopening:
    """Tells the browser what to keep of a session's run, and takes back what it has kept."""

    def __init__(self, session: Session, header: Header, playback: Playback, upload: Upload) -> None:
        self._session, self._header, self._playback, self._upload = session, header, playback, upload
        self._awaited: tuple[SavedRun, object] | None = None  # begins when that table has been read
        self._saved: object = None  # the newest of what the browser was told

    def save(self) -> None:
        """Tells the browser what is new about the run. Nobody may change settings meanwhile."""
        saved = saved_run(self._session, self._playback.pace)
        if saved is None:
            return
        saved = replace(saved, step=0)  # that is on the page
        table = self._upload.chosen if saved.config.problem == CSV else None
        if (saved, table) != self._saved:
            self._saved = saved, table
            self._header.saved = {**saved.to_json(), "table": table}

    def begin(self, saved: SavedRun, table: Mapping[str, Any] | None) -> None:
        """Begins a run that goes to where `saved` stood, and plays on if that did.

        `table` is what `Upload.restore` takes; the run then begins when that has been read.
        """
        self._playback.choose_pace(saved.pace)
        if saved.config.problem == CSV:
            self._session.apply(saved.config)
            if table is not None:
                self._awaited = saved, {name: value for name, value in table.items() if name not in ("data", "number")}
                self._upload.restore(table)
        else:
            self._session.begin_anew(saved.config, saved)

    def take_table(self) -> None:
        """Begins a run that learns from the table that has just been read, or the run that was waiting for it."""
        saved, table = self._awaited or (None, None)
        self._awaited = None
        is_of_it = saved is not None and (saved.config, table) == (self._session.config, self._upload.chosen)
        self._session.begin_anew(saved=saved if is_of_it else None)
