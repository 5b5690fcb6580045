"""Moments of a model's run made by hand: what a model's charts are given, without a model and its TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.config.training_config import TrainingConfig
from core.datasets.baselines import Baseline
from core.findings.results import Cost, Evaluations
from core.geometry.results import Sharpness
from core.learning.setup import ModelSetup
from core.probes.finding import Finding
from core.training.step_record import Observation
from widgets.charts.model_moment import ModelMoment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.runs.past.setting_changes import SettingChange

HYPER = {"learning_rate": 0.01}
MAJORITY = Baseline("Majority class", "accuracy", 0.101, 2.303)


def setup_of(data: str = "digits", family: str = "mlp", width: int = 16, depth: int = 2, **settings: Any) -> ModelSetup:
    """The setup of a family of that width and depth on a data set of the registry; no data are read."""
    return ModelSetup.of(TrainingConfig(problem=data, family=family, width=width, depth=depth, **settings))


def seen_at(step: int, loss: float = 0.25, norm: float | None = 0.5, hyper: Mapping[str, float] = HYPER) -> Observation:
    """Return the observation of a trainer of many parameters: the loss of the next batch and the gradient's norm."""
    none = np.empty(0)
    return Observation(step, none, loss, none, np.empty((0, 0)), {}, hyper, None, norm)


def rows_of(step: int, points: int = 500) -> dict[str, np.ndarray]:
    """At most `points` rows of a history that ends before `step`: a loss that falls as 2 / (1 + t / 50)."""
    steps = np.unique(np.linspace(0, max(step - 1, 0), min(points, max(step, 1))).astype(np.int64))[: max(step, 0)]
    loss = 2 / (1 + steps / 50)
    return {"step": steps, "loss": loss, "gradient_norm": 3 * loss, "update_norm": 0.03 * loss}


def layers_of(step: int, count: int = 3, points: int = 500) -> dict[str, np.ndarray]:
    """Norms of `count` layers: layer i has weights of norm 10 and i + 1 times the first one's gradient."""
    rows = rows_of(step, points)
    norms = {"step": rows["step"]}
    for i in range(count):
        norms[f"gradient_{i}"] = (i + 1) * rows["gradient_norm"]
        norms[f"update_{i}"] = (i + 1) * rows["update_norm"]
        norms[f"weight_{i}"] = np.full(len(rows["step"]), 10.0)
    return norms


def model_moment(
    step: int = 1000,
    findings: Mapping[str, Any] | None = None,
    found_at: int | None = None,
    marks: Sequence[SettingChange] = (),
    seen: Observation | None = None,
    steps_per_epoch: int = 10,
    layers: int = 3,
) -> ModelMoment:
    """The moment of a run that stands at `step`; `findings` are values by probe, found at `found_at` (now)."""
    at = step if found_at is None else found_at
    found = {name: Finding(at, value, 0.01) for name, value in (findings or {}).items()}
    seen = seen_at(step) if seen is None else seen
    return ModelMoment(seen, steps_per_epoch, rows_of(step), layers_of(step, layers), marks, found)


def cost(latency_ms: Mapping[int, tuple[float, float]], **more: Any) -> Cost:
    """Return the cost of a model of 1482 parameters; a batch takes these medians and 95th percentiles, in ms."""
    figures = {"memory_bytes": 1_213_000_000, "parameters": 1482, "flops": 2880, "weight_bytes": 5928, **more}
    return Cost(latency_ms, **figures)


def evaluations(step: int = 1000, count: int = 5, metric: str = "accuracy", **more: Any) -> Evaluations:
    """`count` evaluations up to `step`: validation is a little worse than training."""
    steps = np.linspace(0, step, count)
    train_loss = 2 / (1 + steps / 50)
    good = 1 - 0.9 * np.exp(-steps / 200)
    train_metric = np.exp(train_loss) if metric == "perplexity" else good
    val_metric = np.exp(1.1 * train_loss) if metric == "perplexity" else 0.98 * good
    sizes = {"n_train": 1437, "n_val": 360, "baselines": (MAJORITY,), **more}
    return Evaluations(steps, train_loss, 1.1 * train_loss, train_metric, val_metric, metric, **sizes)


def sharpness(
    eigenvalues: Sequence[float], rates: Sequence[float], step: int = 1000, preconditioned: bool = False
) -> Sharpness:
    """Eigenvalues found at steps up to `step` at those rates of gradient descent, whose limit is 2 / eigenvalue."""
    values, at_rates = np.array(eigenvalues, float), np.array(rates, float)
    limits = np.where(values > 0, 2 / values, np.nan)
    steps = np.linspace(0, step, len(values)).astype(int)
    limit = float(limits[-1]) if values[-1] > 0 else None
    newest = (float(values[-1]), 0.03, limit, float(at_rates[-1]))
    return Sharpness(steps, values, limits, at_rates, *newest, preconditioned, examples=256)
