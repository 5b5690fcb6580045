"""The share of weights that are zero in the course of a training with pruning."""

from __future__ import annotations

from dataclasses import dataclass

UPDATES_BETWEEN = 100  # two changes of the masks, as in the paper
SHARE_TO_RECOVER = 0.25  # of the training that follows the last change of the masks


@dataclass(frozen=True)
class CubicSchedule:
    """Sparsity that rises fast at first, when much is superfluous, and slowly towards its end.

    s_t = s_f + (s_i - s_f) (1 - (t - t_0) / (n dt))^3 between the updates t_0 and t_0 + n dt, constant before and
    after (Zhu & Gupta, To prune, or not to prune, 2017).

    Attributes:
        final: s_f, the share of the weights that are zero at the end.
        begin, end: t_0 and t_0 + n dt, in updates.
        initial: s_i.
    """

    final: float
    begin: int
    end: int
    initial: float = 0.0

    @classmethod
    def over(cls, updates: int, final: float) -> CubicSchedule:
        """The schedule of a training of so many updates, whose last quarter leaves the masks as they are."""
        return cls(final, 0, round(updates * (1 - SHARE_TO_RECOVER)))

    def sparsity(self, update: int) -> float:
        """The share of the weights that are zero after `update` updates.

        >>> schedule = CubicSchedule(0.8, begin=0, end=1000)
        >>> [round(schedule.sparsity(t), 3) for t in (0, 500, 1000, 2000)]
        [0.0, 0.7, 0.8, 0.8]
        """
        if self.end <= self.begin:
            return self.final if update >= self.end else self.initial
        share = min(max((update - self.begin) / (self.end - self.begin), 0.0), 1.0)
        return self.final + (self.initial - self.final) * (1 - share) ** 3
