"""Probe: one thing to find out about a run besides its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from core.training.trainer_snapshot import TrainerSnapshot

T_co = TypeVar("T_co", covariant=True)


class Probe(Protocol[T_co]):
    """One thing to find out about a run, of the type `T_co`.

    A probe changes neither model nor optimizer. Its methods are never called at the same time.
    """

    def look(self, snapshot: TrainerSnapshot) -> T_co:
        """Return what is found at `snapshot`."""

    def forget(self) -> None:
        """Forget what earlier looks found, since the run starts again. By default there is nothing to forget."""
        return  # which tells a type checker that this is a default, not abstract

    def take(self, past: Mapping[str, np.ndarray]) -> None:
        """Take what was kept of earlier looks for what they found. By default there is nothing to take."""
        return

    def rewind(self, step: int) -> None:
        """Forget what looks at `step` and later found: the run goes back there. By default everything."""
        self.forget()
