"""Who is let in, and when: as many as memory holds, as few at once as the machine starts quickly, in their order."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from widgets.server.kernel_starter import KernelStartError
from widgets.server.limits import MB
from widgets.server.rates import Rates
from widgets.server.start_slots import StartSlots
from widgets.server.status_pages import too_many_pages, too_many_requests
from widgets.server.visits import Visit, Visits
from widgets.server.waiting_line import Wait, WaitingLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.server.limits import ServerLimits

SECONDS_TO_SETTLE = 15.0  # from letting somebody in until the memory of kernel and engine can be measured
SECONDS_HELD = 2.0  # a request for which there is no room yet
SECONDS_HELD_FOR_A_START = 5.0  # one whose turn comes with the next start: most have ended by then
SECONDS_TO_LOOK_AGAIN = 0.5  # memory tells nobody that it is free


class Admission:
    """Lets visitors in. `free_bytes` measures the memory that is available."""

    def __init__(
        self, limits: ServerLimits, free_bytes: Callable[[], int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.free_bytes, self._limits, self._clock = free_bytes, limits, clock
        self.line = WaitingLine(clock)
        self.slots = StartSlots(limits.starts_at_once, clock)
        self.visits = Visits(clock)
        self._starts = Rates(limits.starts_per_minute / 60, limits.starts_per_minute, clock)
        self._promised: deque[tuple[float, float]] = deque()  # until when, MB that are not yet seen to be used
        self._changed = asyncio.Event()
        self._closed = False

    def is_too_much(self, address: str, token: str) -> Callable[[], str] | None:
        """Return the text that refuses a page to `address`, which has enough of them; None if it has not."""
        if token in self.line:
            return None
        if self.visits.held_by(address) + self.line.held_by(address) >= self._limits.pages_per_address:
            return too_many_pages
        return None if self._starts.take(address) else too_many_requests

    async def enter(self, address: str, token: str, ready: Callable[[], int], gone: Callable[[], bool]) -> Visit | Wait:
        """Let a visitor in if there is room within a few seconds; otherwise give or keep a place in the line.

        Args:
            address: where the request comes from.
            token: that of a place, or nothing.
            ready: counts the preheated kernels that can be handed out.
            gone: tells whether nobody waits for the answer any more.
        """
        came = self._clock()
        self.line.keep(token)
        answer = self.ask(address, token, ready())
        while isinstance(answer, Wait) and self._clock() - came < self._seconds_held(answer):
            await self._wait_for_change()
            if gone():
                return answer
            answer = self.ask(address, answer.token, ready())
        return answer

    def ask(self, address: str, token: str, ready: int) -> Visit | Wait:
        """Let a visitor in if there is room now, with `ready` preheated kernels; otherwise tell the place in line."""
        waits = token in self.line
        position = self.line.position(token) if waits else len(self.line) + 1
        if position <= max(self._room(ready), self._room_for_the_only_one(ready)):
            self.line.leave(token)
            return self._let_in(address, ready)
        return self._wait(token if waits else self.line.join(address), ready)

    def end_start(self, visit: Visit, succeeded: bool) -> None:
        """Take note that the notebook of `visit` has been run, or never will be."""
        if visit.start is not None:
            self.slots.end(visit.start, succeeded)
        if not visit.kernel_id:
            self.visits.give_up(visit)
        self._tell()

    async def begin_pool_start(self) -> object:
        """Wait until a kernel may be started for nobody: none waits, a slot is free and memory holds one visitor more.

        Raises:
            KernelStartError: the server ends.
        """
        while not self._closed and (len(self.line) or not self._room(0)):
            await self._wait_for_change()
        if self._closed:
            raise KernelStartError
        self._promise(self._limits.kernel_mb)
        return self.slots.begin()

    def end_pool_start(self, start: object, succeeded: bool) -> None:
        """Take note that a preheated kernel stands, or never will."""
        self.slots.end(start, succeeded)
        self._tell()

    def kernel_ended(self, kernel_id: str) -> None:
        """Take note that a kernel has ended."""
        self.visits.end(kernel_id)
        self._tell()

    def close(self) -> None:
        """Start no further kernels."""
        self._closed = True
        self._tell()

    def _let_in(self, address: str, ready: int) -> Visit:
        visit = Visit(address, None if ready else self.slots.begin())
        self.visits.begin(visit)
        self._promise(self._limits.engine_mb + (0.0 if ready else self._limits.kernel_mb))
        return visit

    def _wait(self, token: str, ready: int) -> Wait:
        position = self.line.position(token)
        at_once, starts = self._fitting(ready)
        if position <= at_once + starts:
            return Wait(token, position, self.slots.seconds_until_turn(max(position - at_once, 1)), for_memory=False)
        return Wait(token, position, self.visits.seconds_until_room(position - at_once - starts), for_memory=True)

    def _seconds_held(self, wait: Wait) -> float:
        is_next = not wait.for_memory and wait.position <= self._limits.starts_at_once
        return SECONDS_HELD_FOR_A_START if is_next else SECONDS_HELD

    def _room(self, ready: int) -> int:
        """Return how many may enter now."""
        at_once, starts = self._fitting(ready)
        return at_once + min(self.slots.free, starts)

    def _room_for_the_only_one(self, ready: int) -> int:
        """Return 1 where nobody is here and one fits without what is reserved: on a small machine nobody would."""
        kernel_mb = 0.0 if ready else self._limits.kernel_mb
        fits = self._mb_left() + self._limits.reserved_mb >= kernel_mb + self._limits.engine_mb
        return int(fits and len(self.visits) == 0 and (ready > 0 or self.slots.free > 0))

    def _fitting(self, ready: int) -> tuple[int, int]:
        """Return how many memory holds of those whose kernel is ready, and beside them of those who need one."""
        left = self._mb_left()
        at_once = min(ready, _times(left, self._limits.engine_mb))
        left -= at_once * self._limits.engine_mb
        return at_once, _times(left, self._limits.kernel_mb + self._limits.engine_mb)

    def _mb_left(self) -> float:
        """Return the memory that may still be promised, in MB."""
        now = self._clock()
        while self._promised and self._promised[0][0] <= now:
            self._promised.popleft()
        promised = sum(mb for _until, mb in self._promised)
        return self.free_bytes() / MB - self._limits.reserved_mb - promised

    def _promise(self, mb: float) -> None:
        self._promised.append((self._clock() + SECONDS_TO_SETTLE, mb))

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _wait_for_change(self) -> None:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._changed.wait(), SECONDS_TO_LOOK_AGAIN)


def _times(whole: float, part: float) -> int:
    """Return how often `part` fits into `whole`; nothing fits as often as one likes."""
    return max(int(whole // part), 0) if part > 0 else 1_000_000
