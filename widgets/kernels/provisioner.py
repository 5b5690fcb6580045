"""Kernels as forks: Jupyter's way of starting a kernel, which Jupyter calls a provisioner."""

from __future__ import annotations

import asyncio
import os
import sys
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from widgets.kernels.fork_request import ForkRequest

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

    from widgets.kernels.kernel_forks import KernelForks

NAME = "descent-lab-fork"
OF_PYTHON = (sys.executable, "-m", "ipykernel_launcher")  # the command that a fork stands for


class ForkProvisioner(LocalProvisioner):
    """Forks kernels of this Python; starts others, and where no fork can be had, as Jupyter does."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel that the command `cmd` describes."""
        forks = self._forks()
        if forks is None or tuple(cmd[: len(OF_PYTHON)]) != OF_PYTHON:
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or os.getcwd()
        request = ForkRequest(cmd[len(OF_PYTHON) :], kwargs["env"], str(self.cwd))
        try:
            process: Any = await asyncio.to_thread(forks.fork, request)
        except OSError:
            self.log.warning("A kernel could not be forked; it is started anew.", exc_info=True)
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = process, process.pid, process.pid
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it has started, but not to a group that has got its number since."""
        if self.process is not None and self.process.poll() is None:
            await super().send_signal(signum)

    def _forks(self) -> KernelForks | None:
        """Return what forks for the server whose kernel this is."""
        kernels = None if self.parent is None else self.parent.parent
        return getattr(kernels, "forks", None)


def fork_kernels(app: Any) -> None:
    """Have the server `app` start its kernels by `ForkProvisioner`."""
    factory = KernelProvisionerFactory.instance(parent=app)
    path = f"{ForkProvisioner.__module__}:{ForkProvisioner.__qualname__}"
    factory.provisioners[NAME] = EntryPoint(NAME, path, KernelProvisionerFactory.GROUP_NAME)
    factory.default_provisioner_name = NAME
