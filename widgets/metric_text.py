"""Metrics as a person reads them."""

from __future__ import annotations

import math

from widgets.number_text import significant


def metric_text(value: float | None, metric: str) -> str:
    """An accuracy in percent ("97.2 %"), R2 and perplexity to three digits; "–" for None."""
    if value is None or metric != "accuracy" or not math.isfinite(value):
        return significant(value, 3)
    return f"{100 * value:.1f}\u00a0%"
