"""Callbacks that take turns: JupyterLab calls from one thread, Voilà from another, an upload from one of its own."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable


class Synchronized(Protocol):
    """An object with methods `synchronized`, and the lock that whoever is in one of them holds."""

    _turn: threading.RLock


Owner = TypeVar("Owner", bound=Synchronized)
Given = ParamSpec("Given")


def synchronized(method: Callable[Concatenate[Owner, Given], None]) -> Callable[Concatenate[Owner, Given], None]:
    """`method`, but while another thread is in such a method of the same object it waits; they may call each other."""

    @functools.wraps(method)
    def waiting(self: Owner, *args: Given.args, **kwargs: Given.kwargs) -> None:
        with self._turn:
            method(self, *args, **kwargs)

    return waiting
