"""Data sets by name: shapes, splits and standardizing."""

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from core.config.settings import FIELDS
from core.datasets import python_help
from core.datasets.dataset import Dataset
from core.datasets.registry import DATASETS, load
from core.datasets.split import Examples, Scaling, split
from core.datasets.vocabulary import Vocabulary
from core.field import ConfigError

OFFLINE = {name: dataset for name, dataset in DATASETS.items() if not dataset.download_bytes}
EVERY_DATASET = pytest.mark.parametrize("dataset", OFFLINE.values(), ids=OFFLINE)


@EVERY_DATASET
def test_arrays_have_the_shapes_and_types_that_the_definition_says(dataset: Dataset) -> None:
    arrays = dataset.load()
    x_type = np.int32 if dataset.kind == "text" else np.float32
    y_type = np.int32 if dataset.task in ("classification", "text") else np.float32
    y_shape = {"classification": (), "text": dataset.input_shape}.get(dataset.task, (1,))
    for x, y in ((arrays.x_train, arrays.y_train), (arrays.x_val, arrays.y_val)):
        assert (x.dtype, y.dtype) == (x_type, y_type)
        assert len(x) == len(y) > 0
        assert x.shape[1:] == dataset.input_shape
        assert y.shape[1:] == y_shape
        assert np.isfinite(x).all()
        assert np.isfinite(y).all()
    assert len(arrays.x_train) + len(arrays.x_val) == (
        dataset.examples or dataset.samples or len(python_help.text()) // 64
    )


@EVERY_DATASET
def test_a_definition_is_complete(dataset: Dataset) -> None:
    assert DATASETS[dataset.name] is dataset
    assert dataset.label
    assert dataset.target
    assert dataset.licence
    assert dataset.source[-4:].isdigit() or dataset.source == "drawn on the page"
    if dataset.task == "classification":
        assert set(dataset.load().y_train.tolist()) == set(range(len(dataset.classes)))
    if dataset.kind in ("points", "table"):
        assert (len(dataset.features),) == dataset.input_shape
    assert (dataset.forecast is not None) == (dataset.task == "forecast")
    assert (dataset.vocabulary is not None) == (dataset.load().x_train.dtype == np.int32)
    assert set(dataset.suggested) <= set(FIELDS)


@EVERY_DATASET
def test_the_same_seed_splits_alike(dataset: Dataset) -> None:
    first, again = dataset.load(samples=100, seed=5), dataset.load(samples=100, seed=5)
    np.testing.assert_array_equal(first.x_train, again.x_train)
    np.testing.assert_array_equal(first.y_val, again.y_val)


@pytest.mark.parametrize("name", ["diabetes", "digits", "japanese_vowels", "circle"])
def test_another_seed_splits_differently(name: str) -> None:
    assert not np.array_equal(load(name, seed=1).x_val, load(name, seed=2).x_val)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_train_share_is_the_share_that_is_trained_on(share: float) -> None:
    arrays = load("diabetes", train_share=share)
    assert len(arrays.x_train) == round(442 * share)
    assert len(arrays.x_train) + len(arrays.x_val) == 442


@pytest.mark.parametrize("name", ["breast_cancer", "digits", "japanese_vowels", "spiral"])
def test_both_parts_hold_the_classes_in_the_same_shares(name: str) -> None:
    arrays = load(name)
    n = len(DATASETS[name].classes)
    train = np.bincount(arrays.y_train, minlength=n) / len(arrays.y_train)
    val = np.bincount(arrays.y_val, minlength=n) / len(arrays.y_val)
    np.testing.assert_allclose(train, val, atol=0.02)


def test_no_example_is_in_both_parts() -> None:
    examples = Examples(np.arange(100.0)[:, None], np.arange(100.0))
    arrays = split(examples, 0.7, seed=1)
    assert arrays.x_scaling is not None
    seen = [np.rint(arrays.x_scaling.undo(x)).ravel() for x in (arrays.x_train, arrays.x_val)]
    np.testing.assert_array_equal(np.sort(np.concatenate(seen)), np.arange(100))


