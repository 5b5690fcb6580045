"""Notices about runs that branch off from others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import _
from core.notices.notice import Notice, side_by_side
from core.number_format import format_number

if TYPE_CHECKING:
    from core.runs.past.branch import Branch


def branched_off(branch: Branch) -> Notice:
    """Says where a run begins, a model with which weights, and what follows from that."""
    if branch.weights is None:
        return Notice("info", _("A branch."), _place(branch))
    sentence = side_by_side(_origin(branch), _("A link has its settings, not these weights."))
    if branch.draws_data_anew:
        sentence = side_by_side(
            sentence, _("Its held-out examples are drawn anew: the run before may have learned from some of them.")
        )
    return Notice("info", _("A branch."), sentence)


def left_behind() -> Notice:
    """Says that a page opened anew has the settings of a branch, and not the weights that it began with."""
    sentence = _("The run of this page had begun with the weights of another run, which its link does not have.")
    return Notice("info", _("Fresh weights."), sentence)


def _place(branch: Branch) -> str:
    step = format_number(branch.step)
    if branch.number is None:
        return _("This run begins where the run before stood at step {step}.", step=step)
    return _("This run begins where run {number} stood at step {step}.", step=step, number=branch.number)


def _origin(branch: Branch) -> str:
    step = format_number(branch.step)
    if branch.number is None:
        return _("This run begins with the weights of step {step} of the run before.", step=step)
    return _("This run begins with the weights of step {step} of run {number}.", step=step, number=branch.number)
