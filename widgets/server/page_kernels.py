"""The kernel manager as one page sees it: it is given a preheated kernel that lives, or a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from widgets.server.kernel_pool import KernelPool


class PageKernels:
    """What Voilà's page asks its kernel manager for."""

    def __init__(self, manager: Any, pool: KernelPool) -> None:
        self._manager, self._pool = manager, pool

    @property
    def notebook_data(self) -> dict[str, Any]:
        """What is known of preheated notebooks, by their paths."""
        return self._manager.notebook_data

    def get_pool_size(self, notebook: str) -> int:
        """Return how many preheated kernels are ready; the page starts one of its own where there is none."""
        return self._pool.ready(notebook)

    async def get_rendered_notebook(self, notebook_name: str, **settings: Any) -> Any:
        """Return what a preheated kernel has shown so far, and the task that shows the rest."""
        await self._pool.put_ready_first(notebook_name)
        return await self._manager.get_rendered_notebook(notebook_name=notebook_name, **settings)

    async def start_kernel(self, **settings: Any) -> str:
        """Start a kernel for this page and return its id."""
        return await self._manager.start_kernel(**settings)

    def get_kernel(self, kernel_id: str) -> Any:
        """Return the kernel of that id."""
        return self._manager.get_kernel(kernel_id)
