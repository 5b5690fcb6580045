"""What a good teacher would say now, in one or two sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.geometry.stability import contraction
from core.geometry.step_view import StepView
from core.language import shown
from core.number_format import format_number, rounded
from core.objectives.objective import PlaneObjective
from core.optimizers.optimizer import Optimizer
from core.training.step_record import Observation

SETTLED = 1e-7  # of the loss: an update that promises less than this changes nothing a person could see
SMALLEST_LOSS = 1e-4  # a loss whose minimum is 0 counts as this: float32 gets stuck before it is exactly there
AT_MINIMUM = 1e-3  # of the loss's scale: closer to the known minimum than this counts as there


@dataclass(frozen=True)
class Notice:
    """A short title and a sentence, with how much attention it deserves.

    `share` is how much of what is waited for is there, 0 to 1; None where that is not known.
    """

    level: Literal["info", "good", "danger"]
    title: str
    sentence: str
    share: float | None = None


PREPARING = Notice("info", "Getting ready.", "TensorFlow is loading and the training step is being compiled.")


def diverged(step: int, seen: Observation, view: StepView) -> Notice:
    """Why a run that reached a non-finite loss after `step` updates did so."""
    rate, limit = seen.hyper["learning_rate"], view.zones.limit
    title = f"Diverged at step {format_number(step)}."
    if limit is not None and rate > limit:
        why = (
            f"The learning rate {_short(rate)} is above the stability limit, {_short(limit)} there, so every step "
            "overshot the minimum by more than the one before. Lower it and press Reset."
        )
    else:
        why = "The loss was no longer a finite number: it falls or rises without bound here. Press Reset."
    return Notice("danger", title, why)


def progress(objective: PlaneObjective, optimizer: Optimizer, seen: Observation, view: StepView) -> Notice:
    """How far the run has come at the point `seen`, and what holds it up."""
    rate, limit = seen.hyper["learning_rate"], view.zones.limit
    if _settled(seen, view):
        return _converged(objective, seen)
    if limit is not None and rate > limit:
        return Notice(
            "danger",
            "Above the stability limit.",
            f"The learning rate {_short(rate)} is {_times(rate / limit)} the limit {_short(limit)}: along the steepest "
            "direction each step overshoots by more than the last.",
        )
    return Notice(
        "info",
        "Not converged yet.",
        f"The gradient norm is {_short(_norm(seen))}.{_pace(optimizer, seen, view)}",
    )


def _settled(seen: Observation, view: StepView) -> bool:
    """Whether neither the next step nor one at the rate 1 / k_max, however small the rate, changes the loss."""
    unseen = SETTLED * max(abs(seen.loss), SMALLEST_LOSS)
    steepest = float(np.max(np.abs(np.linalg.eigvalsh(seen.hessian))))
    no_gain_left = _norm(seen) ** 2 <= 2 * steepest * unseen
    next_is_unseen = max(abs(view.predicted), abs(view.actual)) < unseen
    return _norm(seen) == 0 or (no_gain_left and next_is_unseen)


def _converged(objective: PlaneObjective, seen: Observation) -> Notice:
    above = None if objective.minimum is None else seen.loss - objective.minimum
    norm = _short(_norm(seen))
    if not np.all(np.linalg.eigvalsh(seen.hessian) > 0) and above != 0:
        return Notice(
            "info",
            "Hardly moving.",
            f"The gradient norm is {norm}, but this is no minimum: the loss curves down.",
        )
    if above is not None and above > AT_MINIMUM * max(abs(objective.minimum or 0), 1.0):
        return Notice(
            "info",
            "In a local minimum.",
            f"The loss is {_short(above)} above the lowest known; no small step leads out.",
        )
    return Notice(
        "good",
        "Converged.",
        f"The next step would change the loss by less than a ten-millionth; gradient norm {norm}.",
    )


def _pace(optimizer: Optimizer, seen: Observation, view: StepView) -> str:
    """How slowly the flattest direction shrinks, and how far from the limit the rate is."""
    dynamics = optimizer.dynamics(seen.hyper)
    flattest, rate, limit = float(view.curvatures[0]), seen.hyper["learning_rate"], view.zones.limit
    if dynamics is None:
        return f" {shown(optimizer.without_limit)}".rstrip()
    if limit is None or flattest <= 0:
        return " The loss curves downwards along one direction here."
    factor = float(contraction(dynamics, rate, flattest))
    steps = math.log(10) / -math.log(factor) if 0 < factor < 1 else math.inf
    if steps < 10:
        return ""
    below = f" and is {_times(limit / rate)} below the limit" if limit / rate >= 2 else ""
    steps_words = format_number(round(float(f"{steps:.2g}"))) if steps < 1e9 else "over a billion"
    return f" This rate needs about {steps_words} steps for each digit along the flattest direction{below}."


def _norm(seen: Observation) -> float:
    return float(np.linalg.norm(seen.gradient))


def _short(value: float) -> str:
    return rounded(value)


def _times(ratio: float) -> str:
    return f"{ratio:.0f} times" if ratio >= 10 else f"{ratio:.2g} times"
