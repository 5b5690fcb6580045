"""Turns at training, for a run that shares the machine with others."""

from __future__ import annotations

from typing import Protocol


class Turn(Protocol):
    """Says when a run that plays may take steps. `sharing` is how many take turns, 0 if it may always."""

    sharing: int

    def seconds_left(self, pace: float | None) -> float:
        """The seconds until it may, at `pace` steps per second or, if that is None, as fast as possible."""

    def rest(self) -> None:
        """Takes part no more until the run plays again."""


class Always:
    """The turns of a run that shares with nobody."""

    sharing = 0

    def seconds_left(self, pace: float | None) -> float:
        """Returns 0: it may."""
        return 0.0

    def rest(self) -> None:
        """Does nothing: nobody waits."""
