"""The strip of numbers, the progress bar and the notice, as slots that frames fill."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from core.language import N_, _, shown
from core.number_format import format_number, rounded
from core.number_text import UNKNOWN, duration, significant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.notices.notice import Notice
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
    labels = {"parameters": ", ".join(map(shown, parameter_names))}
    return numbers_html(tuple((slot, labels.get(slot, label), colour) for slot, label, colour in ITEMS))


def numbers_html(items: Sequence[Item]) -> str:
    """A strip with a place for each of `items`."""
    return f'<div class="dl-strip" data-dl-slot="strip" data-kernel-step="0">{places_html(items)}</div>'


def places_html(items: Sequence[Item]) -> str:
    """A label and an empty place for each of `items`."""
    return "".join(
        f'<div class="dl-number dl-number-{slot}"><div class="dl-number-label">{escape(shown(label))}</div>'
        f'<div class="dl-number-value {colour}" data-dl-slot="{slot}">{UNKNOWN}</div></div>'
        for slot, label, colour in items
    )


def notice_html(notice: Notice | None = None) -> str:
    """The notice card before the first frame; without a `notice` it says that the charts are on their way."""
    if notice is None:
        title, text = escape(_("Getting ready.")), escape(_("The charts are on their way."))
    else:
        title, text = escape(shown(notice.title)), escape(shown(notice.sentence))
    share = escape(_("Share that is here"))
    return (
        '<div class="dl-notice" data-dl-slot="notice" data-level="info" data-waiting="false" role="status">'
        f'<div class="dl-notice-title" data-dl-slot="notice-title">{title}</div>'
        f'<div class="dl-notice-text" data-dl-slot="notice-text">{text}</div>'
        f'<progress class="dl-notice-share" data-dl-slot="notice-share" max="1" aria-label="{share}"></progress>'
        "</div>"
    )


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
    measured = frames_per_second is not None and lag_ms is not None
    return {
        "training": UNKNOWN if steps_per_second is None else _("{rate} /s", rate=_rate(steps_per_second)),
        "screen": _("{rate:.0f} fps · {lag:.0f} ms", rate=frames_per_second, lag=lag_ms) if measured else UNKNOWN,
        "strip": {"attrs": {"data-kernel-step": str(kernel_step)}},
    }


def progress_slots(step: int, total: int | None, steps_per_second: float | None) -> dict[str, Any]:
    """The bar's width, and steps and time left; a dash where the total is not known yet."""
    if total is None:
        return {"progress": {"style": {"width": "0%"}}, "progress-text": "–"}
    return {
        "progress": {"style": {"width": f"{min(100 * step / total, 100):.1f}%"}},
        "progress-text": _progress_text(step, total, steps_per_second),
    }


def notice_slots(notice: Notice) -> dict[str, Any]:
    """The notice card's words and its level, and a bar where what is waited for can be measured."""
    waiting = "false" if notice.share is None else "true"
    return {
        "notice": {"attrs": {"data-level": notice.level, "data-waiting": waiting}},
        "notice-title": shown(notice.title),
        "notice-text": shown(notice.sentence),
        "notice-share": {"attrs": {"value": f"{notice.share or 0:.2f}"}},
    }


def _progress_text(step: int, total: int, steps_per_second: float | None) -> str:
    taken, of = format_number(step), format_number(total)
    if not steps_per_second or step >= total:
        return _("{step} of {total}", step=taken, total=of)
    left = duration((total - step) / steps_per_second)
    return _("{step} of {total} · {time} left", step=taken, total=of, time=left)


def _rate(per_second: float) -> str:
    """A rate to three digits, from ten on without decimals."""
    return significant(per_second, 3) if per_second < 10 else rounded(round(per_second))
