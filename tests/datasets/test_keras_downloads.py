"""The sets that Keras downloads, by Keras itself from a server on this machine: what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.datasets import keras_downloads
from core.datasets.registry import load
from tests.support.data_server import DataServer, data_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from core.datasets.split import Examples

SETS: dict[str, Callable[..., Examples]] = {
    "fashion_mnist": keras_downloads.fashion_mnist,
    "cifar_10": keras_downloads.cifar_10,
    "imdb": keras_downloads.imdb,
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[DataServer]:
    """A server that Keras downloads from into a folder of the test."""
    with data_server(monkeypatch, tmp_path) as serving:
        yield serving


def test_images_get_a_channel_and_both_parts_are_put_together(server: DataServer) -> None:
    made = keras_downloads.fashion_mnist()
    assert made.x.shape == (603, 28, 28, 1)
    assert (made.x.dtype, made.y.dtype) == (np.uint8, np.int32)
    assert made.y.tolist() == [*range(10)] * 60 + [0, 1, 2]
    first = np.random.default_rng(600).integers(0, 256, (600, 28, 28), dtype=np.uint8)[0]
    assert made.x[0, ..., 0].tolist() == first.tolist()


def test_colours_come_last_and_a_column_of_labels_becomes_a_plain_list(server: DataServer) -> None:
    made = keras_downloads.cifar_10()
    assert made.x.shape == (50_001, 32, 32, 3)
    assert made.y[[0, 10_000, 49_999, 50_000]].tolist() == [1, 2, 5, 0]
    assert made.x[10_000, 5, 5].tolist() == [10, 20, 32]
    arrays = load("cifar_10", samples=20)
    assert arrays.x_train.shape == (16, 32, 32, 3)
    assert arrays.x_train.dtype == np.float32


def test_reviews_keep_their_last_words_and_are_padded_in_front(server: DataServer) -> None:
    made = keras_downloads.imdb()
    assert made.x.shape == (4, 200)
    short, long = made.x[made.y == 0][0], made.x[made.y == 1][0]
    # Keras moves words up by 3, begins with 1 and writes 2 for a rare word.
    assert short.tolist() == [0] * 194 + [1, 4, 5, 6, 7, 2]
    assert long.tolist() == list(range(104, 304))


@pytest.mark.parametrize("name", SETS)
def test_the_second_start_needs_no_network_and_tells_of_no_download(name: str, server: DataServer) -> None:
    first = SETS[name]()
    server.ways = dict.fromkeys(server.files, "refused")
    asked = list(server.asked)
    seen: list[float] = []
    again = SETS[name](seen.append)
    assert server.asked == asked
    assert np.array_equal(again.x, first.x)
    assert seen == [1.0]


@pytest.mark.parametrize("name", SETS)
def test_what_a_killed_kernel_left_behind_is_downloaded_anew(name: str, server: DataServer, tmp_path: Path) -> None:
    whole = SETS[name]()
    archive = tmp_path / "datasets" / next(iter(getattr(keras_downloads, f"{name.upper()}_FILES")))
    asked = len(server.asked)
    archive.write_bytes(archive.read_bytes()[:-10])
    again = SETS[name]()
    assert np.array_equal(again.x, whole.x)
    assert len(server.asked) == asked + 1
