"""Keras's folder of downloaded data sets: how much of a set is there, and whose turn it is to write.

All kernels of a machine share the folder, and Keras takes a file that is there for a whole one. So what a
download that was cut off left behind is removed first, and one set is downloaded by one at a time.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

Archives = Mapping[str, int]  # path in the folder, as Keras names it -> bytes of the whole file

OPEN_TO_ALL = 0o666  # mode of a lock's file: another user of the machine may want the same set next


def folder() -> Path:
    """The folder in which Keras keeps data sets: at home or, where that cannot be written, in /tmp."""
    home = Path("~").expanduser()
    base = Path(os.environ.get("KERAS_HOME", home / ".keras")).expanduser()
    if not os.access(base, os.W_OK) or ("KERAS_HOME" not in os.environ and not os.access(home, os.W_OK)):
        base = Path("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir()) / ".keras"
    return base / "datasets"


def share_there(archives: Archives) -> float:
    """The share of the archives' bytes that is in the folder, 0 to 1."""
    return sum(min(_bytes_of(name), whole) for name, whole in archives.items()) / sum(archives.values())


def remove_cut_off(archives: Archives) -> None:
    """Removes the archives that end too soon, as those of a kernel that died while it downloaded do."""
    remove({name: whole for name, whole in archives.items() if _bytes_of(name) < whole})


def remove(archives: Archives) -> None:
    """Removes the archives, so that the next download starts afresh."""
    for name in archives:
        (folder() / name).unlink(missing_ok=True)


@contextmanager
def turn(name: str) -> Iterator[None]:
    """Waits until nobody else, in this process or another, is inside for the same name.

    A process that ends, however it ends, is no longer inside.
    """
    folder().mkdir(parents=True, exist_ok=True)
    with FileLock(folder() / f".{name}.lock", mode=OPEN_TO_ALL):
        yield


def _bytes_of(name: str) -> int:
    try:
        return (folder() / name).stat().st_size
    except OSError:  # not there, or gone since: Keras removes what it could not download
        return 0
