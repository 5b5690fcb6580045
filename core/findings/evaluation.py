"""EvaluationProbe: loss and metrics on both parts of the data, in the course of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.array_tree import leaves
from core.findings.results import Evaluations
from core.findings.validated_part import drawn_rows, evaluated_counts
from core.learning.model_objective import EXAMPLES_AT_ONCE, slices
from core.learning.scores import SCORES
from core.learning.training_loss import masks_of, with_masks
from core.metric import LOSS
from core.thinning import thinned
from core.training.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import tensorflow as tf

    from core.array_tree import Arrays
    from core.learning.learner import Learner
    from core.training.trainer_snapshot import TrainerSnapshot

MOST_POINTS = 2000  # evaluations that are kept
NAMES = ("step", "train_loss", "val_loss", "train_metric", "val_metric")
KEPT = ("step", "training_loss", "validation_loss", "training_metric", "validation_metric")
MOST_NATS = 700.0  # a loss beyond has no finite perplexity in float64


class EvaluationProbe(Probe[Evaluations]):
    """Evaluates the model and keeps all evaluations.

    All validation examples are evaluated, and as many training examples, which are drawn once. Where the model is
    expensive there are fewer of both, drawn once too, so that the points of a curve are always of the same examples.
    """

    def __init__(self, learner: Learner) -> None:
        """Draw at most 1000 training examples; of a text, 256 pieces stand for each part."""
        split, self._learner = learner.split, learner
        self._judgement = learner.setup.judgement
        self._n_held_out = len(split.x_val)
        n_train, n_val = evaluated_counts(learner)
        self._train = _Part(split.x_train, split.y_train, split.w_train, n_train)
        self._val = _Part(split.x_val, split.y_val, split.w_val, n_val)
        self._weighted = split.w_train is not None or split.w_val is not None
        self._score = learner.objective.evaluation(self._weighted)
        batch_size = min(learner.setup.config.batch_size, EXAMPLES_AT_ONCE)
        self._at_once = EXAMPLES_AT_ONCE if learner.objective.adds_up else batch_size
        self._points: list[tuple[float, ...]] = []

    def look(self, snapshot: TrainerSnapshot) -> Evaluations:
        """Evaluate the model at `snapshot`; return all evaluations so far."""
        found = [self._evaluate(part, snapshot.values) for part in (self._train, self._val)]
        self._keep((float(snapshot.step), *(value for of_both in zip(*found, strict=True) for value in of_both)))
        columns = np.array(self._points).T
        others = {name: (columns[5 + 2 * i], columns[6 + 2 * i]) for i, name in enumerate(self._judgement.metrics[1:])}
        return Evaluations(
            **dict(zip(NAMES, columns, strict=False)),
            metric=self._judgement.metric,
            n_train=len(self._train.x),
            n_val=len(self._val.x),
            n_held_out=self._n_held_out,
            baselines=self._learner.baselines,
            others=others,
        )

    def forget(self) -> None:
        """Forget all evaluations."""
        self._points = []

    def take(self, past: Mapping[str, np.ndarray]) -> None:
        """Take evaluations as `RecordedColumns` has them, each with its own steps; nan where a metric was not kept."""
        others = [f"{part}_{name}" for name in self._judgement.metrics[1:] for part in ("training", "validation")]
        unknown = np.full(len(past["step"]), np.nan)
        columns = [*(past[name] for name in KEPT), *(past.get(name, unknown) for name in others)]
        self._points = [tuple(row) for row in np.column_stack(columns).tolist()]

    def rewind(self, step: int) -> None:
        """Forget the evaluations from `step` on."""
        self._points = [point for point in self._points if point[0] < step]

    def _evaluate(self, part: _Part, values: Sequence[tf.Tensor]) -> list[float]:
        """Return the loss and the metrics of a part."""
        total, outputs = 0.0, []
        for rows in slices(len(part.x), self._at_once):
            loss, answers, masks = self._score(values, *self._batch(part, rows))
            total += float(loss) * len(part.x[rows])
            outputs.append(with_masks(answers, masks))
        loss = total / len(part.x)
        return [loss, *self._metrics(part, loss, outputs)]

    def _batch(self, part: _Part, rows: slice) -> tuple[Any, ...]:
        if not self._weighted:
            return self._learner.objective.batch(part.x[rows], part.y[rows])
        weights = np.ones(len(part.x)) if part.weights is None else part.weights
        return self._learner.objective.batch(part.x[rows], part.y[rows], weights[rows])

    def _metrics(self, part: _Part, loss: float, outputs: list[Any]) -> list[float]:
        compiled = self._compiled(part, outputs)
        y, first = _counted(leaves(part.y)[0], outputs) if self._needs_outputs else (np.empty(0), np.empty(0))
        known = {LOSS: loss, "perplexity": float(np.exp(min(loss, MOST_NATS))), **compiled}
        return [
            known[name] if name in known else SCORES[name](self._judgement.answers, y, first)
            for name in self._judgement.metrics
        ]

    @property
    def _needs_outputs(self) -> bool:
        return any(name in SCORES for name in self._judgement.metrics)

    def _compiled(self, part: _Part, outputs: list[Any]) -> dict[str, float]:
        """Return the metrics that the model was compiled with, as `model.evaluate` gives them."""
        metrics = self._learner.compiled_metrics
        if metrics is None:
            return {}
        metrics.reset_state()
        for rows, answers in zip(slices(len(part.x), self._at_once), outputs, strict=True):
            _x, y, *weights = self._batch(part, rows)
            metrics.update_state(y, answers, *weights)
        return {name: float(np.mean(value)) for name, value in metrics.result().items()}

    def _keep(self, point: tuple[float, ...]) -> None:
        """Add a point, in place of one at the same step."""
        if self._points and self._points[-1][0] == point[0]:
            self._points.pop()
        self._points = thinned([*self._points, point], MOST_POINTS)


def _counted(y: np.ndarray, outputs: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Targets and first outputs, without the places that the model masks."""
    answers = [leaves(each)[0] for each in outputs]
    first, masks = np.concatenate([each.numpy() for each in answers]), [masks_of(each)[0] for each in answers]
    if any(mask is None for mask in masks):
        return y, first
    kept = np.concatenate([np.asarray(mask, bool) for mask in masks])
    alike = kept.ndim > 1 and kept.shape == y.shape[: kept.ndim] == first.shape[: kept.ndim]
    return (y[kept], first[kept]) if alike else (y, first)


class _Part:
    """`count` examples of a part, drawn at random but always the same ones; all of them in their order."""

    def __init__(self, x: Arrays, y: Arrays, weights: np.ndarray | None, count: int) -> None:
        rows = drawn_rows(len(x), count)
        whole = count >= len(x)
        self.x: Arrays = x if whole else x[rows]
        self.y: Arrays = y if whole else y[rows]
        self.weights = weights if whole or weights is None else weights[rows]
