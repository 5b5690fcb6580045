"""Tells a full disk from all else that may go wrong in a converter, which has names of its own for it."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ROOM = 10_000_000  # bytes; with fewer left, whatever a converter could not write is put down to that
SAYS = os.strerror(errno.ENOSPC)


def refuse_full_disk(error: BaseException | None, *folders: Path) -> None:
    """Raises OSError (ENOSPC) if `error` comes of a full disk, or there is hardly any room where files are written.

    Args:
        error: What a converter has raised, itself for a reason perhaps; None where that is not known.
        folders: Where it writes, beside the folder of temporary files.
    """
    while error is not None:
        if SAYS in str(error) or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
            raise OSError(errno.ENOSPC, SAYS) from error
        error = error.__cause__ or error.__context__
    places = [*map(str, folders), tempfile.gettempdir()]
    if any(shutil.disk_usage(place).free < ROOM for place in places):
        raise OSError(errno.ENOSPC, SAYS)
