"""Voilà's pool of preheated kernels, seen by what is in it: those that may be handed out, and those that died.

The pool is a list of tasks for each notebook. A task ends when its kernel has been started, with the kernel's id and a
second task that runs the notebook in it.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from widgets.server.kernel_starter import KernelStartError

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.server.kernel_starter import KernelStarter

SECONDS_UNTIL_REFILL = 30.0  # after a failed start, so that a fault that lasts does not keep the machine busy


class KernelPool:
    """The preheated kernels of `manager`; empty where the manager preheats none."""

    def __init__(self, manager: Any, starter: KernelStarter) -> None:
        self._manager, self._starter = manager, starter
        self._endings: set[asyncio.Task[None]] = set()  # asyncio keeps no task that nobody refers to

    def ready(self, notebook: str) -> int:
        """Return how many kernels have run the notebook and live; those that died are taken out."""
        self._discard_dead(notebook)
        return sum(map(_has_run, self._tasks(notebook)))

    async def put_ready_first(self, notebook: str) -> str:
        """Have Voilà, which takes the first of its pool, take one that is ready; return that kernel's id.

        The last one that was ready may have died since somebody asked; then the one in its place is waited for.

        Raises:
            KernelStartError: none could be started in its place.
        """
        while not self.ready(notebook):
            if not self._tasks(notebook):
                raise KernelStartError
            await asyncio.wait(map(_next_step, self._tasks(notebook)), return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)  # a task that failed is taken out after those who wait for it are told
        tasks = self._tasks(notebook)
        tasks.sort(key=lambda task: not _has_run(task))
        return str(tasks[0].result()["kernel_id"])

    def watch(self, task: asyncio.Task[Any]) -> None:
        """Take `task`, which fills a place of the pool, out of it should it fail; fill the place later."""
        task.add_done_callback(self._forget_failed)

    def when_run(self, task: asyncio.Task[Any], tell: Callable[[bool], None]) -> None:
        """Tell whether the notebook could be run in the kernel of `task`, as soon as that is known."""
        task.add_done_callback(partial(_tell_when_run, tell))

    def _tasks(self, notebook: str) -> list[asyncio.Task[Any]]:
        return self._pools().get(notebook, [])

    def _pools(self) -> dict[str, list[asyncio.Task[Any]]]:
        return getattr(self._manager, "_pools", {})

    def _discard_dead(self, notebook: str) -> None:
        dead = [task for task in self._tasks(notebook) if task.done() and not self._is_good(task)]
        for task in dead:
            self._tasks(notebook).remove(task)
            self._end(task)
        if dead:
            self._manager.fill_if_needed(delay=0, notebook_name=notebook)

    def _is_good(self, task: asyncio.Task[Any]) -> bool:
        if _failed(task) or _failed(task.result()["task"]):
            return False
        return self._starter.is_first_life(task.result()["kernel_id"])

    def _end(self, task: asyncio.Task[Any]) -> None:
        """End what Jupyter started in the place of a kernel that died: nothing of the page is in it."""
        if _failed(task):
            return
        kernel_id = task.result()["kernel_id"]
        self._manager.log.warning("Preheated kernel %s died before anybody was given it.", kernel_id)
        if kernel_id in self._manager:
            ending = asyncio.ensure_future(self._manager.shutdown_kernel(kernel_id, now=True))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)

    def _forget_failed(self, task: asyncio.Task[Any]) -> None:
        """Voilà asks each task of its pool for its result when any kernel ends, so none may stay that has none."""
        if not _failed(task):
            return
        for notebook, tasks in self._pools().items():
            if task in tasks:
                tasks.remove(task)
                refill = partial(self._manager.fill_if_needed, delay=0, notebook_name=notebook)
                asyncio.get_running_loop().call_later(SECONDS_UNTIL_REFILL, refill)


def _tell_when_run(tell: Callable[[bool], None], task: asyncio.Task[Any]) -> None:
    if _failed(task):
        tell(False)
    else:
        task.result()["task"].add_done_callback(lambda run: tell(not _failed(run)))


def _has_run(task: asyncio.Task[Any]) -> bool:
    return task.done() and not _failed(task) and task.result()["task"].done()


def _next_step(task: asyncio.Task[Any]) -> asyncio.Task[Any]:
    """Return what a kernel of the pool is waiting for: its start, then the notebook's run."""
    return task.result()["task"] if task.done() and not _failed(task) else task


def _failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
