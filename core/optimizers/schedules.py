"""Learning-rate schedules: the factor on the base learning rate at each update.

Each is written once, for NumPy and for TensorFlow: the module to compute with is an argument, and the
base rate, the step and the length of the run may be tensors that change while the compiled loop runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Plan:
    """What a schedule goes by: the run's `total` updates, and the settings, which each schedule may use."""

    total: Any  # number of updates, a float or a scalar tensor of float64
    per_epoch: int = 1  # updates
    period: int = 10  # epochs
    decay: float = 0.5
    warmup_share: float = 0.1


@dataclass(frozen=True)
class Schedule:
    """A schedule of the menu; `factor(step, plan, xp)` is what multiplies the base rate at update `step`.

    `step` is float64 and counts from 0; `xp` is numpy or tensorflow. `formula` is LaTeX.
    """

    label: str
    factor: Callable[[Any, Plan, Any], Any]
    formula: str
    source: str

    def factors(self, steps: np.ndarray, plan: Plan) -> np.ndarray:
        """The factors at the updates `steps`, float64, in their shape."""
        return np.broadcast_to(self.factor(np.asarray(steps, float), plan, np), np.shape(steps)).astype(float)


def _constant(step: Any, plan: Plan, xp: Any) -> Any:
    return xp.ones_like(step)


def _stepped(step: Any, plan: Plan, xp: Any) -> Any:
    return plan.decay ** xp.floor(step / (plan.period * plan.per_epoch))


def _cosine(step: Any, plan: Plan, xp: Any) -> Any:
    return _half_wave(step, plan.total, xp)


def _warmup(step: Any, plan: Plan, xp: Any) -> Any:
    # Not from zero, which would waste the first update.
    warmup = xp.floor(plan.warmup_share * plan.total)
    falling = _half_wave(step - warmup, plan.total - warmup, xp)
    return xp.where(step < warmup, (step + 1) / (warmup + 1), falling)


def _half_wave(step: Any, length: Any, xp: Any) -> Any:
    """From 1 at step 0 to 0 at `length`, and 0 from there on."""
    return 0.5 * (1 + xp.cos(math.pi * xp.minimum(step / xp.maximum(length, 1.0), 1.0)))


SCHEDULES: dict[str, Schedule] = {
    "constant": Schedule(
        "Constant", _constant, r"\alpha_t = \alpha", "Robbins and Monro, 1951, with steps that shrink"
    ),
    "step": Schedule(
        "Step",
        _stepped,
        r"\alpha_t = \alpha\, \gamma^{\lfloor t / p \rfloor}",
        "He et al., Deep residual learning for image recognition, 2016",
    ),
    "cosine": Schedule(
        "Cosine",
        _cosine,
        r"\alpha_t = \frac{\alpha}{2} \left(1 + \cos \frac{\pi t}{T}\right)",
        "Loshchilov and Hutter, SGDR, 2017, without restarts",
    ),
    "warmup": Schedule(
        "Warmup, then cosine",
        _warmup,
        r"\alpha_t = \alpha \frac{t + 1}{w + 1}\ (t < w), \quad"
        r" \frac{\alpha}{2} \left(1 + \cos \frac{\pi (t - w)}{T - w}\right)\ (t \ge w)",
        "Goyal et al., Accurate, large minibatch SGD, 2017; Loshchilov and Hutter, 2017",
    ),
}
