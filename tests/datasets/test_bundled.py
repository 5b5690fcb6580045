"""The shipped arrays against what is published about them, and against their checksums."""

import hashlib
import re

import numpy as np
import pytest

from core.datasets import bundled
from core.datasets.bundled import FOLDER

SOURCES = (FOLDER / "SOURCES.md").read_text()
FILES = sorted(path.name for path in FOLDER.glob("*.npz"))


def test_every_file_stands_in_the_list_of_sources_and_the_other_way_round() -> None:
    assert re.findall(r"^## (\S+\.npz)$", SOURCES, re.MULTILINE) == [
        "diabetes.npz",
        "breast_cancer.npz",
        "digits.npz",
        "mnist.npz",
        "co2.npz",
        "japanese_vowels.npz",
    ]
    assert len(FILES) == 6


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_the_size_and_checksum_that_its_source_says(name: str) -> None:
    entry = SOURCES.split(f"## {name}")[1].split("\n## ")[0]
    data = (FOLDER / name).read_bytes()
    assert f"{len(data)} bytes" in entry
    assert hashlib.sha256(data).hexdigest() in entry
    assert "Licence: " in entry


def test_all_files_together_stay_small() -> None:
    assert sum((FOLDER / name).stat().st_size for name in FILES) < 1_500_000


def test_diabetes_has_the_published_size_and_means() -> None:
    """Efron et al. 2004: 442 patients, 10 variables; the first is 59, woman or man, 32.1, 101, ... and 151."""
    made = bundled.diabetes()
    assert made.x.shape == (442, 10)
    assert made.y.shape == (442,)
    np.testing.assert_allclose(made.x[0], [59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87], rtol=1e-6)
    assert made.y[0] == 151
    assert (made.y.min(), made.y.max()) == (25, 346)
    assert made.y.mean(dtype=float) == pytest.approx(152.133484, abs=1e-5)


def test_breast_cancer_has_the_published_classes_and_ranges() -> None:
    """The data set's documentation: 212 malignant and 357 benign, and the extremes of its features."""
    made = bundled.breast_cancer()
    assert made.x.shape == (569, 30)
    assert np.bincount(made.y).tolist() == [212, 357]
    published = {0: (6.981, 28.11), 1: (9.71, 39.28), 3: (143.5, 2501), 10: (0.112, 2.873), 23: (185.2, 4254)}
    for column, (low, high) in published.items():
        np.testing.assert_allclose([made.x[:, column].min(), made.x[:, column].max()], [low, high], atol=6e-4)


def test_digits_has_the_published_number_of_each_digit() -> None:
    """The documentation of optdigits.tes: 178 zeros, 182 ones and so on; pixels from 0 to 16."""
    made = bundled.digits()
    assert made.x.shape == (1797, 8, 8, 1)
    assert np.bincount(made.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (made.x.min(), made.x.max()) == (0, 16)


def test_the_mnist_subset_has_500_of_each_digit_and_looks_like_mnist() -> None:
    """The mean pixel of all of MNIST is 0.1307 of 255."""
    made = bundled.mnist()
    assert made.x.shape == (5000, 28, 28, 1)
    assert np.bincount(made.y).tolist() == [500] * 10
    assert made.x.mean() / 255 == pytest.approx(0.1307, abs=0.002)
    ones, zeros = made.x[made.y == 1].astype(float).mean(0), made.x[made.y == 0].astype(float).mean(0)
    assert ones[14, 14, 0] > 150 > 50 > zeros[14, 14, 0]  # a one has ink in the middle, a zero has not


def test_japanese_vowels_has_the_published_utterances_of_each_speaker() -> None:
    """The data set's documentation: 30 each for training, 31 35 88 44 29 24 40 50 29 for testing."""
    made = bundled.japanese_vowels()
    assert made.x.shape == (640, 29, 12)
    assert np.bincount(made.y[:270]).tolist() == [30] * 9
    assert np.bincount(made.y[270:]).tolist() == [31, 35, 88, 44, 29, 24, 40, 50, 29]
    np.testing.assert_allclose(made.x[0, :3, 0], [1.860936, 1.891651, 1.939205])
    np.testing.assert_allclose(made.x[0, 0, 1], -0.207383)


def test_an_utterance_is_7_to_29_frames_followed_by_nan_alone() -> None:
    known = np.isfinite(bundled.japanese_vowels().x)
    assert (known.all(2) == known.any(2)).all()
    frames = known[:, :, 0]
    assert (frames.sum(1).min(), frames.sum(1).max()) == (7, 29)
    assert (np.diff(frames.astype(int), axis=1) <= 0).all()
