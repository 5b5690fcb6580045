"""The findings of the probes of a model: NumPy arrays and texts, so that a page need not load TensorFlow for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from core.datasets.baselines import Baseline


@dataclass(frozen=True)
class Attention:
    """The attention weights (layers, heads, T, T), float32, of place i (rows) on place j (columns).

    softmax(Q K^T / sqrt(d)), d the width of a head; each row adds up to 1, and a decoder's place takes
    nothing from later ones (Vaswani et al., Attention is all you need, 2017). `labels` (T,) name the places.
    """

    weights: np.ndarray
    labels: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class Confusion:
    """`matrix`, int64 (c, c), counts the examples of each true class (rows) by predicted class (columns).

    `n_held_out` are all examples of the validation part, of which those that are counted may be a part.
    """

    matrix: np.ndarray
    classes: tuple[str, ...]
    n_held_out: int = 0


@dataclass(frozen=True)
class Samples:
    """Up to 24 validation images, float32 (n, height, width, channels) from 0 to 1, and their predicted classes.

    `truths` and `predictions` are classes, int (n,); `probabilities` (n,) are those of the predictions.
    """

    images: np.ndarray
    truths: np.ndarray
    predictions: np.ndarray
    probabilities: np.ndarray
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """A model's answers on a grid and the points it learns from, in the units of the source.

    `values` (g, g) has the second feature along its rows: `values[j, i]` is the answer at (x1[i], x2[j]),
    the probability of class 1 or the predicted quantity. Points are x (n, 2) and y (n,).
    """

    x1: np.ndarray
    x2: np.ndarray
    values: np.ndarray
    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray


@dataclass(frozen=True)
class UnitMaps:
    """The activations of hidden units on a grid: for each layer (units, g, g), float32, and its name.

    As in a `Decision`, the second feature is along the rows.
    """

    layers: tuple[np.ndarray, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Evaluations:
    """All evaluations that are kept, in the order of their steps; every array is float64 (m,).

    Losses are those that `model.evaluate` gives, penalties included: the mean cross-entropy in nats, the mean squared
    error of the standardized target, or what a person's own model was compiled with. `metric` says what the metrics
    are, `n_train` and `n_val` of how many examples; `baselines` are what a model has to beat. `others` are further
    metrics by name, of both parts. `n_held_out` are all examples of the validation part, of which `n_val` are
    evaluated; 0 where that is not known.
    """

    step: np.ndarray
    train_loss: np.ndarray
    val_loss: np.ndarray
    train_metric: np.ndarray
    val_metric: np.ndarray
    metric: str
    n_train: int
    n_val: int
    baselines: tuple[Baseline, ...]
    others: Mapping[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    n_held_out: int = 0

    @property
    def is_of_part(self) -> bool:
        """True if some of the validation examples stand for all of them."""
        return self.n_val < self.n_held_out


@dataclass(frozen=True)
class FittedCurve:
    """The prediction `y` (200,) along the feature `x` (200,) and the examples of both parts, (n,).

    All are float64 in the units of the source.
    """

    x: np.ndarray
    y: np.ndarray
    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray


@dataclass(frozen=True)
class GeneratedText:
    """Two continuations of `prompt` by a model: 200 tokens each, or fewer where the model is large.

    `sampled` draws each character with softmax(logits / 0.8), `greedy` takes the likeliest. `candidates` are
    the six likeliest characters right after the prompt with their probabilities, the likeliest first.
    """

    prompt: str
    sampled: str
    greedy: str
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Cost:
    """`latency_ms` maps a batch, 1 or 256 examples, to the median and 95th percentile of a call, in ms.

    A call takes NumPy arrays and returns them. `memory_bytes` is what the process holds in memory (RSS), all
    of it; parameters, FLOPs of one example and bytes of the weights are those of the model's card. Times were measured
    after `measured_at` updates, and `is_quiet` says whether the machine did nothing else meanwhile, as far as the times
    themselves tell. `calls` maps a batch to how many calls were timed, none where that is not known.
    """

    latency_ms: Mapping[int, tuple[float, float]]
    memory_bytes: int
    parameters: int
    flops: int | None
    weight_bytes: int
    measured_at: int = 0
    is_quiet: bool = True
    calls: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Predictions:
    """Up to 2000 validation examples: `truth` and `predicted`, float64 (n,), in the target's own unit.

    `r2` is 1 - mean squared error / variance, 0 where the truth is constant.
    """

    truth: np.ndarray
    predicted: np.ndarray
    r2: float


@dataclass(frozen=True)
class Forecast:
    """The validation part of a series in the order of time, float64 (n,): its changes and its levels.

    `time`, datetime64 (n,), is when. Each prediction knows the true values up to the time before:
    `level_predicted` is the last true level, `level_before`, after the predicted change. `persistence` predicts
    no change. `unit` is that of the changes. `skill` is 1 - mean squared error / that of persistence: above 0 the
    model is the better one.
    """

    time: np.ndarray
    truth: np.ndarray
    predicted: np.ndarray
    persistence: np.ndarray
    level: np.ndarray
    level_predicted: np.ndarray
    level_before: np.ndarray
    rmse: float
    rmse_persistence: float
    skill: float
    unit: str


@dataclass(frozen=True)
class NonZeros:
    """How many weights were not zero, `counts` (m,) after `steps` (m,) updates, of the `total` that may be pruned."""

    steps: np.ndarray
    counts: np.ndarray
    total: int
