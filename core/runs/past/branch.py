"""A branch: a run that begins with the weights that another one had at some step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.background_thread import BackgroundThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    Weights = Sequence[np.ndarray]


@dataclass(frozen=True, eq=False)
class Branch:
    """Where a run branches off from its parent; its own steps count from 0.

    Attributes:
        step: The step of the parent whose weights it begins with.
        parent: The id by which the parent is kept; None if it is not.
        number: The number by which a person knows the parent; None if it is not kept.
        weights: Waits for the weights, as `core.runs.past.inherited_weights.inherit` takes them; None if they were lost
            on the way.
        draws_data_anew: True if it does not hold the same examples out as its parent did.
    """

    step: int
    parent: str | None
    number: int | None
    weights: Callable[[], Weights | None]
    draws_data_anew: bool = False

    @property
    def columns(self) -> dict[str, str | int | None]:
        """What is kept of it in the row of a run."""
        return {"parent": self.parent, "parent_step": self.step}

    def once_handed(self, then: Callable[[], None]) -> None:
        """Calls `then` when the weights are there, or lost, in a thread of its own."""
        BackgroundThread(lambda: self._wait(then), "descent-lab-branch").start()

    def _wait(self, then: Callable[[], None]) -> None:
        self.weights()
        then()


NO_BRANCH: dict[str, str | int | None] = {"parent": None, "parent_step": None}  # the columns of a run that is none
