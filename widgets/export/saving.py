"""Saving: the files of a run that a person asks a page for are made in a thread and sent to the browser."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from core.background_worker import BackgroundWorker
from core.export.run_files import WRITERS, run_files
from core.export.run_script import zipped
from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.export.run_files import ExportedRun

log = logging.getLogger(__name__)

NAME = "run"  # of a file without its ending


class Saving:
    """Makes the files of a page's run, one request after the other; several of them go in one ZIP archive."""

    def __init__(self, run: ExportedRun, send: Callable[[str, bytes], None], refuse: Callable[[str], None]) -> None:
        """`send` takes a file's name and its content, `refuse` the sentence that says why there is none."""
        self._run, self._send, self._refuse = run, send, refuse
        self._worker: BackgroundWorker[str] = BackgroundWorker(self._save, "descent-lab-saving")

    def save(self, ending: str) -> None:
        """Sends the file with this ending as soon as it is made; one that is not known is nothing."""
        if ending in WRITERS:
            self._worker.ask(ending)

    def _save(self, ending: str) -> None:
        try:
            files = run_files(self._run, NAME + ending)
        except ConfigError as error:
            self._refuse(error.sentence)
            return
        except Exception:
            log.exception("a run could not be saved")
            self._refuse(_("The file could not be made because of a fault in the program."))
            return
        name, content = next(iter(files.items()))
        if len(files) > 1:
            name, content = f"{NAME}{ending}.zip", zipped(files)
        self._send(name, content)
