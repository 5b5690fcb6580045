"""Figure: a measured number, what it was compared to, and its target."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Figure:
    """A ratio or a count. `target` is the least that will do, or with `at_most` the most."""

    name: str
    value: float
    unit: str
    target: float
    against: str
    at_most: bool = False

    @property
    def reached(self) -> bool:
        """Return True if the value is as good as the target; a NaN never is."""
        return self.value <= self.target if self.at_most else self.value >= self.target

    def line(self) -> str:
        """The figure as a line for a person."""
        verdict = "reached" if self.reached else "MISSED"
        bound = "at most" if self.at_most else "at least"
        value, target = (f"{_short(number)} {self.unit}" for number in (self.value, self.target))
        return f"{self.name:<20} {value:>16}   {bound} {target:<16} {verdict:<8} {self.against}"

    def json(self) -> str:
        """The figure as a JSON object on one line."""
        fields = ("name", "value", "unit", "target", "against")
        better = "less" if self.at_most else "more"
        return json.dumps({**{name: getattr(self, name) for name in fields}, "better": better}, ensure_ascii=False)


def p95(values: Sequence[float]) -> float:
    """The value that 95 % of `values` do not exceed; NaN when there are none."""
    return percentile(values, 95)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` % of `values` do not exceed; NaN when there are none."""
    return float(np.percentile(values, percent)) if len(values) else float("nan")


def median(values: Sequence[float]) -> float:
    """The middle of `values`; NaN when there are none."""
    return float(np.median(values)) if len(values) else float("nan")


def _short(number: float) -> str:
    return f"{number:,.0f}".replace(",", " ") if abs(number) >= 1000 else f"{number:.3g}"
