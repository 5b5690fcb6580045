"""Kernel starts: a kernel counts as started when it answers, and a start that fails is tried once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from subprocess import Popen

TRIES = 2
MOST_SECONDS_TO_ANSWER = 60.0


class KernelStartError(HTTPError):
    """No kernel could be started; the server answers with the page that says so."""

    def __init__(self) -> None:
        super().__init__(503)


class KernelStarter:
    """Starts the kernels of a kernel manager and knows which of them still have the process they started with.

    Jupyter restarts a kernel that died, under the same id and without anything the notebook had made in it.
    """

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._first_processes: dict[str, Popen[bytes]] = {}
        self._closed = False

    async def start(self, launch: Callable[[], Awaitable[str]]) -> str:
        """Return the id of a kernel that answers.

        Args:
            launch: starts a process and returns its kernel's id; it is called again if that kernel never answers.

        Raises:
            KernelStartError: no try led to a kernel that answers.
        """
        for _try in range(TRIES):
            try:
                return await self._answering(launch)
            except Exception:
                if self._closed:
                    break
                self._manager.log.warning("A kernel could not be started.", exc_info=True)
        raise KernelStartError

    def close(self) -> None:
        """Try nothing again: the server ends."""
        self._closed = True

    def is_first_life(self, kernel_id: str) -> bool:
        """Return whether the kernel runs in the process it was started with."""
        first = self._first_processes.get(kernel_id)
        return first is not None and first is _process(self._manager, kernel_id) and first.poll() is None

    def forget(self, kernel_id: str) -> None:
        """Take note that the kernel has been ended."""
        self._first_processes.pop(kernel_id, None)

    async def _answering(self, launch: Callable[[], Awaitable[str]]) -> str:
        kernel_id = await launch()
        first = _process(self._manager, kernel_id)
        try:
            await _wait_for_answer(self._manager.get_kernel(kernel_id))
            if first is None or first is not _process(self._manager, kernel_id):
                raise RuntimeError("The kernel died before it answered.")
        except Exception:
            if kernel_id in self._manager:
                await self._manager.shutdown_kernel(kernel_id, now=True)
            raise
        self._first_processes[kernel_id] = first
        return kernel_id


def _process(manager: Any, kernel_id: str) -> Popen[bytes] | None:
    """Return the process that the kernel has now; None between two processes or after its end."""
    return manager.get_kernel(kernel_id).provisioner.process if kernel_id in manager else None


async def _wait_for_answer(kernel: Any) -> None:
    client = kernel.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=MOST_SECONDS_TO_ANSWER)
    finally:
        client.stop_channels()
