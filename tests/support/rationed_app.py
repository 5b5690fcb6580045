"""A served app that takes the free memory from a file in its folder, in MB, so that a test can make it full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from widgets.app_kernel_manager import AppKernelManager
from widgets.server.limits import MB

FILE = "free_mb.txt"
SETTING = {"VoilaConfiguration": {"multi_kernel_manager_class": f"{__name__}.RationedKernelManager"}}


class RationedKernelManager(AppKernelManager):
    """Believes the file."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.admission.free_bytes = lambda: int(Path(FILE).read_text()) * MB


def let_be_free(folder: Path, megabytes: int) -> None:
    """Have the server in `folder` find so much memory."""
    (folder / FILE).write_text(str(megabytes))
