"""Data sets that Keras downloads, made bearable for a page: progress, patience, and one sentence if it fails.

Keras reports a download only to a terminal. Progress is measured instead, by the files it has written so far.
"""

from __future__ import annotations

import errno
import gzip
import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from core.datasets import keras_cache
from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from types import ModuleType

    from core.datasets.keras_cache import Archives

Progress = Callable[[float], None]  # gets the share that is there, 0 to 1
Parts = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # of training and of test

PATIENCE_S = 20.0  # for a server that does not answer
POLL_S = 0.2
ALMOST = 0.99  # all bytes are there, but they have still to be checked and unpacked
STORAGE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}


def download(
    name: str, archives: Archives, load_data: Callable[[ModuleType], Parts], progress: Progress | None
) -> Parts:
    """The arrays that `load_data` returns of `keras.datasets`, from the network or from Keras's cache.

    Args:
        name: of the set, in messages and for its lock.
        archives: the files that it downloads.
        load_data: gets `keras.datasets`.
        progress: called while any of the files is missing, and with 1 when all is done.

    Raises:
        ConfigError: one sentence why the set cannot be had.
    """
    import keras

    try:
        with _quiet(), _watching(archives, progress), _PATIENCE, keras_cache.turn(name):
            keras_cache.remove_cut_off(archives)
            with _keeping_no_damaged(archives):
                return load_data(keras.datasets)
    except Exception as error:  # Keras raises a bare Exception where a download fails
        raise ConfigError(_sentence(name, error)) from error


@contextmanager
def _keeping_no_damaged(archives: Archives) -> Iterator[None]:
    """Removes what could not be read: Keras would read it again and again."""
    try:
        yield
    except Exception as error:
        if _is_damaged(error):
            keras_cache.remove(archives)
        raise


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, MemoryError):
        return _("{name} does not fit into the memory that is free.", name=name)
    if isinstance(error, OSError) and error.errno in STORAGE:
        return _("{name} could not be stored: the disk is full, or Keras's folder cannot be written.", name=name)
    if _is_damaged(error):
        return _("{name} did not arrive as it should be: Reset downloads it once more.", name=name)
    return _("{name} could not be downloaded: it needs a network connection the first time.", name=name)


def _is_damaged(error: Exception) -> bool:
    """True if a file is not what it should be, rather than not to be had."""
    unreachable = type(error) is Exception or isinstance(error, OSError | http.client.HTTPException | MemoryError)
    return isinstance(error, gzip.BadGzipFile) or not unreachable


class _Patience:
    """A limit on how long a server may be silent, while inside: some networks swallow packets for minutes.

    Python has one such limit for all sockets of a process, and downloads may overlap: the first one in sets it,
    the last one out takes it back.
    """

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        self._before: float | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._before = socket.getdefaulttimeout()
                socket.setdefaulttimeout(PATIENCE_S)
            self._inside += 1

    def __exit__(self, *raised: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                socket.setdefaulttimeout(self._before)


_PATIENCE = _Patience()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keras's own progress bar belongs to a terminal, not to a page."""
    import keras

    chatty = keras.config.is_interactive_logging_enabled()
    keras.config.disable_interactive_logging()
    try:
        yield
    finally:
        if chatty:
            keras.config.enable_interactive_logging()


@contextmanager
def _watching(archives: Archives, progress: Progress | None) -> Iterator[None]:
    """Calls `progress` with the share of `archives` that is there, once something is missing, and with 1 at the end."""
    if progress is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        share = 1.0
        while not done.wait(POLL_S):
            there = keras_cache.share_there(archives)
            if there < 1 or share < 1:  # nothing is said of a set that was here before
                share = min(there, ALMOST)
                progress(share)

    watcher = threading.Thread(target=watch, name="download progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
    progress(1.0)
