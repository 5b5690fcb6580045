"""The strip of numbers, the progress bar and the notice, as slots that frames fill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.number_format import format_number
from core.runs.notices import Notice
from widgets.charts.moment import Moment
from widgets.number_text import duration, significant

Item = tuple[str, str, str]  # slot, label, colour class

ITEMS: tuple[Item, ...] = (
    ("step", "Step", ""),
    ("epoch", "Epoch", ""),
    ("loss", "Loss", "dl-c-loss"),
    ("gradient-norm", "Gradient norm", "dl-c-gradient"),
    ("parameters", "Parameters", ""),
    ("drop", "Drop: predicted, actual", "dl-c-update"),
    ("training", "Training", ""),
    ("screen", "Screen", ""),
)


def strip_html(parameter_names: tuple[str, str]) -> str:
    """The strip before any number is known."""
    labels = {"parameters": ", ".join(parameter_names)}
    return numbers_html(tuple((slot, labels.get(slot, label), colour) for slot, label, colour in ITEMS))


def numbers_html(items: Sequence[Item]) -> str:
    """A strip with a place for each of `items`."""
    return f'<div class="dl-strip" data-dl-slot="strip" data-kernel-step="0">{places_html(items)}</div>'


def places_html(items: Sequence[Item]) -> str:
    """A label and an empty place for each of `items`."""
    return "".join(
        f'<div class="dl-number dl-number-{slot}"><div class="dl-number-label">{label}</div>'
        f'<div class="dl-number-value {colour}" data-dl-slot="{slot}">–</div></div>'
        for slot, label, colour in items
    )


NOTICE_HTML = (
    '<div class="dl-notice" data-dl-slot="notice" data-level="info" data-waiting="false" role="status">'
    '<div class="dl-notice-title" data-dl-slot="notice-title">Getting ready.</div>'
    '<div class="dl-notice-text" data-dl-slot="notice-text">The charts are on their way.</div>'
    '<progress class="dl-notice-share" data-dl-slot="notice-share" max="1" aria-label="Share that is here"></progress>'
    "</div>"
)


def moment_slots(moment: Moment, steps_per_epoch: int) -> dict[str, Any]:
    """What the strip says of the run at `moment`."""
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
    return {slot: "–" for slot, _, _ in ITEMS}


def meter_slots(
    kernel_step: int, steps_per_second: float | None, frames_per_second: float | None, lag_ms: float | None
) -> dict[str, Any]:
    """What was measured of the run and the screen: rates and lag; a dash for what was not."""
    training = "–" if steps_per_second is None else f"{_rate(steps_per_second)} /s"
    screen = "–" if frames_per_second is None or lag_ms is None else f"{frames_per_second:.0f} fps · {lag_ms:.0f} ms"
    return {
        "training": training,
        "screen": screen,
        "strip": {"attrs": {"data-kernel-step": str(kernel_step)}},
    }


def progress_slots(step: int, total: int, steps_per_second: float | None) -> dict[str, Any]:
    """The bar's width, and steps and time left."""
    left = "" if not steps_per_second or step >= total else f" · {duration((total - step) / steps_per_second)} left"
    return {
        "progress": {"style": {"width": f"{min(100 * step / total, 100):.1f}%"}},
        "progress-text": f"{format_number(step)} of {format_number(total)}{left}",
    }


def notice_slots(notice: Notice) -> dict[str, Any]:
    """The notice card's words and its level, and a bar where what is waited for can be measured."""
    waiting = "false" if notice.share is None else "true"
    return {
        "notice": {"attrs": {"data-level": notice.level, "data-waiting": waiting}},
        "notice-title": notice.title,
        "notice-text": notice.sentence,
        "notice-share": {"attrs": {"value": f"{notice.share or 0:.2f}"}},
    }


def _rate(per_second: float) -> str:
    return significant(per_second, 3) if per_second < 10 else format_number(round(float(f"{per_second:.3g}")))
