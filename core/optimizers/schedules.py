"""Learning-rate schedules: the factor on the base learning rate at each update.

Each is written once, for NumPy and for TensorFlow: the module to compute with is an argument, and the
base rate, the step and the length of the run may be tensors that change while the compiled loop runs.
A factor and an entry in the registry, which carries the settings it needs, add a schedule.

>>> SCHEDULES["cosine"].factors(np.array([0, 50, 100]), Plan(total=100)).tolist()
[1.0, 0.5, 0.0]
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.field import Field, each_once
from core.language import N_, pgettext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PERIOD = Field(
    name="schedule_period",
    label=N_("Step every"),
    default=10,
    kind="int",
    low=1,
    high=1000,
    scale="log",
    unit=N_("epochs"),
    help=N_("After how many epochs the learning rate falls."),
    advice=N_("Make it short and look for the bend in the loss at each fall."),
)
FACTOR = Field(
    name="schedule_factor",
    label=N_("Step factor"),
    default=0.5,
    kind="float",
    low=0.01,
    high=1,
    help=N_("What the learning rate is multiplied by when it falls."),
    advice=N_("With 0.1 the loss calms at once, and soon hardly moves."),
)
WARMUP_SHARE = Field(
    name="warmup_share",
    label=N_("Warmup share"),
    default=0.1,
    kind="float",
    low=0,
    high=0.9,
    help=N_("The share of the run in which the learning rate rises."),
    advice=N_("Set it to 0 with a large rate: the first steps may throw the model off."),
)


@dataclass(frozen=True)
class Plan:
    """The length of a run, by which a schedule goes, and the values of the settings that the schedule has."""

    total: Any  # number of updates, a float or a scalar tensor of float64
    per_epoch: int = 1  # updates
    settings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A schedule of the menu; `factor(step, plan, xp)` is what multiplies the base rate at update `step`.

    `step` is float64 and counts from 0; `xp` is numpy or tensorflow. `fields` are the settings that `plan` has
    a value for. `formula` is LaTeX, `code` the lines of a Python function of `step`, `total` and `per_epoch` that
    returns the factor, with the settings in capitals. The rate of a `constant` schedule needs no factor.
    """

    label: str
    factor: Callable[[Any, Plan, Any], Any]
    formula: str
    source: str
    code: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    constant: bool = False

    def plan(self, total: float, per_epoch: int, settings: Mapping[str, Any]) -> Plan:
        """The plan of a run of `total` updates, `per_epoch` of them an epoch; of `settings` it takes its own."""
        return Plan(total, per_epoch, {setting.name: settings[setting.name] for setting in self.fields})

    def factors(self, steps: np.ndarray, plan: Plan) -> np.ndarray:
        """The factors at the updates `steps`, float64, in their shape."""
        return np.broadcast_to(self.factor(np.asarray(steps, float), plan, np), np.shape(steps)).astype(float)


def _constant(step: Any, plan: Plan, xp: Any) -> Any:
    return xp.ones_like(step)


def _stepped(step: Any, plan: Plan, xp: Any) -> Any:
    return plan.settings["schedule_factor"] ** xp.floor(step / (plan.settings["schedule_period"] * plan.per_epoch))


def _cosine(step: Any, plan: Plan, xp: Any) -> Any:
    return _half_wave(step, plan.total, xp)


def _warmup(step: Any, plan: Plan, xp: Any) -> Any:
    # Not from zero, which would waste the first update.
    warmup = xp.floor(plan.settings["warmup_share"] * plan.total)
    falling = _half_wave(step - warmup, plan.total - warmup, xp)
    return xp.where(step < warmup, (step + 1) / (warmup + 1), falling)


def _half_wave(step: Any, length: Any, xp: Any) -> Any:
    """From 1 at step 0 to 0 at `length`, and 0 from there on."""
    return 0.5 * (1 + xp.cos(math.pi * xp.minimum(step / xp.maximum(length, 1.0), 1.0)))


SCHEDULES: dict[str, Schedule] = {
    "constant": Schedule(
        label=N_("Constant"),
        factor=_constant,
        formula=r"\alpha_t = \alpha",
        code=("return 1.0",),
        source="Robbins and Monro, 1951, with steps that shrink",
        constant=True,
    ),
    "step": Schedule(
        label=pgettext("learning-rate schedule", "Step"),
        factor=_stepped,
        formula=r"\alpha_t = \alpha\, \gamma^{\lfloor t / p \rfloor}",
        code=("return SCHEDULE_FACTOR ** (step // (SCHEDULE_PERIOD * per_epoch))",),
        source="He et al., Deep residual learning for image recognition, 2016",
        fields=(PERIOD, FACTOR),
    ),
    "cosine": Schedule(
        label=N_("Cosine"),
        factor=_cosine,
        formula=r"\alpha_t = \frac{\alpha}{2} \left(1 + \cos \frac{\pi t}{T}\right)",
        code=("return 0.5 * (1 + math.cos(math.pi * min(step / max(total, 1), 1)))",),
        source="Loshchilov and Hutter, SGDR, 2017, without restarts",
    ),
    "warmup": Schedule(
        label=N_("Warmup, then cosine"),
        factor=_warmup,
        formula=(
            r"\alpha_t = \alpha \frac{t + 1}{w + 1}\ (t < w), \quad"
            r" \frac{\alpha}{2} \left(1 + \cos \frac{\pi (t - w)}{T - w}\right)\ (t \ge w)"
        ),
        code=(
            "warmup = math.floor(WARMUP_SHARE * total)",
            "if step < warmup:",
            "    return (step + 1) / (warmup + 1)",
            "return 0.5 * (1 + math.cos(math.pi * min((step - warmup) / max(total - warmup, 1), 1)))",
        ),
        source="Goyal et al., Accurate, large minibatch SGD, 2017; Loshchilov and Hutter, 2017",
        fields=(WARMUP_SHARE,),
    ),
}


def rising(factor: float) -> Schedule:
    """The schedule of a rate test, by whose last update the rate is `factor` times that of the first (Smith, 2017)."""

    def factor_at(step: Any, plan: Plan, xp: Any) -> Any:
        return factor ** (step / xp.maximum(plan.total - 1.0, 1.0))

    return Schedule(
        label=N_("Rising"),
        factor=factor_at,
        formula=r"\alpha_t = \alpha\, f^{\, t / (T - 1)}",
        source="Smith, Cyclical learning rates for training neural networks, 2017",
    )


def schedule_fields() -> tuple[Field, ...]:
    """The settings of all schedules, each once, in the order of the registry."""
    return each_once(setting for schedule in SCHEDULES.values() for setting in schedule.fields)
