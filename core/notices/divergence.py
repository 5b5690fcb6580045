"""Notices about a loss that rose beyond all bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import _
from core.notices.notice import Notice, side_by_side
from core.number_format import format_number, rounded

if TYPE_CHECKING:
    from core.geometry.blow_up import BlowUp


def blown_up(step: int, rise: BlowUp | None, rate: float, limit: float | None, looked_at: int) -> Notice:
    """Says from where to where the loss rose until it was no longer finite after `step` updates.

    `limit` is the stability limit at the step `looked_at`, about where the rise began; None where it is not known.
    `rate` is the learning rate at which it rose.
    """
    if limit is None or rate <= limit:
        title = _("Diverged at step {step}.", step=format_number(step))
        cause = _("The loss was no longer a finite number. Lower the learning rate, then Reset.")
    else:
        title = _("Diverged at step {step}: rate too large.", step=format_number(step))
        cause = _(
            "The learning rate {rate} is above the stability limit, about {limit} at step {step}, so steps overshot "
            "more and more. Lower it and press Reset.",
            rate=rounded(rate),
            limit=rounded(limit),
            step=format_number(looked_at),
        )
    return Notice("danger", title, cause if rise is None else side_by_side(cause, _rise(rise)))


def _rise(rise: BlowUp) -> str:
    return _(
        "The loss rose from {lowest} at step {start} to {last} at step {end}, the last one that is finite.",
        lowest=rounded(rise.loss),
        start=format_number(rise.step),
        last=rounded(rise.last_loss),
        end=format_number(rise.last_step),
    )


def not_finite(step: int) -> Notice:
    """Says that the loss at `step` is beyond what a number can hold, though the parameters are not yet."""
    sentence = _(
        "The parameters at step {step} are finite, but their loss is too large for a number. Lower the learning rate, "
        "then Reset.",
        step=format_number(step),
    )
    return Notice("danger", _("The loss is no longer finite."), sentence)
