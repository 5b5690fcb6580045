"""The kernel manager of the deployed app: it gives pages time to connect, and the threads of kernels their own memory.

A preheated kernel has been idle since it was started. Taken from the pool it would look abandoned until the
page's websocket stands, and the culling that comes by in that second would end it under the visitor's eyes.

glibc gives threads eight arenas a core to allocate from and has further ones share. On two cores a kernel has more
threads than that: TensorFlow's, which in a plain graph allocates at every operation, shared one with those that read
messages and draw, and walked lists of free pieces that others had left. The digits CNN trained at 0.86 of its speed
with the page open, with arenas enough at 0.92. The limit is read once and early, so that only a kernel's environment
can raise it; `make lab` does the same.
"""

from __future__ import annotations

import os
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

MOST_ARENAS = "256"  # more than a kernel has threads; one that is not used is not there


class AppKernelManager(AsyncMappingKernelManager):
    """Starts kernels with arenas enough; culls one without connections only when it comes by a second time."""

    def __init__(self, **settings: Any) -> None:
        """Has kernels, which inherit the environment of the server, start with `MOST_ARENAS` where it names none."""
        super().__init__(**settings)
        os.environ.setdefault("MALLOC_ARENA_MAX", MOST_ARENAS)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Leaves a kernel alone where it was connected, or unknown, the last time."""
        suspects: set[str] = self.__dict__.setdefault("_suspects", set())
        if self._kernel_connections.get(kernel_id, 0):
            suspects.discard(kernel_id)
        elif kernel_id not in suspects:
            suspects.add(kernel_id)
            return
        await super().cull_kernel_if_idle(kernel_id)
