"""ProbeDefinition: all that is known of a probe before a run has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.learning.learner import Learner
    from core.learning.setup import ModelSetup
    from core.optimizers.optimizer import Optimizer
    from core.training.probe import Probe

T = TypeVar("T")


def every_setup(setup: ModelSetup) -> bool:
    """Return True: the predicate of a probe that fits whatever is learned."""
    return True


@dataclass(frozen=True)
class ProbeDefinition(Generic[T]):
    """An entry of the registry of probes. `T` is the type of what the probe finds.

    Attributes:
        name: The key of its findings.
        make: Its constructor. It imports what it needs, since most probes need TensorFlow.
        fits: Whether data and model have what the probe looks at.
        always: It is called whether or not somebody watches.
        weight: Its part of the time that all probes share, in multiples of another probe's.
        along_run: What it finds is drawn as a curve along the run, which begins at step 0 and has enough points
            however short the run is.
        together: The page shows what it finds beside what others found: all of them look at one copy of the weights.
        drawn: Each finding is drawn. The page draws the others on demand only, so these may follow sooner.
        undisturbed: It measures times: after its first look, which compiles, training waits for it.
    """

    name: str
    make: Callable[[Learner, Optimizer], Probe[T]]
    fits: Callable[[ModelSetup], bool] = every_setup
    always: bool = False
    weight: int = 1
    along_run: bool = False
    together: bool = False
    drawn: bool = True
    undisturbed: bool = False
