"""A branch: a run that begins with the weights that another one had at some step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.background_thread import BackgroundThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    Weights = Sequence[np.ndarray]


@dataclass(frozen=True)
class Parent:
    """The run that a branch left: its id in the store, and the number by which a person knows it."""

    id: str
    number: int | None


@dataclass(frozen=True, eq=False)
class Branch:
    """Where a run branches off from its parent; its own steps count from 0.

    Attributes:
        step: The step of the parent at which it begins.
        find_parent: Returns the parent, or None as long as it is not kept; it never waits.
        weights: Waits for the weights of a model, as `core.runs.past.inherited_weights.inherit` takes them, which are
            None if they were lost on the way. None for a run on a surface, whose settings say where it begins.
        draws_data_anew: True if it does not hold the same examples out as its parent did.
    """

    step: int
    find_parent: Callable[[], Parent | None]
    weights: Callable[[], Weights | None] | None
    draws_data_anew: bool = False

    @property
    def parent(self) -> str | None:
        """The id by which the parent is kept; None if it is not yet."""
        found = self.find_parent()
        return None if found is None else found.id

    @property
    def number(self) -> int | None:
        """The number by which a person knows the parent; None if it is not kept yet."""
        found = self.find_parent()
        return None if found is None else found.number

    @property
    def columns(self) -> dict[str, str | int | None]:
        """What is kept of it in the row of a run."""
        return {"parent": self.parent, "parent_step": self.step}

    def once_handed(self, then: Callable[[], None]) -> None:
        """Calls `then` when the weights are there, or lost, in a thread of its own; at once where there are none."""
        if self.weights is None:
            then()
        else:
            BackgroundThread(lambda: self._wait(then), "descent-lab-branch").start()

    def _wait(self, then: Callable[[], None]) -> None:
        assert self.weights is not None
        self.weights()
        then()


NO_BRANCH: dict[str, str | int | None] = {"parent": None, "parent_step": None}  # the columns of a run that is none
