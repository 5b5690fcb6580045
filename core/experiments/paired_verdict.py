"""What may be said of two settings from paired runs, however often one looks.

Somebody who runs a t-test after every pair and stops as soon as it says "significant" is wrong more often than the
test claims: with 5 % at each look in 10, 15, 18 and 23 % of cases, for up to 5, 8, 12 and 20 pairs. Each look here is
made at a stricter level, so that all looks together are wrong in at most 5 % (Pocock, Group sequential methods in the
design and analysis of clinical trials, 1977; the levels for small samples by simulation of 4 x 500 000 series,
in which they are wrong in 4.7 %).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.language import _
from core.number_text import significant
from core.student_t import quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVEL_OF_A_LOOK = {5: 0.0210, 8: 0.0132, 12: 0.0097, 20: 0.0071}  # pairs planned -> level, looks from the third pair on
FEWEST = 3  # pairs for a first look
POWER = 0.8

Answer = Literal["first", "second", "none", "open"]


@dataclass(frozen=True)
class PairedVerdict:
    """What n pairs tell about the mean of first minus second.

    Attributes:
        answer: The better one, where less is better; "none" if no difference larger than `margin` is left, "open" if
            that is not decided yet.
        pairs: n.
        difference: The mean difference; nan without a pair.
        low, high: The ends of its interval, which all looks together miss in at most 5 % of cases.
        detectable: The smallest true difference that n pairs would show with a probability of 80 %.
        margin: The difference from which on one cares.
    """

    answer: Answer
    pairs: int
    difference: float
    low: float
    high: float
    detectable: float
    margin: float | None

    def sentence(self, first: str, second: str) -> str:
        """The verdict in one sentence, with the names of the two."""
        if self.answer == "open":
            return _("Not decided yet.")
        low, high = sorted((abs(self.low), abs(self.high)))
        numbers = {"d": significant(abs(self.difference), 3), "low": significant(low, 3), "high": significant(high, 3)}
        if self.answer == "none":
            largest = high if self.margin is None else self.margin
            return _("No difference larger than {margin}.", margin=significant(largest, 3))
        better = first if self.answer == "first" else second
        return _("{better} is better by {d} ({low} to {high}).", better=better, **numbers)


def paired_verdict(
    differences: Sequence[float] | np.ndarray, planned: int, margin: float | None = None
) -> PairedVerdict:
    """The verdict of `differences`, first minus second of each pair, where less is better.

    The interval is mean ± t(1 - level / 2, n - 1) s / sqrt(n), with s the standard deviation of the differences.

    Args:
        differences: One a pair, finite, in the order in which they came.
        planned: The most pairs that will be run, a key of `LEVEL_OF_A_LOOK`.
        margin: The difference from which on one cares. Without it "no difference" is said only when all planned pairs
            were run, of what they leave possible.
    """
    level, values, n = LEVEL_OF_A_LOOK[planned], np.asarray(differences, float), len(differences)
    mean = float(values.mean()) if n else math.nan
    if n < FEWEST:
        return PairedVerdict("open", n, mean, -math.inf, math.inf, math.inf, margin)
    error = float(values.std(ddof=1)) / math.sqrt(n)
    reach = quantile(1 - level / 2, n - 1) * error
    low, high = mean - reach, mean + reach
    detectable = reach + quantile(POWER, n - 1) * error
    return PairedVerdict(_answer(low, high, n == planned, margin), n, mean, low, high, detectable, margin)


def _answer(low: float, high: float, is_last: bool, margin: float | None) -> Answer:
    if high < 0:
        return "first"
    if low > 0:
        return "second"
    if is_last if margin is None else max(-low, high) <= margin:
        return "none"
    return "open"
