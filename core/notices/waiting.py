"""Notices about what has to be waited for before a run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import _
from core.notices.notice import Notice, side_by_side
from core.number_format import format_number
from core.number_text import duration

if TYPE_CHECKING:
    from core.runs.awaited import Awaited

LONG_RETURN_S = 20.0  # a way back that takes longer need not be waited for


def preparing(awaited: Awaited, sentence: str | None = None) -> Notice:
    """Says what a run waits for before its first step, and how long that took last time if it was measured.

    `sentence` says what is prepared once TensorFlow is loaded; by default that is the training step.
    """
    if awaited.is_loading:
        title, sentence = _("TensorFlow is loading."), _("The first process to train in is being started.")
    else:
        title, sentence = _("Getting ready."), sentence or compiling()
    if awaited.seconds is None:
        return Notice("info", title, sentence)
    last = _("That took {time} last time.", time=duration(awaited.seconds))
    return Notice("info", title, side_by_side(sentence, last))


def compiling() -> str:
    """Says that all is there but the compiled program."""
    return _("The training step is being compiled.")


def taken_back(step: int, recorded: int, in_engine: bool) -> Notice:
    """Says that the run stands before steps that it has recorded, and what that is good for."""
    title = _("Step {step} of {recorded} recorded.", step=format_number(step), recorded=format_number(recorded))
    if in_engine:
        return Notice("info", title, _("Play goes the same way again; another setting begins a new run from here."))
    return Notice("info", title, _("Play goes the same way again; another live setting begins a new run from here."))


def returning(step: int, seconds: float) -> Notice:
    """Says that another engine takes the steps of one that has died, which need not be waited for if it takes long."""
    sentence = _(
        "The process that trained has ended unexpectedly; another one takes the same steps again, up to step {step}.",
        step=format_number(step),
    )
    return _on_its_way(step, sentence, seconds)


def reopened(step: int, seconds: float) -> Notice:
    """Says that a run of before takes its steps again, on a page opened anew or after Undo; nobody need wait for it."""
    sentence = _("The run of before takes the same steps again, up to step {step}.", step=format_number(step))
    return _on_its_way(step, sentence, seconds)


def reopened_from_store(step: int, seconds: float) -> Notice:
    """Says that a kept run is brought back to where it stood, which need not be waited for if it takes long."""
    sentence = _("The kept run goes on from its nearest snapshot, up to step {step}.", step=format_number(step))
    return _on_its_way(step, sentence, seconds)


def _on_its_way(step: int, sentence: str, seconds: float) -> Notice:
    title = _("Going back to step {step}.", step=format_number(step))
    if seconds <= LONG_RETURN_S:
        return Notice("info", title, sentence)
    offer = _("That takes about {time}; Reset begins anew at once.", time=duration(seconds))
    return Notice("info", title, side_by_side(sentence, offer))
