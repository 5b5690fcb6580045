"""Notices about a line or surface being minimised: how far the run has come, as a good teacher would say it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.geometry.stability import contraction
from core.language import _, ngettext, shown
from core.notices.divergence import blown_up, not_finite
from core.notices.notice import Notice, side_by_side
from core.number_format import format_number, rounded

if TYPE_CHECKING:
    from core.geometry.blow_up import BlowUp
    from core.geometry.step_view import StepView
    from core.objectives.objective import PlaneObjective
    from core.optimizers.optimizer import Optimizer
    from core.training.step_record import Observation

SETTLED = 1e-7  # of the loss: an update that promises less than this changes nothing a person could see
SMALLEST_LOSS = 1e-4  # a loss whose minimum is 0 counts as this: float32 gets stuck before it is exactly there
FEW_STEPS = 10  # for each digit: a rate that needs fewer is no hindrance
MOST_STEPS = 1e9  # beyond, their number says no more
FAR_BELOW = 2.0  # times: a rate so far below the limit can be raised
WITHOUT_BOUND = 1e6  # below minus this a loss without a minimum falls for ever
AT_MINIMUM = 1e-3  # of the loss's scale: closer to the known minimum than this counts as there


def diverged(step: int, seen: Observation, view: StepView, rise: BlowUp | None) -> Notice:
    """Says why a run reached a loss that is not finite after `step` updates.

    `view` has the zones of the place from where the loss rose, or of the last one where it did so in one step; `seen`
    has the rate of then.
    """
    if fell_without_bound(seen, rise):
        return Notice("danger", _("Fell without bound, to step {step}.", step=format_number(step)), _falls(seen))
    start = max(step - 1, 0) if rise is None else rise.step
    return blown_up(step, rise, seen.hyper["learning_rate"], view.zones.limit, start)


def fell_without_bound(seen: Observation, rise: BlowUp | None) -> bool:
    """Return True if a run that diverged did so downwards, not by a loss that rose."""
    return rise is None and seen.loss < -WITHOUT_BOUND


def _falls(seen: Observation) -> str:
    return _(
        "The loss is {loss}: along one direction it falls without bound, and there is no minimum to find. Press Reset.",
        loss=rounded(seen.loss),
    )


def progress(objective: PlaneObjective, optimizer: Optimizer, seen: Observation, view: StepView) -> Notice:
    """Says how far the run has come at the point `seen`, and what holds it up."""
    rate, limit = seen.hyper["learning_rate"], view.zones.limit
    if not math.isfinite(seen.loss):
        return not_finite(seen.step)
    if objective.minimum is None and seen.loss < -WITHOUT_BOUND:
        return Notice("danger", _("Falling without bound."), _falls(seen))
    if seen.rows is not None and objective.minimum is not None:
        return _on_batches(objective, seen, seen.rows, objective.minimum)
    if _settled(seen, view):
        return _converged(objective, seen)
    if limit is not None and rate > limit:
        return _above_limit(rate, limit)
    norm = _("The gradient norm is {norm}.", norm=rounded(_norm(seen)))
    pace = _pace(optimizer, seen, view)
    return Notice("info", _("Not converged yet."), side_by_side(norm, pace) if pace else norm)


def _on_batches(objective: PlaneObjective, seen: Observation, rows: np.ndarray, minimum: float) -> Notice:
    """Says how far the loss over all examples is from its minimum: gradient and curvatures are of one batch alone."""
    above = float(objective.value(*seen.parameters)) - minimum
    count = int(np.sum(rows >= 0))
    examples = format_number(objective.n_examples)
    far = _("The loss over all {count} examples is {above} above its minimum.", count=examples, above=rounded(above))
    if seen.step == 0:
        return Notice("info", _("Not converged yet."), far)
    shaken = ngettext(
        "Each example pulls to where it alone is met, so that the point never rests.",
        "Each batch of {count} examples pulls to a minimum of its own, so that the point never rests.",
        count,
        count=format_number(count),
    )
    is_there = above <= AT_MINIMUM * max(abs(minimum), 1.0)
    title = _("Around the minimum.") if is_there else _("Not converged yet.")
    return Notice("good" if is_there else "info", title, side_by_side(far, shaken))


def _above_limit(rate: float, limit: float) -> Notice:
    sentence = _(
        "The learning rate {rate} is {times} times the limit {limit}: along the steepest direction each step "
        "overshoots by more than the last.",
        rate=rounded(rate),
        times=_times(rate / limit),
        limit=rounded(limit),
    )
    return Notice("danger", _("Rate above the stability limit."), sentence)


def _settled(seen: Observation, view: StepView) -> bool:
    """True if neither the next step nor one at the rate 1 / k_max, however small the rate, changes the loss."""
    unseen = SETTLED * max(abs(seen.loss), SMALLEST_LOSS)
    steepest = float(np.max(np.abs(np.linalg.eigvalsh(seen.hessian))))
    no_gain_left = _norm(seen) ** 2 <= 2 * steepest * unseen
    next_is_unseen = max(abs(view.predicted), abs(view.actual)) < unseen
    return _norm(seen) == 0 or (no_gain_left and next_is_unseen)


def _converged(objective: PlaneObjective, seen: Observation) -> Notice:
    above = None if objective.minimum is None else seen.loss - objective.minimum
    norm = rounded(_norm(seen))
    if not np.all(np.linalg.eigvalsh(seen.hessian) > 0) and above != 0:
        sentence = _("The gradient norm is {norm}, but this is no minimum: the loss curves down.", norm=norm)
        return Notice("info", _("Hardly moving, but not at a minimum."), sentence)
    if above is not None and above > AT_MINIMUM * max(abs(objective.minimum or 0), 1.0):
        sentence = _("The loss is {above} above the lowest known; no small step leads out.", above=rounded(above))
        return Notice("info", _("In a local minimum."), sentence)
    sentence = _("The next step would change the loss by less than a ten-millionth; gradient norm {norm}.", norm=norm)
    return Notice("good", _("Converged."), sentence)


def _pace(optimizer: Optimizer, seen: Observation, view: StepView) -> str:
    """Says how slowly the flattest direction shrinks, and how far the rate is from the limit; "" if it is fast."""
    dynamics = optimizer.dynamics(seen.hyper)
    flattest, rate, limit = float(view.curvatures[0]), seen.hyper["learning_rate"], view.zones.limit
    if dynamics is None:
        return shown(optimizer.without_limit)
    if limit is None or flattest <= 0:
        return _("The loss curves downwards along one direction here.")
    factor = float(contraction(dynamics, rate, flattest))
    steps = math.log(10) / -math.log(factor) if 0 < factor < 1 else math.inf
    return "" if steps < FEW_STEPS else _slow(steps, limit / rate)


def _slow(steps: float, below_limit: float) -> str:
    """Says that a digit takes `steps` steps, and that a rate `below_limit` times larger would still be stable."""
    times = _times(below_limit)
    if steps >= MOST_STEPS:
        if below_limit < FAR_BELOW:
            return _("This rate needs over a billion steps for each digit along the flattest direction.")
        return _(
            "This rate needs over a billion steps for each digit along the flattest direction and is {times} times "
            "below the limit.",
            times=times,
        )
    count = format_number(round(float(f"{steps:.2g}")))
    if below_limit < FAR_BELOW:
        return _("This rate needs about {count} steps for each digit along the flattest direction.", count=count)
    return _(
        "This rate needs about {count} steps for each digit along the flattest direction and is {times} times below "
        "the limit.",
        count=count,
        times=times,
    )


def _norm(seen: Observation) -> float:
    return float(np.linalg.norm(seen.gradient))


def _times(ratio: float) -> str:
    if ratio >= 10:
        return format_number(round(ratio))
    return rounded(ratio, 2 if ratio >= 1.1 else 4)  # "1 times the limit" would not be above it