@pytest.mark.parametrize("name", ["diabetes", "digits", "mnist", "plane", "co2"])
def test_the_training_part_has_mean_0_and_deviation_1_and_the_validation_part_does_not(name: str) -> None:
    arrays = load(name)
    channels = arrays.x_train.astype(float).reshape(-1, arrays.x_train.shape[-1])
    np.testing.assert_allclose(channels.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(channels.std(0), 1, atol=1e-5)
    unseen = arrays.x_val.astype(float).reshape(-1, arrays.x_val.shape[-1])
    assert np.abs(unseen.mean(0)).max() > 1e-4


def test_a_changed_validation_example_changes_nothing_in_training() -> None:
    x = np.random.default_rng(1).normal(size=(50, 3))
    before = split(Examples(x, x[:, 0]), 0.8, seed=1, ordered=True)
    x = x.copy()
    x[-1] = 1e20
    after = split(Examples(x, x[:, 0]), 0.8, seed=1, ordered=True)
    np.testing.assert_array_equal(before.x_train, after.x_train)
    np.testing.assert_array_equal(before.y_train, after.y_train)
    assert np.isfinite(after.x_val).all()


def test_standardizing_can_be_undone() -> None:
    values = np.random.default_rng(1).normal(300, 20, (50, 4))
    scaling = Scaling.of(values)
    np.testing.assert_allclose(scaling.undo(scaling.apply(values)), values, rtol=1e-5)


def test_a_constant_or_empty_channel_becomes_zero_instead_of_dividing_by_zero() -> None:
    values = np.column_stack([np.full(5, 7.3), np.full(5, np.nan), [1, 2, np.nan, 4, 5]])
    scaled = Scaling.of(values).apply(values)
    np.testing.assert_array_equal(scaled[:, :2], 0)
    assert scaled[2, 2] == 0  # a missing value counts as the mean


def test_the_scaling_of_pixels_equals_numpys() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (20, 5, 5, 3), dtype=np.uint8)
    scaling = Scaling.of(pixels)
    np.testing.assert_allclose(scaling.mean, pixels.mean((0, 1, 2)))
    np.testing.assert_allclose(scaling.spread, pixels.std((0, 1, 2)))


def test_the_end_of_an_utterance_is_padded_with_zeros_and_no_frame_inside_one_is_zero() -> None:
    arrays = load("japanese_vowels")
    silent = (np.concatenate([arrays.x_train, arrays.x_val]) == 0).all(2)
    assert (np.diff(silent.astype(int), axis=1) >= 0).all()
    assert (~silent).sum() == 9961  # frames in the data set


def test_a_forecast_is_validated_on_the_years_after_its_training() -> None:
    arrays = load("co2")
    first, again = load("co2", seed=1), load("co2", seed=2)
    np.testing.assert_array_equal(first.x_val, again.x_val)
    # The target of an example is the last change in the next one's history.
    assert arrays.x_scaling is not None
    assert arrays.y_scaling is not None
    last = arrays.x_scaling.undo(arrays.x_val)[1:, -1, 0]
    np.testing.assert_allclose(last, arrays.y_scaling.undo(arrays.y_val)[:-1, 0], atol=1e-5)


def test_fewer_samples_of_a_forecast_are_the_newest() -> None:
    all_of_them, newest = load("co2"), load("co2", samples=100)
    assert all_of_them.y_scaling is not None
    assert newest.y_scaling is not None
    assert len(newest.y_val) == 20
    expected = all_of_them.y_scaling.undo(all_of_them.y_val)[-20:]
    np.testing.assert_allclose(newest.y_scaling.undo(newest.y_val), expected, atol=1e-5)


def test_more_samples_than_there_are_means_all_of_them() -> None:
    arrays = load("diabetes", samples=100_000)
    assert len(arrays.x_train) + len(arrays.x_val) == 442


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("nothing", {}),
        ("circle", {"samples": 9}),
        ("circle", {"samples": 10**9}),
        ("circle", {"noise": 0.51}),
        ("circle", {"noise": float("nan")}),
        ("digits", {"train_share": 1.0}),
        ("digits", {"train_share": "much"}),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_one_sentence(name: str, setting: dict) -> None:
    with pytest.raises(ConfigError, match=r"^[A-Z].*\.$"):
        load(name, **setting)


def test_too_few_examples_are_refused() -> None:
    with pytest.raises(ConfigError, match="there are 3"):
        split(Examples(np.zeros((3, 1)), np.zeros(3)), 0.5, seed=1)


def test_texts_pieces_follow_one_another_and_targets_are_one_character_ahead() -> None:
    arrays = load("python_help")
    text, letters = python_help.text(), Vocabulary.of_characters(python_help.text(), "")
    pieces = np.concatenate([arrays.x_train, arrays.x_val])
    assert letters.decode(pieces[:3].ravel()) == text[:192]
    assert letters.decode(arrays.y_train[0]) == text[1:65]
    assert arrays.classes == tuple(sorted(set(text)))


def test_the_text_is_pythons_help_with_every_paragraph_once() -> None:
    paragraphs = Counter(python_help.text().split("\n\n"))
    assert max(paragraphs.values()) == 1
    assert any("assert" in paragraph for paragraph in paragraphs)
    assert len(python_help.text()) > 300_000


def test_text_survives_encoding() -> None:
    letters = Vocabulary.of_characters(python_help.text(), "")
    sentence = "def descend(x): return x - 0.1 * gradient(x)"
    assert letters.decode(letters.encode(sentence)) == sentence
    assert letters.decode(letters.encode("a\U0001f600b")) == "ab"


def test_loading_needs_neither_tensorflow_nor_the_packages_the_data_come_from() -> None:
    code = (
        "import sys; from core.datasets.registry import DATASETS, load;"
        "[load(name) for name, data in DATASETS.items() if not data.download_bytes];"
        "print({'tensorflow', 'keras', 'sklearn', 'pandas', 'statsmodels', 'mlxtend', 'aeon'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
