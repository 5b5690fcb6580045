"""The notice of a `fit`: how far it has come, or how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import _, ngettext, pgettext
from core.notices.notice import Notice, side_by_side
from core.number_format import format_number
from core.number_text import significant
from core.watching.fit_state import FitState

if TYPE_CHECKING:
    from core.watching.fit_record import FitRecord


def notice_of(record: FitRecord) -> Notice:
    """What there is to say of the fit now."""
    state = record.progress.state
    if state is FitState.RUNNING:
        return Notice("info", _("Training."), _running(record))
    if state is FitState.FAILED:
        traceback = _("Its traceback stands below the cell.")
        return Notice("danger", _("Ended by an error."), side_by_side(traceback, _at(record)))
    titles = {
        FitState.FINISHED: pgettext("of a run", "Finished."),
        FitState.ENDED_EARLY: _("Ended early."),
        FitState.INTERRUPTED: _("Interrupted."),
    }
    return Notice("good" if state is FitState.FINISHED else "info", titles[state], _at(record))


def _running(record: FitRecord) -> str:
    at, last = record.progress, record.batches.last()
    if last is None:
        return _("Keras prepares the first batch.")
    return _(
        "Epoch {epoch} of {epochs}, step {step}, batch loss {loss}.",
        epoch=format_number(at.epoch),
        epochs=format_number(at.epochs),
        step=format_number(record.step),
        loss=significant(float(last["loss"])),
    )


def _at(record: FitRecord) -> str:
    return ngettext(
        "The charts show the model after {count} update.",
        "The charts show the model after {count} updates.",
        record.step,
        count=format_number(record.step),
    )
