"""How a model is judged: the reading of its answers, the name of its loss, and its metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.language import N_
from core.learning.answers import Answers

if TYPE_CHECKING:
    from core.datasets.baselines import Task


@dataclass(frozen=True)
class Judgement:
    """The reading of answers, the name of the loss, and the names of the metrics, the one that is shown first."""

    answers: Answers
    loss: str
    metrics: tuple[str, ...]

    @property
    def metric(self) -> str:
        """The metric that stands beside the loss."""
        return self.metrics[0]


_CROSS_ENTROPY = N_("cross-entropy")
_CLASSES = Judgement(Answers("classes"), _CROSS_ENTROPY, ("accuracy",))
_TEXT = Judgement(Answers("classes"), _CROSS_ENTROPY, ("perplexity",))
_QUANTITY = Judgement(Answers("quantity"), N_("mean squared error"), ("R2",))

# Of the models of this program, which have logits or standardized quantities for outputs.
OF_TASK: dict[Task, Judgement] = {
    "classification": _CLASSES,
    "text": _TEXT,
    "regression": _QUANTITY,
    "forecast": _QUANTITY,
}
