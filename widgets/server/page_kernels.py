"""The kernel manager as one page sees it: it is given a preheated kernel that lives, or a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from widgets.server.kernel_pool import KernelPool
    from widgets.server.visits import Visit


class PageKernels:
    """What Voilà's page asks its kernel manager for."""

    def __init__(self, manager: Any, pool: KernelPool, visit: Visit) -> None:
        self._manager, self._pool, self._visit = manager, pool, visit

    @property
    def notebook_data(self) -> dict[str, Any]:
        """What is known of preheated notebooks, by their paths."""
        return self._manager.notebook_data

    def get_pool_size(self, notebook: str) -> int:
        """Return how many preheated kernels are ready for this page: none where it has leave to start its own."""
        return 0 if self._visit.start is not None else 1

    async def get_rendered_notebook(self, notebook_name: str, **settings: Any) -> Any:
        """Return what a preheated kernel has shown so far, and the task that shows the rest."""
        self._visit.kernel_id = await self._pool.put_ready_first(notebook_name)
        return await self._manager.get_rendered_notebook(notebook_name=notebook_name, **settings)

    async def start_kernel(self, **settings: Any) -> str:
        """Start a kernel for this page and return its id."""
        self._visit.kernel_id = await self._manager.start_kernel(**settings)
        return self._visit.kernel_id

    def get_kernel(self, kernel_id: str) -> Any:
        """Return the kernel of that id."""
        return self._manager.get_kernel(kernel_id)
