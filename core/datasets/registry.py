"""Data sets: what a model can be trained on, by name.

`load("digits", seed=3)` returns training and validation arrays; `DATASETS["digits"]` says what they are. One
function that returns raw `Examples` and one line in the registry at the foot of this file add a data set.
"""

from __future__ import annotations

from collections.abc import Callable

from core.datasets import bundled, keras_downloads, playground_points, python_help
from core.datasets.baselines import Task
from core.datasets.dataset import Dataset
from core.datasets.download import Progress
from core.datasets.split import Examples, Split
from core.field import ConfigError


def load(
    name: str,
    samples: int | None = None,
    noise: float = 0.0,
    train_share: float = 0.8,
    seed: int = 3,
    progress: Progress | None = None,
) -> Split:
    """The training and validation arrays of the data set called `name`: see `Dataset.load`."""
    if name not in DATASETS:
        raise ConfigError(f"Data must be one of {', '.join(DATASETS)}.")
    return DATASETS[name].load(samples, noise, train_share, seed, progress)


_PLAYGROUND = "Smilkov et al., Direct-manipulation visualization of deep networks, 2017"
_POINTS = ("samples", "noise", "seed")
_DIGITS = tuple(str(digit) for digit in range(10))
_CELL = (
    *("radius", "texture", "perimeter", "area", "smoothness"),
    *("compactness", "concavity", "concave points", "symmetry", "fractal dimension"),
)
_CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
_OBJECTS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def _points(name: str, label: str, make: Callable[..., Examples], task: Task = "classification") -> Dataset:
    return Dataset(
        name=name,
        label=label,
        task=task,
        kind="points",
        make=make,
        input_shape=(2,),
        target="class" if task == "classification" else "value",
        source=_PLAYGROUND,
        licence="made up as needed",
        classes=("0", "1") if task == "classification" else (),
        features=("x1", "x2"),
        samples=500,
        parameters=_POINTS,
    )


DATASETS: dict[str, Dataset] = {
    "circle": _points("circle", "Circle", playground_points.circle),
    "xor": _points("xor", "Exclusive or", playground_points.xor),
    "two_gaussians": _points("two_gaussians", "Two gaussians", playground_points.two_gaussians),
    "spiral": _points("spiral", "Spiral", playground_points.spiral),
    "plane": _points("plane", "Plane", playground_points.plane, "regression"),
    "several_gaussians": _points(
        "several_gaussians", "Several gaussians", playground_points.several_gaussians, "regression"
    ),
    "diabetes": Dataset(
        name="diabetes",
        label="Diabetes",
        task="regression",
        kind="table",
        make=bundled.diabetes,
        input_shape=(10,),
        target="progression of the disease after a year",
        source="Efron, Hastie, Johnstone & Tibshirani, Least angle regression, 2004",
        licence="BSD-3-Clause (as part of scikit-learn)",
        features=(
            "age",
            "sex",
            "body mass index",
            "blood pressure",
            "total cholesterol",
            "LDL",
            "HDL",
            "cholesterol / HDL",
            "log triglycerides",
            "blood sugar",
        ),
        examples=442,
    ),
    "breast_cancer": Dataset(
        name="breast_cancer",
        label="Breast cancer",
        task="classification",
        kind="table",
        make=bundled.breast_cancer,
        input_shape=(30,),
        target="diagnosis",
        source="Street, Wolberg & Mangasarian, Nuclear feature extraction for breast tumor diagnosis, 1993",
        licence="CC BY 4.0",
        classes=("malignant", "benign"),
        features=tuple(f"{statistic} {trait}" for statistic in ("mean", "error of", "worst") for trait in _CELL),
        examples=569,
    ),
    "digits": Dataset(
        name="digits",
        label="Digits 8 × 8",
        task="classification",
        kind="image",
        make=bundled.digits,
        input_shape=(8, 8, 1),
        target="digit",
        source="Alpaydin & Kaynak, Optical recognition of handwritten digits, 1998",
        licence="CC BY 4.0",
        classes=_DIGITS,
        examples=1797,
    ),
    "mnist": Dataset(
        name="mnist",
        label="MNIST, 5000 images",
        task="classification",
        kind="image",
        make=bundled.mnist,
        input_shape=(28, 28, 1),
        target="digit",
        source="LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document recognition, 1998",
        licence="CC BY-SA 3.0",
        classes=_DIGITS,
        examples=5000,
    ),
    "co2": Dataset(
        name="co2",
        label="CO₂ at Mauna Loa",
        task="forecast",
        kind="sequence",
        make=bundled.co2,
        input_shape=(bundled.CO2_WEEKS, 1),
        target="change of CO₂ in the next week, ppm",
        source="Keeling & Whorf, Atmospheric CO2 concentrations derived from flask air samples, 2004",
        licence="public domain",
        features=("weekly change of CO₂, ppm",),
        examples=2231,
        ordered=True,
    ),
    "japanese_vowels": Dataset(
        name="japanese_vowels",
        label="Japanese vowels",
        task="classification",
        kind="sequence",
        make=bundled.japanese_vowels,
        input_shape=(bundled.LONGEST_UTTERANCE, 12),
        target="speaker",
        source="Kudo, Toyama & Shimbo, Multidimensional curve classification using passing-through regions, 1999",
        licence="CC BY 4.0",
        classes=tuple(f"speaker {number}" for number in range(1, 10)),
        features=tuple(f"LPC cepstrum {number}" for number in range(1, 13)),
        examples=640,
    ),
    "python_help": Dataset(
        name="python_help",
        label="Text: Python's help",
        task="text",
        kind="text",
        make=python_help.python_help,
        input_shape=(python_help.TEXT_LENGTH,),
        target="next character",
        source="The Python Software Foundation, The Python language reference, pydoc_data.topics, 2001",
        licence="PSF-2.0 (part of Python, not shipped)",
        ordered=True,
    ),
    "fashion_mnist": Dataset(
        name="fashion_mnist",
        label="Fashion-MNIST (download)",
        task="classification",
        kind="image",
        make=keras_downloads.fashion_mnist,
        input_shape=(28, 28, 1),
        target="piece of clothing",
        source="Xiao, Rasul & Vollgraf, Fashion-MNIST: a novel image dataset, 2017",
        licence="MIT",
        classes=_CLOTHES,
        examples=70_000,
        samples=10_000,
        parameters=("progress",),
        download_bytes=sum(keras_downloads.FASHION_MNIST.values()),
    ),
    "cifar_10": Dataset(
        name="cifar_10",
        label="CIFAR-10 (download)",
        task="classification",
        kind="image",
        make=keras_downloads.cifar_10,
        input_shape=(32, 32, 3),
        target="object",
        source="Krizhevsky, Learning multiple layers of features from tiny images, 2009",
        licence="none stated; downloaded, not shipped",
        classes=_OBJECTS,
        examples=60_000,
        samples=10_000,
        parameters=("progress",),
        download_bytes=sum(keras_downloads.CIFAR_10.values()),
    ),
    "imdb": Dataset(
        name="imdb",
        label="IMDB reviews (download)",
        task="classification",
        kind="sequence",
        make=keras_downloads.imdb,
        input_shape=(keras_downloads.REVIEW_LENGTH,),
        target="opinion",
        source="Maas et al., Learning word vectors for sentiment analysis, 2011",
        licence="none stated; downloaded, not shipped",
        classes=("unfavourable", "favourable"),
        examples=50_000,
        samples=10_000,
        parameters=("progress",),
        download_bytes=sum(keras_downloads.IMDB.values()),
    ),
}
