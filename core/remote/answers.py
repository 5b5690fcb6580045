"""The answers that an engine owes."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWER_S = 30.0  # for the whole history of a long run


class Answers:
    """What an engine was asked for and has not answered; any thread may call any method."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owed: dict[int, Future[Any]] = {}
        self._tickets = 0

    def expect(self) -> tuple[int, Callable[[], Any]]:
        """The ticket of a question, and a function that waits for its answer: None if there comes none.

        If the engine met with an OSError, the function raises that.

        >>> answers = Answers()
        >>> ticket, answer = answers.expect()
        >>> answers.take(ticket, "weights")
        >>> answer()
        'weights'
        """
        future: Future[Any] = Future()
        with self._lock:
            self._tickets += 1
            self._owed[self._tickets] = future
            return self._tickets, lambda: _wait(future)

    def take(self, ticket: int, answer: Any) -> None:
        """Hand on what the engine has answered."""
        with self._lock:
            future = self._owed.pop(ticket, None)
        if isinstance(answer, OSError) and future is not None:
            future.set_exception(answer)
        elif future is not None:
            future.set_result(answer)

    def give_up(self) -> None:
        """Answer all that is owed by None: the engine is gone."""
        with self._lock:
            owed, self._owed = self._owed, {}
        for future in owed.values():
            future.set_result(None)


def _wait(future: Future[Any]) -> Any:
    with suppress(TimeoutError):
        return future.result(ANSWER_S)
