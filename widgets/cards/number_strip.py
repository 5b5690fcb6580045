"""The strip of numbers and the progress bar, as slots that frames fill."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from core.language import N_, _, shown
from core.metric import metric
from core.number_format import format_number, rounded
from core.number_text import UNKNOWN, duration, significant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from widgets.charts.moment import Moment

Item = tuple[str, str, str]  # slot, label, colour class

ITEMS: tuple[Item, ...] = (
    ("step", N_("Step"), ""),
    ("epoch", N_("Epoch"), ""),
    ("loss", N_("Loss"), "dl-c-loss"),
    ("gradient-norm", N_("Gradient norm"), "dl-c-gradient"),
    ("parameters", N_("Parameters"), ""),
    ("drop", N_("Drop: predicted, actual"), "dl-c-update"),
    ("training", N_("Training"), ""),
    ("screen", N_("Screen"), ""),
)


def strip_html(parameter_names: tuple[str, str]) -> str:
    """The strip before any number is known."""
    return numbers_html(relabelled(ITEMS, parameters=", ".join(map(shown, parameter_names))))


def relabelled(items: Sequence[Item], **labels: str) -> Sequence[Item]:
    """`items`, some of them under other `labels`, by the names of their slots."""
    return [(slot, labels.get(slot, label), colour) for slot, label, colour in items]


def metric_label(name: str) -> str:
    """The label of a metric by its Keras name, of which the strip shows two values."""
    return _("{metric}: train, valid.", metric=metric(name).title)


def numbers_html(items: Sequence[Item]) -> str:
    """A strip with a place for each of `items`."""
    # What one line has no room for is scrolled to, also by keys.
    name = escape(_("Numbers"))
    attributes = f'class="dl-strip" tabindex="0" role="group" aria-label="{name}"'
    return f'<div {attributes} data-dl-slot="strip" data-kernel-step="0">{places_html(items)}</div>'


def places_html(items: Sequence[Item]) -> str:
    """A label and an empty place for each of `items`."""
    return "".join(_place_html(slot, escape(shown(label)), colour) for slot, label, colour in items)


def _place_html(slot: str, label: str, colour: str) -> str:
    return (
        f'<div class="dl-number dl-number-{slot}"><div class="dl-number-label" title="{label}">{label}</div>'
        f'<div class="dl-number-value {colour}" data-dl-slot="{slot}">{UNKNOWN}</div></div>'
    )


def progress_text(words: str) -> dict[str, Any]:
    """The words beside the bar, which can be read whole where they have no room."""
    return {"text": words, "attrs": {"title": words}}


def moment_slots(moment: Moment, steps_per_epoch: int) -> dict[str, Any]:
    """The numbers of the run at `moment`."""
    seen, view = moment.seen, moment.view
    return {
        "step": format_number(moment.step),
        "epoch": format_number(moment.step // steps_per_epoch),
        "loss": significant(seen.loss),
        "gradient-norm": significant(float(np.linalg.norm(seen.gradient))),
        "parameters": ", ".join(significant(p) for p in moment.point),
        "drop": f"{significant(view.predicted, 3)}, {significant(view.actual, 3)}",
    }


def blank_slots() -> dict[str, str]:
    """The strip before anything is known."""
    return {slot: UNKNOWN for slot, _label, _colour in ITEMS}


def meter_slots(
    kernel_step: int, steps_per_second: float | None, frames_per_second: float | None, lag_ms: float | None
) -> dict[str, Any]:
    """The measured rates of the run and the screen and the screen's lag; a dash for each that was not measured."""
    return {
        "training": _meter(None if steps_per_second is None else _("{rate} /s", rate=_rate(steps_per_second))),
        "screen": _meter(_screen_words(frames_per_second, lag_ms)),
        "strip": {"attrs": {"data-kernel-step": str(kernel_step)}},
    }


def _screen_words(frames_per_second: float | None, lag_ms: float | None) -> str | None:
    """The screen's rate and lag; a lag of four digits is in seconds, for whose tenths the strip has room."""
    if frames_per_second is None or lag_ms is None:
        return None
    if round(lag_ms) < 1000:
        return _("{rate:.0f} fps · {lag:.0f} ms", rate=frames_per_second, lag=lag_ms)
    return _("{rate:.0f} fps · {lag:.1f} s", rate=frames_per_second, lag=lag_ms / 1000)


def _meter(reading: str | None) -> dict[str, Any]:
    """A reading; out of sight while there is nothing to measure, as at rest."""
    text = UNKNOWN if reading is None else reading
    return {"text": text, "attrs": {"data-measured": "false" if reading is None else "true"}}


def progress_slots(step: int, total: int | None, steps_per_second: float | None) -> dict[str, Any]:
    """The bar's width, and steps and time left; a dash where the total is not known yet."""
    if total is None:
        return {"progress": {"style": {"width": "0%"}}, "progress-text": progress_text(UNKNOWN)}
    return {
        "progress": {"style": {"width": f"{min(100 * step / total, 100):.1f}%"}},
        "progress-text": progress_text(_progress_words(step, total, steps_per_second)),
    }


def _progress_words(step: int, total: int, steps_per_second: float | None) -> str:
    taken, of = format_number(step), format_number(total)
    if not steps_per_second or step >= total:
        return _("{step} of {total}", step=taken, total=of)
    left = duration((total - step) / steps_per_second)
    return _("{step} of {total} · {time} left", step=taken, total=of, time=left)


def _rate(per_second: float) -> str:
    """A rate to three digits, from ten on without decimals."""
    return significant(per_second, 3) if per_second < 10 else rounded(round(per_second))
