"""The strip of numbers and the progress bar of a `fit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.language import N_, _
from core.metric import LOSS
from core.number_format import format_number
from core.number_text import UNKNOWN, duration, metric_text, significant
from core.watching.fit_state import FitState
from widgets.cards.number_strip import Item, metric_label, numbers_html, progress_text, relabelled

if TYPE_CHECKING:
    from core.watching.fit_record import FitRecord
    from widgets.watching.fit_setup import FitSetup

ITEMS: tuple[Item, ...] = (
    ("step", N_("Step"), ""),
    ("epoch", N_("Epoch"), ""),
    ("loss", N_("Batch loss"), "dl-c-loss"),
    ("training-loss", N_("Mean of the epoch"), "dl-c-loss"),
    ("validation-loss", N_("Validation loss"), "dl-c-reference"),
    ("metric", N_("Metric"), ""),
    ("learning-rate", N_("Rate now"), ""),
    ("training", N_("Training"), ""),
)


def strip_html(setup: FitSetup) -> str:
    """The strip before any number is known."""
    if setup.metric == LOSS:  # Keras logs no other
        return numbers_html([item for item in ITEMS if item[0] != "metric"])
    return numbers_html(relabelled(ITEMS, metric=metric_label(setup.metric)))


def strip_slots(record: FitRecord, setup: FitSetup) -> dict[str, Any]:
    """The numbers now."""
    progress, last, rate = record.progress, record.batches.last(), record.meter.per_second()
    running = progress.state is FitState.RUNNING and progress.left != 0
    return {
        "step": format_number(record.step),
        "epoch": _("{epoch} of {epochs}", epoch=format_number(progress.epoch), epochs=format_number(progress.epochs)),
        "loss": UNKNOWN if last is None else significant(float(last["loss"])),
        "learning-rate": significant(progress.rate),
        "training": UNKNOWN if rate is None or not running else _("{rate} /s", rate=significant(rate, 3)),
        "strip": {"attrs": {"data-kernel-step": str(record.step)}},
        **_end_slots(record, setup),
        **_progress_slots(record, rate if running else None),
    }


def _end_slots(record: FitRecord, setup: FitSetup) -> dict[str, Any]:
    """What the newest epoch ended with."""
    if not len(record.ends):
        return dict.fromkeys(("training-loss", "validation-loss", "metric"), UNKNOWN)
    found = record.ends.evaluations(record.metrics)
    pair = ", ".join(metric_text(_known(values[-1]), found.metric) for values in (found.train_metric, found.val_metric))
    return {
        "training-loss": significant(_known(found.train_loss[-1])),
        "validation-loss": significant(_known(found.val_loss[-1])),
        "metric": UNKNOWN if setup.metric == LOSS else pair,
    }


def _known(value: float) -> float | None:
    return None if value != value else float(value)


def _progress_slots(record: FitRecord, rate: float | None) -> dict[str, Any]:
    at = record.progress
    if at.left is None:
        return {"progress": {"style": {"width": "0%"}}, "progress-text": progress_text(UNKNOWN)}
    total = record.step + at.left
    taken, of = format_number(record.step), format_number(total)
    words = _("{step} of {total}", step=taken, total=of)
    if rate and at.left:
        words = _("{step} of {total} · {time} left", step=taken, total=of, time=duration(at.left / rate))
    share = 100 * record.step / total if total else 0.0
    return {"progress": {"style": {"width": f"{share:.1f}%"}}, "progress-text": progress_text(words)}
