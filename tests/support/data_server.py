"""Keras's public data sets in miniature, and a server on this machine that Keras downloads them from.

The files have the formats of the real ones and a few examples. What Keras has hard-coded, where a file comes
from and its hash, is replaced where each `load_data` looks `get_file` up; all else is Keras's own.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import sys
import tarfile
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.datasets import keras_downloads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pytest

Way = Literal["whole", "cut short", "paused", "refused", "another page"]
PAGE = b"<html><title>Please log in to use this network</title></html>"
LONGEST_PAUSE_S = 20


class DataServer:
    """Serves `files` by name. `ways` says how, where not whole; `asked` are the names asked for so far."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.ways: dict[str, Way] = {}
        self.asked: list[str] = []
        self.go_on = threading.Event()  # what is paused half-way waits for it

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answers one request."""
        name = handler.path.removeprefix("/")
        self.asked.append(name)
        way, body = self.ways.get(name, "whole"), self.files[name]
        if way == "refused":
            handler.send_error(503)
            return
        body = PAGE if way == "another page" else body
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        half = len(body) // 2
        handler.wfile.write(body[:half])
        handler.wfile.flush()
        if way == "paused":
            self.go_on.wait(LONGEST_PAUSE_S)
        if way != "cut short":
            handler.wfile.write(body[half:])


@contextmanager
def data_server(monkeypatch: pytest.MonkeyPatch, cache: Path) -> Iterator[DataServer]:
    """A server of all three sets that Keras downloads from into `cache`; sizes are those of the small files."""
    server = DataServer({**fashion_files(), "cifar-10-python.tar.gz": cifar_archive(), "imdb.npz": imdb_file()})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(ConnectionError):  # a client that lost patience is gone
                server.answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    _use_cache(monkeypatch, cache)
    _use_sizes(monkeypatch, server.files)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        _use_origin(monkeypatch, f"http://127.0.0.1:{listening.server_address[1]}/", server.files)
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.go_on.set()
            listening.shutdown()


def _use_cache(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    import keras  # noqa: F401  (reads KERAS_HOME once, when it is imported)

    monkeypatch.setenv("KERAS_HOME", str(cache))
    monkeypatch.setattr(sys.modules["keras.src.backend.config"], "_KERAS_DIR", str(cache))


def _use_sizes(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    fashion = {f"fashion-mnist/{name}": len(body) for name, body in files.items() if name.endswith("ubyte.gz")}
    monkeypatch.setattr(keras_downloads, "FASHION_MNIST_FILES", fashion)
    monkeypatch.setattr(
        keras_downloads,
        "CIFAR_10_FILES",
        {archive: len(files["cifar-10-python.tar.gz"]) for archive in keras_downloads.CIFAR_10_FILES},
    )
    monkeypatch.setattr(
        keras_downloads, "IMDB_FILES", {archive: len(files["imdb.npz"]) for archive in keras_downloads.IMDB_FILES}
    )


def _use_origin(monkeypatch: pytest.MonkeyPatch, url: str, files: dict[str, bytes]) -> None:
    import keras

    def redirected(get_file: Callable[..., str]) -> Callable[..., str]:
        def get(fname: str, origin: str, file_hash: str | None = None, **more: Any) -> str:
            name = origin.rsplit("/", 1)[-1]
            own_hash = None if file_hash is None else hashlib.sha256(files[name]).hexdigest()
            return get_file(fname, origin=url + name, file_hash=own_hash, **more)

        return get

    for data in (keras.datasets.fashion_mnist, keras.datasets.cifar10, keras.datasets.imdb):
        module = sys.modules[data.load_data.__module__]
        monkeypatch.setattr(module, "get_file", redirected(module.get_file))


# ---- the files


def fashion_files() -> dict[str, bytes]:
    """600 images of training and three of test as IDX files; the classes are 0, 1, ..., 9, 0, 1, ..."""
    files = {}
    for part, count in (("train", 600), ("t10k", 3)):
        images = np.random.default_rng(count).integers(0, 256, (count, 28, 28), dtype=np.uint8)
        header = np.array([2051, count, 28, 28], ">i4").tobytes()
        files[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(header + images.tobytes())
        labels = (np.arange(count) % 10).astype(np.uint8)
        files[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(
            np.array([2049, count], ">i4").tobytes() + labels.tobytes()
        )
    return files


def cifar_archive() -> bytes:
    """Six pickles in a tar.gz. Each has one image, which fills Keras's 10 000 of a batch: batch i is of class i."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for label, name in enumerate(("test_batch", *(f"data_batch_{i}" for i in range(1, 6)))):
            data = np.full((1, 3, 32, 32), [[[10]], [[20]], [[30 + label]]], np.uint8).reshape(1, 3072)
            content = pickle.dumps({b"data": data, b"labels": [label]}, protocol=3)  # the real ones are of Python 2
            entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def imdb_file() -> bytes:
    """Two reviews of training and two of test, of 5 and of 300 words, as object arrays in an npz."""
    reviews = np.empty(2, object)
    reviews[:] = [[1, 2, 3, 4, 20_000], list(range(1, 301))]
    file = io.BytesIO()
    np.savez(file, x_train=reviews, y_train=np.array([0, 1]), x_test=reviews, y_test=np.array([0, 1]))
    return file.getvalue()
