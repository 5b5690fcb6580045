"""The zones on the learning-rate slider's track: slow, stable, best, limit, beyond."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from core.config.training_config import FIELDS
from core.language import _
from core.number_format import format_number
from core.number_text import significant

if TYPE_CHECKING:
    from core.geometry.stability import RateZones

SLOW, STABLE, BEST, LIMIT, BEYOND = (f"var(--dl-{name})" for name in ("track", "zone-stable", "good", "ink", "danger"))
MARK_PERCENT = 1.2  # width of the mark at the limit


def zones_gradient(zones: RateZones) -> str:
    """A CSS linear-gradient over the slider's logarithmic range; one quiet colour where there is no limit."""
    if zones.limit is None:
        return f"linear-gradient(to right, {SLOW}, {SLOW})"
    limit = _percent(zones.limit)
    slow = _percent(zones.slow) if zones.slow else 0.0
    edges = [(SLOW, 0.0, slow), (STABLE, slow, limit)]
    if zones.best:
        best = min(_percent(zones.best), limit)
        start = max(slow, best - 4)
        edges = [(SLOW, 0.0, min(slow, start)), (STABLE, min(slow, start), start), (BEST, start, limit)]
    edges += [(LIMIT, limit, limit + MARK_PERCENT), (BEYOND, limit + MARK_PERCENT, 100.0)]
    stops = ", ".join(f"{colour} {start:.2f}% {min(end, 100):.2f}%" for colour, start, end in edges if start < 100)
    return f"linear-gradient(to right, {stops})"


def zones_note(zones: RateZones, step: int | None = None, has_memory: bool = False) -> str:
    """The limit and the best rate in words.

    Args:
        zones: The zones that the track shows.
        step: The step they hold for, unless that is the one that is shown.
        has_memory: True if the optimizer keeps moments. Then the rate at which the very next step would raise the loss,
            which the chart of that step shows, is another one: the note says that it speaks of many steps.
    """
    if zones.limit is None:
        note: str = _("no stability limit at this point")
    else:
        note = _limits(significant(zones.limit, 3), has_memory)
    if zones.limit is not None and zones.best:
        note = _("{note} · fastest near {best}", note=note, best=significant(zones.best, 3))
    return note if step is None else _("step {step}: {note}", note=note, step=format_number(step))


def note_slot(note: str) -> dict[str, Any]:
    """The slot of a note; it can be read whole where it has no room."""
    return {"text": note, "attrs": {"title": note}}


def _limits(limit: str, has_memory: bool) -> str:
    if has_memory:
        return _("stable below {limit} over many steps", limit=limit)
    return _("stable below {limit}", limit=limit)


def no_zones_note() -> str:
    """Words for a limit that is still being looked for."""
    return _("the stability limit is being looked for")


def _percent(rate: float) -> float:
    low, high = (math.log10(end) for end in FIELDS["learning_rate"].slider_range)
    return min(max(100 * (math.log10(rate) - low) / (high - low), 0.0), 100.0)
