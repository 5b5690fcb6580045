"""Dynamic batching: requests that wait together are answered by one call of the model."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.serving.prompt_answer import PromptAnswer
from core.serving.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.formats.clean_reader import Answer

log = logging.getLogger(__name__)

FULL = "The queue is full; try again later."
TOO_LATE = "The request waited longer than its time limit."
NO_ANSWER = "The model could not answer this request."
INLINE_S = 0.005  # a call that takes less is made by the event loop itself: handing it to a thread costs 0.1 ms


@dataclass
class Knobs:
    """What may be changed while the server runs.

    Attributes:
        largest_batch: Rows in one call of the model, 1 to 1024.
        longest_wait_ms: How long the oldest request waits for others to join it; 0 takes those that are there.
        queue_limit: Rows that may wait; a request beyond them is refused with 429.
        timeout_s: How long a request may wait.
    """

    largest_batch: int = 32
    longest_wait_ms: float = 0.0
    queue_limit: int = 1024
    timeout_s: float = 10.0

    def change(self, largest_batch: object = None, longest_wait_ms: object = None) -> None:
        """Takes new values within their ranges; anything else is left as it is."""
        if type(largest_batch) is int:
            self.largest_batch = min(max(largest_batch, 1), 1024)
        if isinstance(longest_wait_ms, bool) or not isinstance(longest_wait_ms, int | float):
            return
        if not math.isnan(longest_wait_ms):
            self.longest_wait_ms = min(max(float(longest_wait_ms), 0.0), 1000.0)


@dataclass
class _Waiting:
    rows: np.ndarray
    since: float
    answer: PromptAnswer[np.ndarray] = field(repr=False)


class Batcher:
    """Answers requests in the order in which they came, at most `largest_batch` rows at a time.

    It belongs to one event loop. Quick models are called in it, so that nothing is handed between threads; slow ones
    in a thread, so that others still hear from the server.
    """

    def __init__(
        self, answer: Answer, knobs: Knobs, seconds: float, on_batch: Callable[[int, float], None] | None = None
    ) -> None:
        """`seconds` is what one row takes; `on_batch` hears the rows and seconds of each call."""
        self.knobs = knobs
        self.queued = 0  # rows that wait
        self._answer, self._on_batch = answer, on_batch
        self._thread = None if seconds < INLINE_S else ThreadPoolExecutor(1, "descent-lab-model")
        self._queue: deque[_Waiting] = deque()
        self._is_busy = False
        self._timer: asyncio.TimerHandle | None = None
        self._called: asyncio.Task[None] | None = None

    async def predict(self, rows: np.ndarray) -> np.ndarray:
        """The model's answers to `rows` (n, ...), in their order.

        Raises:
            RefusalError: The queue is full (429), the request waited too long (504), or the model failed (500).
        """
        if self.queued + len(rows) > self.knobs.queue_limit:
            raise RefusalError(429, FULL)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(rows, time.monotonic(), PromptAnswer(loop))
        self._queue.append(waiting)
        self.queued += len(rows)
        self._look_soon(loop)
        return await waiting.answer

    def _look_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Has `_work` called when all that has arrived by then stands in the queue.

        That takes two turns of the loop, since a turn reads what has come and the next one starts its tasks: after
        one, whatever came during a batch would wait for two. A batch that is full already does not wait.
        """
        if not self._is_busy:
            self._is_busy = True
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            is_full = self.queued >= self.knobs.largest_batch
            loop.call_soon(self._work if is_full else self._turn, loop)

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon(self._work, loop)

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answers one batch, unless it is worth waiting for more."""
        self._is_busy = False
        now = time.monotonic()  # looked at once: what is not late is not due by the time limit either
        self._drop_late(now)
        if not self._queue:
            return
        left = min(self.knobs.longest_wait_ms / 1000, self.knobs.timeout_s) - (now - self._queue[0].since)
        if left > 0 and self.queued < self.knobs.largest_batch:
            self._timer = loop.call_later(left, self._look_soon, loop)
            return
        self._is_busy = True
        batch = self._taken()
        if self._thread is None:
            self._finish(loop, batch, _called(self._answer, batch))
        else:
            self._called = loop.create_task(self._in_thread(loop, batch))  # a loop keeps no task that nobody refers to

    async def _in_thread(self, loop: asyncio.AbstractEventLoop, batch: list[_Waiting]) -> None:
        called = await loop.run_in_executor(self._thread, _called, self._answer, batch)
        loop.call_soon(self._finish, loop, batch, called)  # answers are settled in no task

    def _finish(
        self, loop: asyncio.AbstractEventLoop, batch: list[_Waiting], called: tuple[list[np.ndarray | None], float]
    ) -> None:
        self._settle(batch, called)
        self._is_busy = False
        if self._queue:
            self._look_soon(loop)

    def _taken(self) -> list[_Waiting]:
        """The oldest requests that fit into one batch; a request that is larger alone."""
        batch, rows = [self._queue.popleft()], 0
        rows = len(batch[0].rows)
        while self._queue and rows + len(self._queue[0].rows) <= self.knobs.largest_batch:
            batch.append(self._queue.popleft())
            rows += len(batch[-1].rows)
        self.queued -= rows
        return batch

    def _drop_late(self, now: float) -> None:
        """Refuses what has waited too long, and forgets what nobody waits for any more."""
        while self._queue and (now - self._queue[0].since >= self.knobs.timeout_s or self._queue[0].answer.done()):
            dropped = self._queue.popleft()
            self.queued -= len(dropped.rows)
            if not dropped.answer.done():
                dropped.answer.settle(None, RefusalError(504, TOO_LATE))

    def _settle(self, batch: list[_Waiting], called: tuple[list[np.ndarray | None], float]) -> None:
        answers, seconds = called
        for waiting, answer in zip(batch, answers, strict=True):
            if waiting.answer.done():  # whoever asked has hung up
                continue
            if answer is None:
                waiting.answer.settle(None, RefusalError(500, NO_ANSWER))
            else:
                waiting.answer.settle(answer)
        if self._on_batch is not None:
            self._on_batch(sum(len(waiting.rows) for waiting in batch), seconds)


def _called(answer: Answer, batch: list[_Waiting]) -> tuple[list[np.ndarray | None], float]:
    """The answer to each request and what they took together; None to those that the model fails at."""
    began = time.perf_counter()
    if len(batch) == 1:
        return [_tried(answer, batch[0].rows)], time.perf_counter() - began
    together = _tried(answer, np.concatenate([waiting.rows for waiting in batch]))
    if together is None:  # one request must not fail the others
        return [_tried(answer, waiting.rows) for waiting in batch], time.perf_counter() - began
    ends = np.cumsum([len(waiting.rows) for waiting in batch])
    return list(np.split(together, ends[:-1])), time.perf_counter() - began


def _tried(answer: Answer, rows: np.ndarray) -> np.ndarray | None:
    try:
        return answer(rows)
    except Exception:  # whatever a runtime raises, for instance over a token that it does not know
        log.warning("the model could not answer a request", exc_info=True)
        return None
