"""A forked process becomes a Jupyter kernel."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets
import numpy as np
from ipykernel.kernelapp import IPKernelApp

from core.engines.spares import name_process
from widgets.kernels.page_kernel import PageKernel, PageStream

if TYPE_CHECKING:
    import zmq

    from widgets.kernels.fork_request import ForkRequest

OPTIONS = ("--HistoryManager.enabled=False",)  # nobody types anything that could be called back
NAME_LENGTH = 15  # of a process
CLOSING_S = 2.0  # for what closes in milliseconds


class ServerWatch(threading.Thread):
    """Ends this process when the server has ended, which alone holds the other end of `pipe`."""

    def __init__(self, pipe: int) -> None:
        super().__init__(name="descent-lab-server-watch", daemon=True)
        self._pipe = pipe

    def run(self) -> None:
        """Waits for the end of the pipe, into which nobody writes."""
        os.read(self._pipe, 1)
        os._exit(1)


class ForkedKernelApp(IPKernelApp):
    """IPython's kernel with another way to end when the server has: its parent is the fork server."""

    kernel_class = PageKernel
    outstream_class = f"{PageStream.__module__}.{PageStream.__name__}"

    def init_poller(self) -> None:
        """Takes standard input, by which the fork server is told too, and leaves an empty one to the kernel."""
        self.poller = ServerWatch(os.dup(0))
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)

    def init_control(self, context: zmq.Context[zmq.Socket[bytes]]) -> None:
        """Leaves out the thread that reads each message to hand it to a subshell: a page has none."""
        super().init_control(context)
        self.shell_channel_thread.io_loop.close()
        self.shell_channel_thread = None

    def close(self) -> None:
        """Closes sockets and threads, as the last thing at exit; ends the process where that takes too long.

        One shutdown in a hundred waits for ever: the thread that answered it flushes into a pipe whose reader has
        already gone, and is waited for.
        """
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, CLOSING_S)
        super().close()
        signal.setitimer(signal.ITIMER_REAL, 0)


def run_kernel(request: ForkRequest) -> None:
    """Runs the kernel that `request` describes until it is shut down."""
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.folder)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    np.random.seed()  # a fork has its parent's; Python's own generator sees to that itself
    sys.argv = ["ipykernel_launcher", *request.arguments]
    app = ForkedKernelApp.instance(parent_handle=os.getppid())
    app.initialize([*request.arguments, *OPTIONS])
    app.log.setLevel(app.log_level)  # else each message makes three records that no handler takes
    name_process(Path(app.connection_file).stem[:NAME_LENGTH])
    ipywidgets.register_comm_target()  # its import found no kernel to do that for
    app.start()
