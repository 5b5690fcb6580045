"""Large public data sets that Keras downloads once, when somebody asks for them, into its own cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.datasets.bundled import MNIST
from core.datasets.dataset import Dataset
from core.datasets.download import download
from core.datasets.split import Examples
from core.datasets.vocabulary import Vocabulary
from core.language import N_

if TYPE_CHECKING:
    from core.datasets.download import Parts, Progress

FASHION_MNIST_FILES = {
    "fashion-mnist/train-labels-idx1-ubyte.gz": 29_515,
    "fashion-mnist/train-images-idx3-ubyte.gz": 26_421_880,
    "fashion-mnist/t10k-labels-idx1-ubyte.gz": 5_148,
    "fashion-mnist/t10k-images-idx3-ubyte.gz": 4_422_102,
}
CIFAR_10_FILES = {"cifar-10-batches-py-target_archive": 170_498_071}
IMDB_FILES = {"imdb.npz": 17_464_789}

REVIEW_WORDS = 10_000  # the most frequent ones; rarer words become one token
REVIEW_LENGTH = 200  # words: the last of a review, which say what it comes to


def fashion_mnist(progress: Progress | None = None) -> Examples:
    """70 000 pieces of clothing: x uint8 (70000, 28, 28, 1), y int32 (70000,). Needs a network the first time.

    Xiao, Rasul & Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning
    algorithms, 2017.
    """
    x, y = _both(download("Fashion-MNIST", FASHION_MNIST_FILES, lambda sets: sets.fashion_mnist.load_data(), progress))
    return Examples(x[..., None], y)


def cifar_10(progress: Progress | None = None) -> Examples:
    """60 000 colour photographs: x uint8 (60000, 32, 32, 3), y int32 (60000,). Needs a network the first time.

    Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    """
    x, y = _both(download("CIFAR-10", CIFAR_10_FILES, lambda sets: sets.cifar10.load_data(), progress))
    return Examples(x, y)


def imdb(progress: Progress | None = None) -> Examples:
    """50 000 film reviews: x int32 (50000, 200) word tokens, 0 before the start of a short one, y int32 (50000,).

    Class 1 is favourable. Needs a network the first time. Maas et al., Learning word vectors for sentiment
    analysis, 2011.
    """
    reviews, y = _both(download("IMDB", IMDB_FILES, lambda sets: sets.imdb.load_data(num_words=REVIEW_WORDS), progress))
    x = np.zeros((len(reviews), REVIEW_LENGTH), np.int32)
    for row, review in zip(x, reviews, strict=True):
        words = review[-REVIEW_LENGTH:]
        row[REVIEW_LENGTH - len(words) :] = words
    return Examples(x, y)


def _both(parts: Parts) -> tuple[np.ndarray, np.ndarray]:
    """The training and the test part in one: x as it is, and y as int32 (n,)."""
    (x_train, y_train), (x_test, y_test) = parts
    return np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test]).reshape(-1).astype(np.int32)


FASHION_MNIST = Dataset(
    name="fashion_mnist",
    label=N_("Fashion-MNIST (download)"),
    also=N_("clothes shoes Zalando fashion MNIST"),
    task="classification",
    kind="image",
    make=fashion_mnist,
    input_shape=(28, 28, 1),
    target=N_("piece of clothing"),
    source="Xiao, Rasul & Vollgraf, Fashion-MNIST: a novel image dataset, 2017",
    licence="MIT",
    classes=(
        *("T-shirt", "trousers", "pullover", "dress", "coat"),
        *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
    ),
    examples=70_000,
    samples=10_000,
    parameters=("progress",),
    download_bytes=sum(FASHION_MNIST_FILES.values()),
    suggested=MNIST.suggested,
)
CIFAR_10 = Dataset(
    name="cifar_10",
    label=N_("CIFAR-10 (download)"),
    also=N_("CIFAR10 photos objects animals cars"),
    task="classification",
    kind="image",
    make=cifar_10,
    input_shape=(32, 32, 3),
    target=N_("object"),
    source="Krizhevsky, Learning multiple layers of features from tiny images, 2009",
    licence=N_("none stated; downloaded, not shipped"),
    classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    examples=60_000,
    samples=10_000,
    parameters=("progress",),
    download_bytes=sum(CIFAR_10_FILES.values()),
    suggested={**MNIST.suggested, "size": 100_000, "width": 32},
)
IMDB = Dataset(
    name="imdb",
    label=N_("IMDB reviews (download)"),
    also=N_("sentiment films movies opinions"),
    task="classification",
    kind="sequence",
    make=imdb,
    input_shape=(REVIEW_LENGTH,),
    target=N_("opinion"),
    source="Maas et al., Learning word vectors for sentiment analysis, 2011",
    licence=N_("none stated; downloaded, not shipped"),
    classes=("unfavourable", "favourable"),
    examples=50_000,
    samples=10_000,
    parameters=("progress",),
    download_bytes=sum(IMDB_FILES.values()),
    # The words themselves are another download.
    vocabulary=lambda: Vocabulary(REVIEW_WORDS, N_("words of one review")),
    suggested={"family": "rnn_gru", "size": 330_000, "width": 32, "depth": 1, "learning_rate": 0.003, "epochs": 5},
)
