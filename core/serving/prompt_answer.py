"""A future whose task goes on within the call that settles it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from contextvars import Context

Result = TypeVar("Result")


class PromptAnswer(Generic[Result]):
    """What a task awaits, once; it is settled by the event loop itself, in no task.

    An `asyncio.Future` wakes its task in the loop's next turn, and between two turns the loop reads all requests that
    have come: a batch's answers would leave only when the next batch has been read. asyncio takes anything with this
    interface for a future (see `asyncio.isfuture`).
    """

    _asyncio_future_blocking = False  # set while a task is told to wait

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._result: Result | None = None
        self._error: BaseException | None = None
        self._is_done = False
        self._waiter: tuple[Callable[[Any], object], Context | None] | None = None

    def __await__(self) -> Generator[Any, None, Result]:
        """Waits until it is settled; returns the result or raises the error."""
        if not self._is_done:
            self._asyncio_future_blocking = True
            yield self
        return self.result()

    def settle(self, result: Result | None, error: BaseException | None = None) -> None:
        """Gives the result or the error, and lets the task go on at once."""
        self._result, self._error, self._is_done = result, error, True
        if self._waiter is not None:
            wake, context = self._waiter
            self._waiter = None
            if context is None:
                wake(self)
            else:
                context.run(wake, self)

    # ---- what asyncio asks of a future

    def result(self) -> Result:
        """The result; raises the error, or CancelledError if the task was cancelled meanwhile."""
        if self._error is not None:
            raise self._error
        return cast("Result", self._result)

    def done(self) -> bool:
        """True if nobody waits for it any more."""
        return self._is_done

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The loop it belongs to."""
        return self._loop

    def add_done_callback(self, wake: Callable[[Any], object], *, context: Context | None = None) -> None:
        """Called by the task that awaits."""
        self._waiter = wake, context

    def cancel(self, msg: object = None) -> bool:
        """Called where the task that awaits is cancelled: it hears of that in the loop's next turn."""
        if self._is_done:
            return False
        self._is_done = True
        self._loop.call_soon(self.settle, None, asyncio.CancelledError())
        return True
