"""Rungs: the places on its way at which a trial is compared with the others, to give the hopeless up early."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.sweeps.proposals import Proposals
    from core.sweeps.workers import Losses

PERCENT = (10, 20, 30, 40, 60, 80)  # of a run


class Rungs:
    """The rungs that the trials of a sweep have passed. A trial is known by the number of its proposal."""

    def __init__(self, proposals: Proposals) -> None:
        """`proposals` judge by all losses that were noted."""
        self._proposals = proposals
        self._passed: dict[int, int] = {}  # how many, by trial

    def falls_behind(self, proposal: int, curve: Losses) -> bool:
        """Notes the loss at each rung that a trial has newly passed; True if it is hopeless at one of them.

        Args:
            proposal: Which trial.
            curve: Its losses so far, each with the share of the run that was made.
        """
        for percent in PERCENT[self._passed.get(proposal, 0) :]:
            passed = [value for share, value in curve if share * 100 <= percent]
            if not curve or curve[-1][0] * 100 < percent or not passed or not math.isfinite(passed[-1]):
                return False
            self._passed[proposal] = self._passed.get(proposal, 0) + 1
            if self._proposals.is_hopeless(proposal, percent, passed[-1]):
                return True
        return False
