"""The kernel of a page: it spares what ipykernel does after each message for a person who types code.

A page answers each frame with a message, up to thirty times a second, in as many kernels as there are visitors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel

if TYPE_CHECKING:
    from collections.abc import Mapping

COMM = "comm_msg"  # what widgets send


class PageStream(OutStream):
    """Standard output that is handed to the thread that sends only if there is some."""

    def flush(self) -> None:
        """Sends what was written; ipykernel flushes after each message, which wakes the other thread four times."""
        if self._buffers:
            super().flush()


class PageKernel(IPythonKernel):
    """IPython's kernel, which does not say before a widget's message that it is busy, only afterwards that it is idle.

    Pages wait for "idle" to know that a message was dealt with; "busy" draws a sign that no page of ours has.
    """

    def _publish_status(self, status: str, channel: str, parent: Mapping[str, Any] | None = None) -> None:
        cause = parent or self.get_parent(channel)
        if status != "busy" or cause.get("header", {}).get("msg_type") != COMM:
            super()._publish_status(status, channel, parent)
