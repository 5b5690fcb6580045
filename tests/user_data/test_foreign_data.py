"""Data of libraries that are not installed here, by stand-ins with the interface their manuals describe."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.field import ConfigError
from core.user_data import sparse_matrix, whole_dataset
from core.user_data.arrays import arrays_of
from core.user_models.making import user_model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

RNG = np.random.default_rng(7)
X = RNG.normal(size=(60, 3)).astype("float32")
Y = (X @ np.array([1.0, -2.0, 0.5])).astype("float32")
BATCHES = [slice(at, at + 16) for at in range(0, 60, 16)]


def net(outputs: int = 1) -> keras.Model:
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(outputs)])


class Series:
    """A column of polars."""

    def __init__(self, values: Any) -> None:
        self._values = values

    def to_numpy(self) -> np.ndarray:
        return self._values


class Frame:
    """A table of polars, which also has what a lazy one has."""

    def __init__(self, values: np.ndarray) -> None:
        self._values, self.columns = values, [f"c{i}" for i in range(values.shape[1])]

    def __getitem__(self, name: str) -> Series:
        return Series(self._values[:, self.columns.index(name)])

    def to_numpy(self) -> np.ndarray:
        return self._values

    def collect_schema(self) -> dict[str, type]:
        return dict.fromkeys(self.columns, float)


class LazyFrame:
    """A lazy table of polars: it warns when it is asked for its columns."""

    def collect_schema(self) -> dict[str, type]:
        return {}

    @property
    def columns(self) -> list[str]:
        raise AssertionError("this resolves the schema, which may take long")

    def collect(self) -> Frame:
        return Frame(X)


class Sparse:
    """A sparse matrix of SciPy."""

    shape, dtype = X.shape, X.dtype

    def toarray(self) -> np.ndarray:
        return X

    def __len__(self) -> int:
        raise TypeError("sparse array length is ambiguous; use getnnz()")


class Tensor:
    """A tensor of PyTorch that requires a gradient: it has to be detached first."""

    def __init__(self, values: np.ndarray) -> None:
        self._values, self.shape = values, values.shape

    def __len__(self) -> int:
        return len(self._values)

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")

    def detach(self) -> Any:
        return Detached(self._values)


class Detached(Tensor):
    def cpu(self) -> Detached:
        return self

    def numpy(self) -> np.ndarray:
        return self._values

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return self._values


class Capsule:
    """An array that has DLPack's interface and not NumPy's."""

    shape = X.shape

    def __dlpack__(self, **options: Any) -> Any:
        return X.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return X.__dlpack_device__()


class BrainFloats(Detached):
    """A tensor of PyTorch in bfloat16, which it does not give to NumPy."""

    dtype = "torch.bfloat16"

    def detach(self) -> BrainFloats:
        return self

    def float(self) -> Detached:
        return Detached(self._values)

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        raise TypeError("Got unsupported ScalarType BFloat16")


class Loader:
    """A DataLoader of PyTorch: it gives lists of tensors."""

    def __len__(self) -> int:
        return len(BATCHES)

    def __iter__(self) -> Iterator[list[Tensor]]:
        return ([Tensor(X[rows]), Tensor(Y[rows])] for rows in BATCHES)


class StreamLoader(Loader):
    """One over an IterableDataset, whose length nobody knows."""

    def __len__(self) -> int:
        raise TypeError("object of type 'IterableDataset' has no len()")


class Batches(keras.utils.PyDataset):
    """A PyDataset that gets ready when an epoch begins."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[slice] = []

    def __len__(self) -> int:
        return len(BATCHES)

    def on_epoch_begin(self) -> None:
        self.rows = BATCHES

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        return X[self.rows[index]], Y[self.rows[index]]


class Endless(Batches):
    @property
    def num_batches(self) -> None:
        return None


@pytest.mark.parametrize(
    "x",
    [
        Frame(X), LazyFrame(), Sparse(), Tensor(X), tf.sparse.from_dense(X), Series(list(X)), Capsule(),
        BrainFloats(X),
    ],
)  # fmt: skip
def test_the_inputs_of_other_libraries_are_the_same_numbers(x: Any) -> None:
    own = user_model_of(net(), (x, Series(Y)), validation_data=(x, Series(Y)))
    assert own.data.validation is not None
    for part in (own.data.training, own.data.validation):
        np.testing.assert_array_equal(part[0], X)
        np.testing.assert_array_equal(part[1], Y)


def test_bfloat16_becomes_float32() -> None:
    found = arrays_of(tf.constant([[1.0, 2.5]], tf.bfloat16), 1, "x")
    assert isinstance(found, np.ndarray)
    assert found.dtype == np.float32
    assert found.tolist() == [[1.0, 2.5]]


@pytest.mark.parametrize("batches", [Loader, StreamLoader, Batches])
def test_batches_are_read_in_their_order_also_those_that_are_held_out(batches: type[Any]) -> None:
    own = user_model_of(net(), batches(), validation_data=batches())
    assert own.data.validation is not None
    for part in (own.data.training, own.data.validation):
        np.testing.assert_array_equal(part[0], X)
        np.testing.assert_array_equal(part[1], Y)


def test_batches_without_an_end_are_refused() -> None:
    with pytest.raises(ConfigError, match="without an end"):
        user_model_of(net(), Endless())


def test_a_generator_is_read_to_its_end() -> None:
    own = user_model_of(net(), ((X[rows], Y[rows]) for rows in BATCHES))
    np.testing.assert_array_equal(own.data.x, X)
    np.testing.assert_array_equal(own.data.y, Y)


def test_a_generator_that_does_not_end_soon_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_dataset, "MOST_SECONDS", 0)
    with pytest.raises(ConfigError, match="not come to an end within 0 seconds"):
        user_model_of(net(), ((X, Y) for _again in itertools.count()))


def test_a_generator_that_fails_half_way_fails_with_its_own_error() -> None:
    def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        yield X, Y
        raise OSError("the file is gone")

    with pytest.raises(OSError, match="the file is gone") as caught:
        user_model_of(net(), batches())
    assert caught.traceback[-1].name == "batches"


def test_lists_of_different_lengths_in_a_column_are_refused() -> None:
    ragged = np.array([[1.0, 2.0], [3.0]], dtype=object)
    with pytest.raises(ConfigError, match="different lengths"):
        arrays_of(Series(ragged), 1, "x")


def test_a_sparse_matrix_that_would_not_fit_is_refused_before_it_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparse_matrix, "free_bytes", lambda: 1000)
    with pytest.raises(ConfigError, match="x is sparse and would take 720"):
        arrays_of(Sparse(), 1, "x")


@pytest.mark.parametrize("y", [Y, Y[:, None]])
def test_held_out_targets_may_have_an_axis_more_or_less(y: np.ndarray) -> None:
    own = user_model_of(net(), (X, Y), validation_data=(X[:9], y[:9]))
    assert own.data.validation is not None
    np.testing.assert_array_equal(own.data.validation[1], Y[:9])


@pytest.mark.parametrize(
    ("held_out", "sentence"),
    [
        ((X[:9, :2], Y[:9]), "does not fit the data: [^\\x1b]*value 3, but received input with shape \\(8, 2\\)"),
        ((X[:0], Y[:0]), "validation_data has no example"),
        ((X[:9], np.zeros((9, 2))), "must be alike; their shapes are \\(60,\\) and \\(9, 2\\)"),
    ],
)
def test_held_out_data_that_do_not_fit_are_refused_before_a_page_is_shown(held_out: Any, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        user_model_of(net(), (X, Y), validation_data=held_out)
