"""Who is on a page now, from which address, and how often somebody leaves."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REMEMBERED = 20  # times at which somebody left


@dataclass(eq=False)
class Visit:
    """A page that has been let in: from where, with which kernel, and the start of it while that is under way."""

    address: str
    start: object | None = None
    kernel_id: str = ""


@dataclass
class Visits:
    """The pages that are open, by what `clock` says."""

    clock: Callable[[], float]
    _open: set[Visit] = field(default_factory=set)
    _left: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _counted_from: float | None = None  # when the first came, or the last departure that is no longer remembered

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, visit: Visit) -> None:
        """Count `visit` from now on."""
        self._open.add(visit)
        if self._counted_from is None:
            self._counted_from = self.clock()

    def give_up(self, visit: Visit) -> None:
        """Count `visit` no longer: its page never stood."""
        self._open.discard(visit)

    def end(self, kernel_id: str) -> None:
        """Take note that the page of that kernel has gone; a kernel that had no page is none."""
        for visit in [visit for visit in self._open if visit.kernel_id == kernel_id]:
            self._open.remove(visit)
            if len(self._left) == REMEMBERED:
                self._counted_from = self._left[0]
            self._left.append(self.clock())

    def held_by(self, address: str) -> int:
        """Return how many pages are open from `address`."""
        return sum(visit.address == address for visit in self._open)

    def seconds_until_room(self, position: int) -> float | None:
        """Return after how long `position` pages will have gone, at the rate of the last ones; None before the first.

        The rate is that of the last departures, counted up to now: where nobody leaves any more, it sinks.
        """
        if not self._left or self._counted_from is None:
            return None
        return position * (self.clock() - self._counted_from) / len(self._left)
