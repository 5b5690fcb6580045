"""The sets that Keras downloads, with a stand-in for Keras: no test needs a network."""

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core import public_data
from core.datasets import load
from core.fields import ConfigError


def images(shape: tuple[int, ...]) -> tuple:
    """A training and a test part as Keras returns them, six images of three classes each."""
    x = np.random.default_rng(1).integers(0, 256, (6, *shape), dtype=np.uint8)
    y = np.arange(6, dtype=np.uint8) % 3
    return (x, y), (x, y)


@pytest.fixture
def keras(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts in place of Keras a module whose every data set is loaded by the given function."""

    def stand_in(load_data: Callable[..., tuple]) -> None:
        one = SimpleNamespace(load_data=load_data)
        config = SimpleNamespace(is_interactive_logging_enabled=lambda: False, disable_interactive_logging=lambda: None)
        sets = SimpleNamespace(fashion_mnist=one, cifar10=one, imdb=one)
        monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(datasets=sets, config=config))

    return stand_in


def test_images_get_a_channel_and_both_parts_are_put_together(keras: Callable[..., None]) -> None:
    keras(lambda: images((28, 28)))
    made = public_data.fashion_mnist()
    assert made.x.shape == (12, 28, 28, 1)
    assert (made.x.dtype, made.y.dtype) == (np.uint8, np.int32)


def test_a_column_of_labels_becomes_a_plain_list(keras: Callable[..., None]) -> None:
    (x, y), _ = images((32, 32, 3))
    keras(lambda: ((x, y[:, None]), (x, y[:, None])))
    assert public_data.cifar_10().y.tolist() == [0, 1, 2, 0, 1, 2] * 2
    arrays = load("cifar_10")
    assert arrays.x_train.shape == (10, 32, 32, 3)
    assert arrays.x_train.dtype == np.float32


def test_reviews_keep_their_last_words_and_are_padded_in_front(keras: Callable[..., None]) -> None:
    reviews = np.array([[1, 2, 3], list(range(1, 301))], dtype=object)
    keras(lambda num_words: ((reviews, np.array([0, 1])), (reviews, np.array([1, 0]))))
    made = public_data.imdb()
    assert made.x.shape == (4, 200)
    assert made.x[0].tolist() == [0] * 197 + [1, 2, 3]
    assert made.x[1].tolist() == list(range(101, 301))


@pytest.mark.parametrize(
    "fault", [Exception("URL fetch failure on ..."), TimeoutError(), ValueError("Incomplete or corrupted file")]
)
def test_without_a_network_there_is_one_sentence(keras: Callable[..., None], fault: Exception) -> None:
    def fail() -> tuple:
        raise fault

    keras(fail)
    with pytest.raises(ConfigError, match=r"^Fashion-MNIST could not be downloaded: .* network .*\.$"):
        load("fashion_mnist")
    assert socket.getdefaulttimeout() is None


def test_progress_grows_with_keras_cache_and_ends_at_1(
    keras: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(public_data, "POLL_S", 0.001)
    monkeypatch.setattr(public_data, "FASHION_MNIST_BYTES", 1000)
    seen: list[float] = []

    def download() -> tuple:
        folder = tmp_path / "datasets"
        folder.mkdir()
        (folder / "half").write_bytes(bytes(500))
        while not any(share == pytest.approx(0.5) for share in list(seen)):
            assert socket.getdefaulttimeout() is not None
        return images((28, 28))

    keras(download)
    public_data.fashion_mnist(progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
