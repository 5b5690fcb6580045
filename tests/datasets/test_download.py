"""Downloads that go wrong or take their time, by Keras itself: what is said, what is left behind, and the next try."""

from __future__ import annotations

import errno
import os
import socket
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import keras
import pytest

from core.datasets import download, keras_cache, keras_downloads
from core.datasets.registry import load
from core.field import ConfigError
from tests.support.data_server import DataServer, Way, data_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

IMAGES = "train-images-idx3-ubyte.gz"
UNREACHABLE = r"^Fashion-MNIST could not be downloaded: .* network .*\.$"
DAMAGED = r"^\S+ did not arrive as it should be: .*\.$"
SECONDS = 15  # more than any of these takes


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[DataServer]:
    """A server that Keras downloads from into a folder of the test."""
    monkeypatch.setattr(download, "POLL_S", 0.001)
    with data_server(monkeypatch, tmp_path) as serving:
        yield serving


def wait(condition: Callable[[], bool]) -> None:
    """Returns once `condition` holds."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.parametrize(
    ("way", "sentence"),
    [("refused", UNREACHABLE), ("cut short", UNREACHABLE), ("paused", UNREACHABLE), ("another page", DAMAGED)],
)
def test_one_sentence_says_why_and_the_next_try_downloads_what_is_missing(
    way: Way, sentence: str, server: DataServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(download, "PATIENCE_S", 0.3)
    server.ways[IMAGES] = way
    began = time.monotonic()
    with pytest.raises(ConfigError, match=sentence):
        load("fashion_mnist")
    assert time.monotonic() - began < 5
    assert socket.getdefaulttimeout() is None
    assert not (tmp_path / "datasets/fashion-mnist" / IMAGES).exists()
    server.ways.clear()
    assert len(keras_downloads.fashion_mnist().x) == 603
    assert server.asked.count(IMAGES) == 2


def test_without_a_server_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with data_server(monkeypatch, tmp_path):
        pass
    with pytest.raises(ConfigError, match=UNREACHABLE):
        keras_downloads.fashion_mnist()


@pytest.mark.parametrize("name", ["fashion_mnist", "cifar_10", "imdb"])
def test_a_damaged_file_of_the_right_size_is_not_kept(name: str, server: DataServer) -> None:
    whole = dict(server.files)
    server.files.update({file: bytes(len(body)) for file, body in whole.items()})
    with pytest.raises(ConfigError, match=DAMAGED):
        load(name)
    server.files.update(whole)
    assert load(name, samples=10) is not None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "cannot be written"),
        (MemoryError(), "memory"),
        (TimeoutError(), "network connection"),
    ],
)
def test_what_is_not_the_networks_fault_is_not_blamed_on_it(error: Exception, words: str, server: DataServer) -> None:
    def fail(_: object) -> download.Parts:
        raise error

    with pytest.raises(ConfigError, match=rf"^Clothes [^.]*{words}[^.]*\.$"):
        download.download("Clothes", {"clothes.gz": 10}, fail, None)


def test_keras_bar_is_back_for_whoever_trains_in_a_notebook(server: DataServer, capsys: pytest.CaptureFixture) -> None:
    keras_downloads.fashion_mnist()
    assert capsys.readouterr().out == ""
    assert keras.config.is_interactive_logging_enabled()


def test_progress_grows_with_the_bytes_and_ends_at_1(server: DataServer) -> None:
    server.ways[IMAGES] = "paused"
    seen: list[float] = []
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(keras_downloads.fashion_mnist, seen.append)
        half = len(server.files[IMAGES]) // 2 + len(server.files["train-labels-idx1-ubyte.gz"])
        share = half / sum(keras_downloads.FASHION_MNIST_FILES.values())
        wait(lambda: bool(seen) and seen[-1] == pytest.approx(share, abs=0.05))
        server.go_on.set()
        assert len(made.result(SECONDS).x) == 603
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert max(seen[:-1]) < 1


def test_what_is_being_unpacked_is_not_said_to_be_done(server: DataServer, monkeypatch: pytest.MonkeyPatch) -> None:
    file_utils = sys.modules["keras.src.utils.file_utils"]
    unpack = file_utils.extract_archive
    seen: list[float] = []

    def unpack_slowly(*args: object) -> bool:
        # The archive is here and what is unpacked comes on top.
        (keras_cache.folder() / "unpacked").write_bytes(bytes(10_000_000))
        wait(lambda: bool(seen) and seen[-1] == download.ALMOST)
        return unpack(*args)

    monkeypatch.setattr(file_utils, "extract_archive", unpack_slowly)
    server.ways["cifar-10-python.tar.gz"] = "paused"
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(keras_downloads.cifar_10, seen.append)
        wait(lambda: bool(seen))
        server.go_on.set()
        made.result(SECONDS)
    assert seen == sorted(seen)
    assert set(seen[-2:]) == {download.ALMOST, 1.0}


def test_a_cache_that_cannot_be_written_is_replaced_and_progress_follows(
    server: DataServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    is_folder, elsewhere = os.path.isdir, tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(os.path, "isdir", lambda path: path != "/tmp" and is_folder(path))  # the real one is shared
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(tmp_path))
    server.ways[IMAGES] = "paused"
    seen: list[float] = []
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(keras_downloads.fashion_mnist, seen.append)
        wait(lambda: bool(seen) and seen[-1] > 0.2)
        server.go_on.set()
        made.result(SECONDS)
    assert (elsewhere / ".keras/datasets/fashion-mnist" / IMAGES).exists()
    assert keras_cache.folder() == elsewhere / ".keras/datasets"


def test_two_who_want_the_same_set_download_it_once(server: DataServer) -> None:
    server.ways[IMAGES] = "paused"
    seen: list[float] = []
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(keras_downloads.fashion_mnist)
        wait(lambda: IMAGES in server.asked)
        second = pool.submit(keras_downloads.fashion_mnist, seen.append)
        wait(lambda: bool(seen))  # it sees how far the other one is
        server.go_on.set()
        assert len(first.result(SECONDS).x) == len(second.result(SECONDS).x) == 603
    assert sorted(server.asked) == sorted(name for name in server.files if name.endswith("ubyte.gz"))
    assert seen == sorted(seen)


def test_a_set_is_not_held_up_by_another_one_and_patience_ends_with_the_last(server: DataServer) -> None:
    server.ways[IMAGES] = "paused"
    with ThreadPoolExecutor(1) as pool:
        clothes = pool.submit(keras_downloads.fashion_mnist)
        wait(lambda: IMAGES in server.asked)
        assert len(keras_downloads.imdb().x) == 4
        assert socket.getdefaulttimeout() == download.PATIENCE_S
        server.go_on.set()
        clothes.result(SECONDS)
    assert socket.getdefaulttimeout() is None
