"""What the models of a problem are measured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from core.learning.setup import ModelSetup

ACCURACY, R2, MAE = "accuracy", "R2", "MAE"  # names of metrics, see `core.metric`
OF_CLASSES, OF_QUANTITY = (ACCURACY,), (R2, MAE)


@dataclass(frozen=True)
class Goal:
    """A problem, and what may be asked of its models.

    Attributes:
        problem: Its name.
        metrics: The metrics by which they may be measured, the usual one first.
        unit: The unit of the quantity that they predict; "" where it has none.
    """

    problem: str
    metrics: tuple[str, ...] = OF_CLASSES
    unit: str = ""

    @classmethod
    def of(cls, setup: ModelSetup) -> Self:
        """Right answers of classes and tokens; of a quantity the variance explained, or the mean absolute error."""
        dataset = setup.dataset
        if setup.judgement.answers.kind != "quantity":
            return cls(setup.config.problem)
        return cls(setup.config.problem, OF_QUANTITY, dataset.unit)
