"""Large public data sets that Keras downloads once, when somebody asks for them, into its own cache."""

from __future__ import annotations

import numpy as np

from core.datasets.download import Parts, Progress, download
from core.datasets.split import Examples

FASHION_MNIST = {
    "fashion-mnist/train-labels-idx1-ubyte.gz": 29_515,
    "fashion-mnist/train-images-idx3-ubyte.gz": 26_421_880,
    "fashion-mnist/t10k-labels-idx1-ubyte.gz": 5_148,
    "fashion-mnist/t10k-images-idx3-ubyte.gz": 4_422_102,
}
CIFAR_10 = {"cifar-10-batches-py-target_archive": 170_498_071}
IMDB = {"imdb.npz": 17_464_789}

REVIEW_WORDS = 10_000  # the most frequent ones; rarer words become one token
REVIEW_LENGTH = 200  # words: the last of a review, which say what it comes to


def fashion_mnist(progress: Progress | None = None) -> Examples:
    """70 000 pieces of clothing: x uint8 (70000, 28, 28, 1), y int32 (70000,). Needs a network the first time.

    Xiao, Rasul & Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning
    algorithms, 2017.
    """
    x, y = _both(download("Fashion-MNIST", FASHION_MNIST, lambda sets: sets.fashion_mnist.load_data(), progress))
    return Examples(x[..., None], y)


def cifar_10(progress: Progress | None = None) -> Examples:
    """60 000 colour photographs: x uint8 (60000, 32, 32, 3), y int32 (60000,). Needs a network the first time.

    Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    x, y = _both(download("CIFAR-10", CIFAR_10, lambda sets: sets.cifar10.load_data(), progress))
    return Examples(x, y)


def imdb(progress: Progress | None = None) -> Examples:
    """50 000 film reviews: x int32 (50000, 200) word tokens, 0 before the start of a short one, y int32 (50000,).

    Class 1 is favourable. Needs a network the first time. Maas et al., Learning word vectors for sentiment
    analysis, 2011.
    """
    reviews, y = _both(download("IMDB", IMDB, lambda sets: sets.imdb.load_data(num_words=REVIEW_WORDS), progress))
    x = np.zeros((len(reviews), REVIEW_LENGTH), np.int32)
    for row, review in zip(x, reviews, strict=True):
        words = review[-REVIEW_LENGTH:]
        row[REVIEW_LENGTH - len(words) :] = words
    return Examples(x, y)


def _both(parts: Parts) -> tuple[np.ndarray, np.ndarray]:
    """The training and the test part in one: x as it is, and y as int32 (n,)."""
    (x_train, y_train), (x_test, y_test) = parts
    return np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test]).reshape(-1).astype(np.int32)
