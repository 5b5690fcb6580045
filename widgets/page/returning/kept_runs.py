"""Opening kept runs on the page: from the list, from a notebook cell, or because a link names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.store.kept_run import KeptRun
    from core.store.run_link import RunLink
    from core.store.run_store import RunStore


class KeptRuns:
    """Opens the kept runs of `store` by way of `open_kept`; a page of a person's own model opens none."""

    def __init__(
        self, store: Callable[[], RunStore], open_kept: Callable[[KeptRun, int | None], None], is_own_model: bool
    ) -> None:
        self._store, self._open_kept, self._is_own_model = store, open_kept, is_own_model

    def open(self, run: KeptRun, step: int | None = None) -> None:
        """Opens `run` at `step`, by default where it stood; raises ConfigError, one sentence, if that cannot be."""
        if self._is_own_model:
            raise ConfigError(_("A kept run cannot be opened where your own model is trained."))
        self._open_kept(run, step)

    def open_linked(self, asked: RunLink) -> str | None:
        """Opens the run that a link names; returns a sentence if it cannot be opened."""
        kept = self._store().get(asked.id)
        try:
            if kept is None:
                raise ConfigError(_("The run that the link names is not kept here."))
            self.open(kept, asked.step)
        except ConfigError as error:
            return error.sentence
        return None
