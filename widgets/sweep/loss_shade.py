"""The colours of a sweep's charts: from the lowest to the highest loss, and for each state of a trial."""

from __future__ import annotations

import math

from widgets.charts.parts.style import DANGER, LOSS, OPPOSITE, REFERENCE, UPDATE

BY_LOSS = [(0.0, OPPOSITE), (1.0, LOSS)]  # from the lowest to the highest
STATE_COLOURS = {"finished": LOSS, "pruned": UPDATE, "diverged": DANGER, "training": REFERENCE}


def shade(loss: float) -> float:
    """The place of a loss on the colour scale, which is one of powers: half of it would show one bad trial alone."""
    return math.log10(max(loss, 1e-12))
