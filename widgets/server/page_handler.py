"""The request for a dashboard: let in by the admission and given a kernel that lives, or shown a place in the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tornado.web import authenticated
from voila.tornado.handler import TornadoVoilaHandler

from widgets.server.client_address import customer
from widgets.server.status_pages import refusal_page, waiting_page
from widgets.server.visits import Visit
from widgets.server.waiting_line import Wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.server.admission import Admission
    from widgets.server.kernel_pool import KernelPool

PLACE = "descent-lab-place"  # the cookie that keeps a place in the line


class PageKernels:
    """The kernel manager as one page sees it: it is given a preheated kernel that lives, or a new one."""

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


class PageHandler(TornadoVoilaHandler):
    """Answers with a dashboard, or with the page of those who wait for one."""

    visit = Visit("")
    left = False

    @property
    def kernel_manager(self) -> Any:
        """The kernels as this page sees them."""
        manager = self.settings["kernel_manager"]
        return PageKernels(manager, manager.pool, self.visit)

    @property
    def admission(self) -> Admission:
        """What lets visitors in."""
        return self.settings["kernel_manager"].admission

    def on_connection_close(self) -> None:
        """Take note that nobody waits for the answer."""
        super().on_connection_close()
        self.left = True

    @authenticated
    async def get(self, path: str | None = None) -> None:
        """Show the dashboard, or the place in the line until there is room for it."""
        if self.notebook_path and path:  # no dashboard: Voilà sends such a request elsewhere
            await super().get(path)
            return
        address, token = customer(self.request.remote_ip or ""), self.get_cookie(PLACE) or ""
        refusal = self.admission.is_too_much(address, token)
        if refusal is not None:
            self._refuse(refusal)
            return
        notebook = self.notebook_path or path or ""
        answer = await self.admission.enter(address, token, lambda: self._ready(notebook), lambda: self.left)
        if isinstance(answer, Wait):
            self._show_place(answer)
        elif self.left:
            self.admission.end_start(answer, succeeded=False)
        else:
            await self._show_dashboard(answer, path)

    def _ready(self, notebook: str) -> int:
        """Return how many preheated kernels there are that have run the notebook as this request asks for it."""
        manager = self.settings["kernel_manager"]
        data = manager.notebook_data.get(notebook, {})
        template, theme = self.get_argument("template", None), self.get_argument("theme", None)
        fits = self.should_use_rendered_notebook(data, 1, template, theme, self.request.arguments)
        return manager.pool.ready(notebook) if fits else 0

    async def _show_dashboard(self, visit: Visit, path: str | None) -> None:
        self.visit = visit
        if self.get_cookie(PLACE):
            self.clear_cookie(PLACE, path=self.base_url)
        succeeded = False
        try:
            await super().get(path)
            succeeded = True
        finally:
            self.admission.end_start(visit, succeeded)

    def _refuse(self, text: Callable[[], str]) -> None:
        self.log.warning("A page was refused to %s, which has opened too many.", self.request.remote_ip)
        self.set_status(429)
        self.set_header("Retry-After", "30")
        self.finish(refusal_page(text))

    def _show_place(self, wait: Wait) -> None:
        self.set_status(503)
        self.set_header("Retry-After", str(wait.retry_seconds))
        self.set_header("Cache-Control", "no-store")
        self.set_cookie(PLACE, wait.token, path=self.base_url, httponly=True, samesite="Lax")
        self.finish(waiting_page(wait))
