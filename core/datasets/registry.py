"""The registry of data sets: everything a model can be trained on, by name.

`load("digits", seed=3)` returns training and validation arrays; `DATASETS["digits"]` says what they are. A
`Dataset`, defined beside the function that reads it, and one line here add another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.datasets.bundled import BREAST_CANCER, DIABETES, DIGITS, JAPANESE_VOWELS, MNIST
from core.datasets.co2 import CO2
from core.datasets.keras_downloads import CIFAR_10, FASHION_MNIST, IMDB
from core.datasets.playground_points import CIRCLE, DRAWN, PLANE, SEVERAL_GAUSSIANS, SPIRAL, TWO_GAUSSIANS, XOR
from core.datasets.python_help import PYTHON_HELP
from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from core.datasets.dataset import Dataset
    from core.datasets.download import Progress
    from core.datasets.split import Split

# In the order of the menu.
_ALL = (
    CIRCLE,
    XOR,
    TWO_GAUSSIANS,
    SPIRAL,
    PLANE,
    SEVERAL_GAUSSIANS,
    DRAWN,
    DIABETES,
    BREAST_CANCER,
    DIGITS,
    MNIST,
    FASHION_MNIST,
    CIFAR_10,
    CO2,
    JAPANESE_VOWELS,
    PYTHON_HELP,
    IMDB,
)
DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in _ALL}


def load(
    name: str,
    samples: int | None = None,
    noise: float = 0.0,
    train_share: float = 0.8,
    seed: int = 3,
    progress: Progress | None = None,
) -> Split:
    """The training and validation arrays of the data set called `name`: see `Dataset.load`.

    >>> arrays = load("digits", samples=100)
    >>> arrays.x_train.shape, arrays.y_val.shape
    ((80, 8, 8, 1), (20,))
    """
    if name not in DATASETS:
        raise ConfigError(_("Data must be one of {names}.", names=", ".join(DATASETS)))
    return DATASETS[name].load(samples, noise, train_share, seed, progress)
