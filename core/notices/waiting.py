"""Notices about what has to be waited for before a run goes on."""

from __future__ import annotations

from core.language import _
from core.notices.notice import Notice, side_by_side
from core.number_format import format_number
from core.number_text import duration

LONG_RETURN_S = 20.0  # a way back that takes longer need not be waited for


def preparing() -> Notice:
    """Says that the run is being prepared."""
    sentence = _("TensorFlow is loading and the training step is being compiled.")
    return Notice("info", _("Getting ready."), sentence)


def returning(step: int, seconds: float) -> Notice:
    """Says that another engine takes the steps of one that has died, which need not be waited for if it takes long."""
    sentence = _(
        "The process that trained has ended unexpectedly; another one takes the same steps again, up to step {step}.",
        step=format_number(step),
    )
    return _on_its_way(step, sentence, seconds)


def reopened(step: int, seconds: float) -> Notice:
    """Says that the run of a page that was opened anew takes its steps again, which need not be waited for either."""
    sentence = _(
        "The page was opened anew; its run takes the same steps again, up to step {step}.", step=format_number(step)
    )
    return _on_its_way(step, sentence, seconds)


def _on_its_way(step: int, sentence: str, seconds: float) -> Notice:
    title = _("Going back to step {step}.", step=format_number(step))
    if seconds <= LONG_RETURN_S:
        return Notice("info", title, sentence)
    offer = _("That takes about {time}; Reset begins anew at once.", time=duration(seconds))
    return Notice("info", title, side_by_side(sentence, offer))
