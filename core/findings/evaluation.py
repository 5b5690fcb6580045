"""EvaluationProbe: loss and metric on both parts of the data, in the course of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from core.datasets.baselines import r2
from core.findings.results import Evaluations
from core.learning.model_objective import slices
from core.learning.stateless_function import StatelessFunction
from core.thinning import thinned
from core.training.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.learning.learner import Learner
    from core.training.trainer_snapshot import TrainerSnapshot

MOST_TRAINING = 1000  # examples of the training part that are evaluated
MOST_TEXTS = 256  # of either part of a text: 16 thousand characters, each of which is predicted
MOST_POINTS = 2000  # evaluations that are kept
NAMES = ("step", "train_loss", "val_loss", "train_metric", "val_metric")


class EvaluationProbe(Probe[Evaluations]):
    """Evaluates the model and keeps all evaluations. It draws training examples once, as many as validation has."""

    def __init__(self, learner: Learner) -> None:
        """Draw at most 1000 training examples; of a text, 256 pieces stand for each part."""
        split, self._metric = learner.split, learner.setup.metric
        self._baselines = learner.baselines
        text = learner.setup.dataset.task == "text"
        n_val = min(len(split.x_val), MOST_TEXTS) if text else len(split.x_val)
        self._train = _Part(split.x_train, split.y_train, min(n_val, MOST_TRAINING))
        self._val = _Part(split.x_val, split.y_val, n_val)
        self._score = _compiled_score(learner)
        self._points: list[tuple[float, ...]] = []

    def look(self, snapshot: TrainerSnapshot) -> Evaluations:
        """Evaluate the model at `snapshot`; return all evaluations so far."""
        losses, metrics = zip(
            *(self._evaluate(part, snapshot.values) for part in (self._train, self._val)), strict=True
        )
        self._keep((float(snapshot.step), *losses, *metrics))
        columns = dict(zip(NAMES, np.array(self._points).T, strict=True))
        n_train, n_val = len(self._train.x), len(self._val.x)
        return Evaluations(**columns, metric=self._metric, n_train=n_train, n_val=n_val, baselines=self._baselines)

    def forget(self) -> None:
        """Forget all evaluations."""
        self._points = []

    def _evaluate(self, part: _Part, values: Sequence[tf.Tensor]) -> tuple[float, float]:
        """Return loss and metric on a part."""
        totals = np.zeros(2)
        for rows in slices(len(part.x)):
            totals += [float(total) for total in self._score(values, part.x[rows], part.y[rows])]
        loss, right = totals / part.y.size
        if self._metric == "accuracy":
            return loss, right
        # A loss beyond 700 nats has no finite perplexity in float64.
        return loss, part.r2(loss) if self._metric == "R2" else float(np.exp(min(loss, 700.0)))

    def _keep(self, point: tuple[float, ...]) -> None:
        """Add a point, in place of one at the same step."""
        if self._points and self._points[-1][0] == point[0]:
            self._points.pop()
        self._points = thinned([*self._points, point], MOST_POINTS)


class _Part:
    """`count` examples of a part, drawn at random but always the same ones; all of them in their order."""

    def __init__(self, x: np.ndarray, y: np.ndarray, count: int) -> None:
        # Evenly spaced rows would miss classes: split spreads these evenly too.
        rows = np.sort(np.random.default_rng(0).permutation(len(x))[:count])
        whole = count >= len(x)
        self.x, self.y = (x, y) if whole else (x[rows], y[rows])
        self._variance = 0.0 if y.dtype == np.int32 else float(self.y.var(dtype=np.float64))

    def r2(self, squared_error: float) -> float:
        """Return the R² of predictions with that mean squared error."""
        return r2(squared_error, self._variance)


def _compiled_score(learner: Learner) -> StatelessFunction:
    """Return a function of a batch (x, y) to the sum of its losses and the count of right answers, at inference.

    It is traced once, whatever the batch's size.
    """
    model, split = learner.objective.model, learner.split
    quantity = learner.setup.metric == "R2"

    def score(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        outputs = model(x, training=False)
        if quantity:
            errors = tf.cast(outputs, tf.float64) - tf.cast(y, tf.float64)
            return tf.reduce_sum(errors**2), tf.constant(0.0, tf.float64)
        losses = tf.cast(keras.ops.sparse_categorical_crossentropy(y, outputs, from_logits=True), tf.float64)
        right = tf.cast(tf.argmax(outputs, -1, output_type=tf.int32) == y, tf.float64)
        return tf.reduce_sum(losses), tf.reduce_sum(right)

    signature = [tf.TensorSpec((None, *values.shape[1:]), values.dtype) for values in (split.x_train, split.y_train)]
    return StatelessFunction(learner.objective.all_variables, score, input_signature=signature)
