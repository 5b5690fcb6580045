"""Large public data sets that Keras downloads once, when somebody asks for them, into its own cache.

Keras reports a download only to a terminal. Progress is measured instead, by how much its cache has grown.
"""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import numpy as np

from core.fields import ConfigError
from core.split import Examples

Progress = Callable[[float], None]  # gets the share that is there, 0 to 1

FASHION_MNIST_BYTES = 30_878_645
CIFAR_10_BYTES = 170_498_071
IMDB_BYTES = 17_464_789

REVIEW_WORDS = 10_000  # the most frequent ones; rarer words become one token
REVIEW_LENGTH = 200  # words: the last of a review, which say what it comes to

PATIENCE_S = 20.0  # for a server that does not answer
POLL_S = 0.2


def fashion_mnist(progress: Progress | None = None) -> Examples:
    """70 000 pieces of clothing: x uint8 (70000, 28, 28, 1), y int32 (70000,). Needs a network the first time.

    Xiao, Rasul & Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning
    algorithms, 2017.
    """
    x, y = _load("Fashion-MNIST", lambda sets: sets.fashion_mnist.load_data(), FASHION_MNIST_BYTES, progress)
    return Examples(x[..., None], y)


def cifar_10(progress: Progress | None = None) -> Examples:
    """60 000 colour photographs: x uint8 (60000, 32, 32, 3), y int32 (60000,). Needs a network the first time.

    Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    x, y = _load("CIFAR-10", lambda sets: sets.cifar10.load_data(), CIFAR_10_BYTES, progress)
    return Examples(x, y)


def imdb(progress: Progress | None = None) -> Examples:
    """50 000 film reviews: x int32 (50000, 200) word tokens, 0 before the start of a short one, y int32 (50000,).

    Class 1 is favourable. Needs a network the first time. Maas et al., Learning word vectors for sentiment
    analysis, 2011.
    """
    reviews, y = _load("IMDB", lambda sets: sets.imdb.load_data(num_words=REVIEW_WORDS), IMDB_BYTES, progress)
    x = np.zeros((len(reviews), REVIEW_LENGTH), np.int32)
    for row, review in zip(x, reviews, strict=True):
        words = review[-REVIEW_LENGTH:]
        row[REVIEW_LENGTH - len(words) :] = words
    return Examples(x, y)


def _load(
    name: str, load_data: Callable[[ModuleType], tuple], size: int, progress: Progress | None
) -> tuple[np.ndarray, np.ndarray]:
    """Its training and test part in one, x as it is and y as int32 (n,). Raises ConfigError if it cannot be had."""
    import keras

    chatty = keras.config.is_interactive_logging_enabled()
    keras.config.disable_interactive_logging()  # its progress bar belongs to a terminal, not to a page
    try:
        with _patience(PATIENCE_S), _watching(size, progress):
            (x_train, y_train), (x_test, y_test) = load_data(keras.datasets)
    except Exception as error:  # Keras raises a bare Exception where a download fails
        raise ConfigError(f"{name} could not be downloaded: it needs a network connection the first time.") from error
    finally:
        if chatty:
            keras.config.enable_interactive_logging()
    return np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test]).reshape(-1).astype(np.int32)


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """A network that swallows packets would otherwise hold the download, and its bar, for minutes."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


@contextmanager
def _watching(size: int, progress: Progress | None) -> Iterator[None]:
    """Calls `progress` with the share of `size` bytes that Keras's cache has grown by, and with 1 when done."""
    if progress is None:
        yield
        return
    done = threading.Event()
    before = _cached_bytes()

    def watch() -> None:
        while not done.wait(POLL_S):
            progress(min((_cached_bytes() - before) / size, 1.0))

    watcher = threading.Thread(target=watch, name="download progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
    progress(1.0)


def _cached_bytes() -> int:
    """The size of Keras's data sets on this machine, at home or, where that cannot be written, in /tmp."""
    home = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
    folders = {home / "datasets", Path(tempfile.gettempdir()) / ".keras/datasets"}
    total = 0
    for path in (path for folder in folders for path in folder.rglob("*")):
        try:
            total += path.stat().st_size
        except OSError:  # gone since it was listed: Keras removes broken downloads
            continue
    return total
