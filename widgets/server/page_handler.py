"""The request for a dashboard: Voilà's own handler, given kernels that live."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from voila.tornado.handler import TornadoVoilaHandler

from widgets.server.page_kernels import PageKernels


class PageHandler(TornadoVoilaHandler):
    """Answers with a dashboard."""

    @cached_property
    def kernel_manager(self) -> Any:
        """The kernels as this page sees them."""
        manager = self.settings["kernel_manager"]
        return PageKernels(manager, manager.pool)


def with_page_handler(handlers: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return Voilà's `handlers` (path, class, settings) with its handler of pages replaced."""
    return [
        (path, PageHandler if handler is TornadoVoilaHandler else handler, *rest) for path, handler, *rest in handlers
    ]
