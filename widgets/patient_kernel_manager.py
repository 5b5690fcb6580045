"""The kernel manager of the deployed app: it gives a page time to connect to its preheated kernel.

A preheated kernel has been idle since it was started. Taken from the pool it would look abandoned until the
page's websocket stands, and the culling that comes by in that second would end it under the visitor's eyes.
"""

from __future__ import annotations

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager


class PatientKernelManager(AsyncMappingKernelManager):
    """Culls a kernel without connections only when the culling comes by a second time."""

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Leaves a kernel alone where it was connected, or unknown, the last time."""
        suspects: set[str] = self.__dict__.setdefault("_suspects", set())
        if self._kernel_connections.get(kernel_id, 0):
            suspects.discard(kernel_id)
        elif kernel_id not in suspects:
            suspects.add(kernel_id)
            return
        await super().cull_kernel_if_idle(kernel_id)
