"""One thing to find out about a run, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from core.training.trainer_snapshot import TrainerSnapshot


class Probe(Protocol):
    """One thing to find out about a run; it changes nothing. Its methods are never called at the same time."""

    def look(self, snapshot: TrainerSnapshot) -> Any:
        """What is found where the run stood."""

    def forget(self) -> None:
        """Forgets what was found before: the run starts again."""


@dataclass(frozen=True, eq=False)  # each one is an event of its own; its arrays have no single equality
class Finding:
    """What a probe found after `step` updates, and how many seconds that took."""

    step: int
    value: Any
    seconds: float
