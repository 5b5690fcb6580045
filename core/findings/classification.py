"""ConfusionProbe and SamplesProbe: the classes a model predicts, counted over many examples and on some pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.findings.pictures import brightness_range, pictures
from core.findings.results import Confusion, Samples
from core.findings.validated_part import drawn_rows, evaluated_counts
from core.training.probe import Probe

if TYPE_CHECKING:
    from core.learning.learner import Learner
    from core.training.trainer_snapshot import TrainerSnapshot

MOST_CLASSES = 100
MOST_SAMPLES = 24


class ConfusionProbe(Probe[Confusion | None]):
    """Classifies the examples that the run is validated on, so that both say the same accuracy."""

    def __init__(self, learner: Learner) -> None:
        split = learner.split
        self._n_held_out = len(split.x_val)
        rows = drawn_rows(self._n_held_out, evaluated_counts(learner)[1])
        self._objective, self._classes = learner.objective, split.classes
        self._answers = learner.setup.judgement.answers
        self._x, self._truth = split.x_val[rows], self._answers.truths(split.y_val[rows])

    def look(self, snapshot: TrainerSnapshot) -> Confusion | None:
        """Return the counts at `snapshot`; None if there are more than 100 classes, which no chart could show."""
        n = len(self._classes)
        if n > MOST_CLASSES:
            return None
        predicted = self._answers.chosen(self._objective.predict(self._x, snapshot.values))
        counts = np.bincount(self._truth * n + predicted, minlength=n * n)
        return Confusion(counts.reshape(n, n), self._classes, self._n_held_out)


class SamplesProbe(Probe[Samples]):
    """Classifies the first 24 images of the validation part."""

    def __init__(self, learner: Learner) -> None:
        split = learner.split
        self._objective, self._classes = learner.objective, split.classes
        self._answers = learner.setup.judgement.answers
        self._x, self._truths = split.x_val[:MOST_SAMPLES], self._answers.truths(split.y_val[:MOST_SAMPLES])
        self._images = _as_shown(learner)

    def look(self, snapshot: TrainerSnapshot) -> Samples:
        """Return the predicted classes at `snapshot`."""
        shares = self._answers.probabilities(self._objective.predict(self._x, snapshot.values))
        return Samples(self._images, self._truths, shares.argmax(1), shares.max(1), self._classes)


def _as_shown(learner: Learner) -> np.ndarray:
    """Return the sample images, float32 from 0 to 1, which is the brightest value of the training part."""
    split = learner.split
    samples = split.x_val[:MOST_SAMPLES]
    if split.x_scaling is None:
        return pictures(samples, *brightness_range(split.x_train))
    brightest = split.x_scaling.undo(split.x_train.max(tuple(range(split.x_train.ndim - 1)))).max()
    return pictures(split.x_scaling.undo(samples), 0.0, float(brightest))
