"""The real tables, images and utterances that come with the app, read from files/ with NumPy alone.

files/SOURCES.md says where each comes from, under which licence, and how the files were made. The functions
return raw examples: in the units of their source, nan where there is no value.
"""

from pathlib import Path

import numpy as np

from core.datasets.dataset import Dataset
from core.datasets.split import Examples
from core.language import N_

FOLDER = Path(__file__).parent / "files"

LONGEST_UTTERANCE = 29  # frames
DIGITS_WRITTEN = tuple(str(digit) for digit in range(10))
CELL_TRAITS = (
    *("radius", "texture", "perimeter", "area", "smoothness"),
    *("compactness", "concavity", "concave points", "symmetry", "fractal dimension"),
)
CELL_STATISTICS = ("mean", "error of", "worst")


def diabetes() -> Examples:
    """442 patients: x float32 (442, 10), y float32 (442,), the disease's progression within a year."""
    data = read("diabetes")
    return Examples(data["x"], data["y"])


def breast_cancer() -> Examples:
    """569 biopsies: x float32 (569, 30), y int32 (569,): 0 malignant, 1 benign."""
    data = read("breast_cancer")
    return Examples(data["x"], data["y"].astype(np.int32))


def digits() -> Examples:
    """1797 handwritten digits: x uint8 (1797, 8, 8, 1) of 0 to 16, y int32 (1797,)."""
    return _images("digits")


def mnist() -> Examples:
    """5000 handwritten digits, 500 of each: x uint8 (5000, 28, 28, 1) of 0 to 255, y int32 (5000,)."""
    return _images("mnist")


def japanese_vowels() -> Examples:
    """640 spoken vowels: x float32 (640, 29, 12), nan after the end of each, y int32 (640,) the speaker.

    An utterance is 7 to 29 frames of 12 LPC cepstrum coefficients. Standardizing turns nan into 0, so that a
    frame that is 0 in all 12 channels is padding: what a Keras `Masking` layer masks by default.
    """
    data = read("japanese_vowels")
    within = np.arange(LONGEST_UTTERANCE) < data["lengths"][:, None]
    x = np.full((*within.shape, data["frames"].shape[1]), np.nan, np.float32)
    x[within] = data["frames"]
    return Examples(x, data["y"].astype(np.int32))


def _images(name: str) -> Examples:
    data = read(name)
    return Examples(data["x"][..., None], data["y"].astype(np.int32))


def read(name: str) -> dict[str, np.ndarray]:
    """The arrays of files/`name`.npz, by name."""
    with np.load(FOLDER / f"{name}.npz") as file:
        return dict(file)


DIABETES = Dataset(
    name="diabetes",
    label=N_("Diabetes"),
    also=N_("medicine patients regression scikit-learn sklearn"),
    task="regression",
    kind="table",
    make=diabetes,
    input_shape=(10,),
    target=N_("progression of the disease after a year"),
    source="Efron, Hastie, Johnstone & Tibshirani, Least angle regression, 2004",
    licence=N_("BSD-3-Clause (as part of scikit-learn)"),
    features=(
        *("age", "sex", "body mass index", "blood pressure", "total cholesterol"),
        *("LDL", "HDL", "cholesterol / HDL", "log triglycerides", "blood sugar"),
    ),
    examples=442,
    suggested={"size": 500, "l2": 0.01, "learning_rate": 0.003, "epochs": 40},
)
BREAST_CANCER = Dataset(
    name="breast_cancer",
    label=N_("Breast cancer"),
    also=N_("medicine tumour Wisconsin scikit-learn sklearn"),
    task="classification",
    kind="table",
    make=breast_cancer,
    input_shape=(30,),
    target=N_("diagnosis"),
    source="Street, Wolberg & Mangasarian, Nuclear feature extraction for breast tumor diagnosis, 1993",
    licence="CC BY 4.0",
    classes=("malignant", "benign"),
    features=tuple(f"{statistic} {trait}" for statistic in CELL_STATISTICS for trait in CELL_TRAITS),
    examples=569,
    suggested={"activation": "tanh", "learning_rate": 0.003},
)
DIGITS = Dataset(
    name="digits",
    label=N_("Digits 8 × 8"),
    also=N_("MNIST handwritten digits numbers optdigits scikit-learn sklearn"),
    task="classification",
    kind="image",
    make=digits,
    input_shape=(8, 8, 1),
    target=N_("digit"),
    source="Alpaydin & Kaynak, Optical recognition of handwritten digits, 1998",
    licence="CC BY 4.0",
    classes=DIGITS_WRITTEN,
    examples=1797,
    suggested={"family": "cnn", "size": 10_000, "epochs": 20},
)
MNIST = Dataset(
    name="mnist",
    label=N_("MNIST, 5000 images"),
    also=N_("handwritten digits numbers LeNet"),
    task="classification",
    kind="image",
    make=mnist,
    input_shape=(28, 28, 1),
    target=N_("digit"),
    source="LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document recognition, 1998",
    licence="CC BY-SA 3.0",
    classes=DIGITS_WRITTEN,
    examples=5000,
    suggested={
        "family": "cnn",
        "size": 24_000,
        "width": 16,
        "depth": 3,
        "learning_rate": 0.005,
        "schedule": "cosine",
        "epochs": 8,
    },
)
JAPANESE_VOWELS = Dataset(
    name="japanese_vowels",
    label=N_("Japanese vowels"),
    also=N_("speech audio sound voice speakers"),
    task="classification",
    kind="sequence",
    make=japanese_vowels,
    input_shape=(LONGEST_UTTERANCE, 12),
    target=N_("speaker"),
    source="Kudo, Toyama & Shimbo, Multidimensional curve classification using passing-through regions, 1999",
    licence="CC BY 4.0",
    classes=tuple(f"speaker {number}" for number in range(1, 10)),
    features=tuple(f"LPC cepstrum {number}" for number in range(1, 13)),
    examples=640,
    suggested={"family": "rnn_gru", "size": 10_000, "epochs": 20},
)
