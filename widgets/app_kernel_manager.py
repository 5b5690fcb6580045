"""The kernel manager of the deployed app: time for pages to connect, memory for threads, kernels that live.

Voilà makes one for each app and tells it the app, which is where the rest of `widgets.server` is put in place.

A preheated kernel has been idle since it was started. Taken from the pool it would look abandoned until the
page's websocket stands, which on a busy machine takes half a minute, and the culling that comes by would end it under
the visitor's eyes. So one that no page has reached yet has as long as another may be idle.

glibc gives threads eight arenas a core to allocate from and has further ones share. On two cores a kernel has more
threads than that: TensorFlow's, which in a plain graph allocates at every operation, shared one with those that read
messages and draw, and walked lists of free pieces that others had left. The digits CNN trained at 0.86 of its speed
with the page open, with arenas enough at 0.92. The limit is read once and early, so that only a kernel's environment
can raise it; `make lab` does the same.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import url_path_join
from tornado.httpserver import HTTPServer
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from core.engines.launcher import SHARED, can_fork, launcher
from core.engines.spares import class_size
from core.engines.starts import SPARES, WARM_MODELS
from core.learning.memory import free_bytes
from widgets.board.plotly_bundle import packed_plotly_js
from widgets.board.plotly_file import PATH, PlotlyFile
from widgets.kernels.kernel_forks import KernelForks
from widgets.kernels.provisioner import fork_kernels
from widgets.server.admission import Admission
from widgets.server.bounded_server import BoundedServer
from widgets.server.kernel_pool import KernelPool
from widgets.server.kernel_socket import KernelSocket
from widgets.server.kernel_starter import KernelStarter
from widgets.server.limits import ServerLimits
from widgets.server.page_handler import PageHandler
from widgets.server.status_pages import write_templates

MOST_ARENAS = "256"  # more than a kernel has threads; one that is not used is not there


class AppKernelManager(AsyncMappingKernelManager):
    """Starts kernels with arenas enough; culls one without connections only when no page may be on its way to it."""

    def __init__(self, **settings: Any) -> None:
        """Start kernels, which inherit the server's environment, with `MOST_ARENAS` where that names no number."""
        super().__init__(**settings)
        self._alone_since: dict[str, float] = {}  # kernels without connections, and when that was first seen
        self._reached: set[str] = set()  # kernels that were seen with a connection
        self.starter = KernelStarter(self)
        self.pool = KernelPool(self, self.starter)
        limits = ServerLimits(parent=self.parent)
        self.admission = Admission(limits, free_bytes)
        os.environ.setdefault("MALLOC_ARENA_MAX", MOST_ARENAS)
        os.environ.setdefault(WARM_MODELS, "1")
        os.environ.setdefault(SPARES, str(class_size(free_bytes())))
        if can_fork() and SHARED not in os.environ:
            os.environ[SHARED] = launcher.start()
        self.forks = KernelForks() if can_fork() else None
        paths = getattr(self.parent, "template_paths", None)
        if paths is not None:
            self._replace_templates(paths)
            self._replace_server(self.parent, limits)
            self._replace_starts(self.parent)

    def _replace_templates(self, paths: list[str]) -> None:
        """Put the status pages before Voilà's, in the folder that the server removes when it ends.

        Voilà has no setting for it: it fills `template_paths` by its template's name, then makes this object.
        """
        folder = Path(self.connection_dir) / "templates"
        write_templates(folder)
        paths.insert(0, str(folder))

    def _replace_server(self, app: Any, limits: ServerLimits) -> None:
        """Have `app` be served within `limits`: Voilà makes its handlers and its server later, and has no setting."""
        made = app.init_handlers
        app.init_handlers = lambda: _with_own_handlers(made(), app.base_url)
        HTTPServer.configure(BoundedServer, limits=limits, ip=app.ip, log=self.log)

    def _replace_starts(self, app: Any) -> None:
        """Have kernels be forked where that can be; the process they are forked from begins to import now."""
        if self.forks is not None:
            self.forks.start()
            fork_kernels(app)

    async def start_kernel(self, **settings: Any) -> str:  # type: ignore[override] # Jupyter decorates its own
        """Start a kernel and return its id once it answers; raise KernelStartError if it cannot be had."""
        if settings.get("env", {}).get("VOILA_PREHEAT") == "True":
            await self._await_turn_of_pool()
        return await self.starter.start(partial(super().start_kernel, **settings))

    async def _await_turn_of_pool(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # Voilà fills its pool by tasks
        self.pool.watch(task)
        start = await self.admission.begin_pool_start()
        self.pool.when_run(task, partial(self.admission.end_pool_start, start))

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended."""
        self.starter.forget(kernel_id)
        self.admission.kernel_ended(kernel_id)
        self._alone_since.pop(kernel_id, None)
        self._reached.discard(kernel_id)
        return super().remove_kernel(kernel_id)

    async def shutdown_all(self, *args: Any, **settings: Any) -> None:  # type: ignore[override] # as above
        """End all kernels, and start no more."""
        self.starter.close()
        self.admission.close()
        await super().shutdown_all(*args, **settings)
        if self.forks is not None:
            self.forks.close()

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Leave a kernel alone whose page may be about to connect: for the first time, or anew."""
        if self._kernel_connections.get(kernel_id, 0):
            self._alone_since.pop(kernel_id, None)
            self._reached.add(kernel_id)
        else:
            since = self._alone_since.setdefault(kernel_id, time.monotonic())
            seconds = self.cull_interval / 2 if kernel_id in self._reached else self.cull_idle_timeout
            if time.monotonic() - since < seconds:
                return
        await super().cull_kernel_if_idle(kernel_id)


def _with_own_handlers(handlers: list[tuple[Any, ...]], base_url: str) -> list[tuple[Any, ...]]:
    """Return Voilà's `handlers` (path, class, settings) with those of pages and sockets replaced, and plotly.js."""
    packed_plotly_js()  # now, so that no visitor waits for it
    own = {TornadoVoilaHandler: PageHandler, VoilaKernelWebsocketHandler: KernelSocket}
    replaced = [(path, own.get(handler, handler), *rest) for path, handler, *rest in handlers]
    return [(re.escape(url_path_join(base_url, PATH)), PlotlyFile), *replaced]
