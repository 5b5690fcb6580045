"""The interface of a session to what brings its runs back; see `Session` for what its members do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig
    from core.runs.any_run import AnyRun
    from core.runs.run_summary import RunSummary
    from core.runs.saved_run import SavedRun


class AnySession(Protocol):
    """The runs of a page, one after the other."""

    @property
    def config(self) -> TrainingConfig:
        """The settings of the present run."""

    @property
    def run(self) -> AnyRun:
        """The present run."""

    @property
    def past(self) -> tuple[RunSummary, ...]:
        """The runs that stand beside it, newest first."""

    @property
    def wants_to_play(self) -> bool:
        """True if it plays."""

    def apply(self, config: TrainingConfig) -> None:
        """Makes `config` the session's."""

    def begin_anew(
        self,
        config: TrainingConfig | None = None,
        saved: SavedRun | None = None,
        past: tuple[RunSummary, ...] | None = None,
    ) -> None:
        """Begins a new run, or one that was saved where it stood."""
