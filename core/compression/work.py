"""One artifact while it is made: what its changes share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.field import ConfigError
from core.language import N_, _
from core.pruning.fine_tuning import FineTuningFailed, fine_tune, objective_of, train
from core.pruning.zeros import held

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import keras
    import numpy as np

    from core.datasets.split import Split
    from core.learning.answers import Answers
    from core.learning.model_objective import ModelObjective
    from core.learning.setup import ModelSetup
    from core.pruning.fine_tuning import OnUpdates
    from core.training.trainer import Trainer
    from core.user_models.user_model import UserModel

DIVERGED = N_("The training diverged: its loss is no longer a number.")


@dataclass
class Work:
    """One artifact while it is made.

    Attributes:
        setup: The setup of the subject.
        split: Its data; a change of the inputs replaces them.
        teacher: The logits of the subject's model for inputs.
        accuracy: The share of held-out examples that the subject's model has right.
        report: Called with 0 to 1 and what is being done.
        live: Returns the settings that were changed since, by name.
        notes: Sentences on what was done.
        extra: Numbers for charts.
        kept: Of a pruned model which weights are not zero, by the path of their matrix; the others stay zero.
        own: The person's own model that the subject is, as its run began; None for the page's, and once a student
            has taken its place.
        beside: Another model, to be measured in the same form and drawn beside the one that is made.
    """

    setup: ModelSetup
    split: Split
    teacher: Callable[[np.ndarray], np.ndarray]
    accuracy: float
    report: Callable[[float, str], None] = lambda _share, _doing: None
    live: Callable[[], Mapping[str, float]] = dict
    notes: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    kept: Mapping[str, np.ndarray] = field(default_factory=dict)
    own: UserModel | None = None
    beside: keras.Model | None = None

    @property
    def reading(self) -> Answers:
        """How the outputs of the model, and the targets, are read."""
        return self.setup.judgement.answers

    def truths(self, y: np.ndarray) -> np.ndarray:
        """The true classes of targets `y` as the loss takes them; quantities stay as they are."""
        return self.reading.truths(y) if self.reading.classifies else y

    def tune(self, objective: ModelObjective, updates: int, on_updates: OnUpdates = lambda _done: None) -> None:
        """Fine-tunes and reports, and holds the zeros there are; raises ConfigError where that diverges."""
        with held(objective.variables, self.kept):
            self._follow(lambda said: fine_tune(objective, updates, said), updates, on_updates)

    def train(self, trainer: Trainer, updates: int, on_updates: OnUpdates) -> None:
        """Makes `updates` with `trainer` and reports; raises ConfigError where that diverges."""
        self._follow(lambda said: train(trainer, updates, said), updates, on_updates)

    def _follow(self, work: Callable[[OnUpdates], None], updates: int, on_updates: OnUpdates) -> None:

        def said(done: int) -> None:
            on_updates(done)
            self.report(done / max(updates, 1), _("Training: {done} of {all} updates", done=done, all=updates))

        try:
            work(said)
        except FineTuningFailed as error:
            raise ConfigError(DIVERGED) from error

    def objective(self, model: keras.Model, rows: np.ndarray | None = None) -> ModelObjective:
        """The objective of `model` on the training data, or on these `rows` of them."""
        x, y, weights = self.split.x_train, self.split.y_train, self.split.w_train
        if rows is not None:
            x, y, weights = x[rows], y[rows], None if weights is None else weights[rows]
        return objective_of(model, x, y) if self.own is None else self.own.objective_of(model, x, y, weights)
