"""Data as people hand them to Keras become the same arrays, or are refused in a sentence that names what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from core.array_tree import ArrayTree
from core.field import ConfigError
from core.user_data.arrays import arrays_of
from core.user_data.whole_dataset import is_batched, read_whole

ROWS = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


class Column:
    """A column as pandas and polars have it."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def to_numpy(self) -> np.ndarray:
        return np.array(self.values, dtype=object if None in self.values else None)


class Table:
    """A table as pandas and polars have it."""

    def __init__(self, **columns: list[Any]) -> None:
        self._columns, self.columns = columns, list(columns)

    def __getitem__(self, name: str) -> Column:
        return Column(self._columns[name])

    def to_numpy(self) -> np.ndarray:
        raise AssertionError("columns are read one by one")


@pytest.mark.parametrize("data", [ROWS, np.array(ROWS), tf.constant(ROWS), Table(a=[1, 3, 5], b=[2.0, 4.0, 6.0])])
def test_one_array_comes_in_many_forms(data: Any) -> None:
    np.testing.assert_array_equal(arrays_of(data, 1, "x"), ROWS)


@pytest.mark.parametrize("data", [[np.zeros((3, 2)), np.ones(3)], {"b": np.ones(3), "a": np.zeros((3, 2))}])
def test_several_arrays_stay_together(data: Any) -> None:
    tree = arrays_of(data, 2, "x")
    assert isinstance(tree, ArrayTree)
    assert [leaf.shape for leaf in tree[1:].leaves] == [(2, 2), (2,)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (Table(age=[1, 2], city=["Ulm", "Bonn"]), "no numbers: city"),
        (Table(age=[1, None], size=[2, 3]), "1 value that is missing or infinite, in 1 of 2 rows"),
        (np.array([[1.0, np.nan], [np.inf, np.nan]]), "3 values that are missing or infinite, in 2 of 2 rows"),
        ([[1, 2], [3]], "different lengths"),
        ([1.0, None, 3.0], "1 value that is missing or infinite, in 1 of 3 rows"),
        ([["a", 1.0], [None, 2.0]], "1 value that is missing or infinite, in 1 of 2 rows"),
        (["yes", None, "no"], "1 value that is missing or infinite, in 1 of 3 rows"),
        (np.array(["yes", np.nan, "no"], object), "1 value that is missing"),
        (Table(kind=["yes", None, "no"]), "1 value that is missing"),
        (np.ma.masked_equal([[1, -1], [2, 3]], -1), "1 value that is missing or infinite, in 1 of 2 rows"),
        (np.array(["2026-01-01"], "datetime64[D]"), "datetime64"),
        (7, "must be arrays"),
        ({"a": np.zeros(3), "b": np.zeros(4)}, "3, 4"),
    ],
)
def test_what_no_model_can_read_is_refused(data: Any, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        arrays_of(data, None, "x")


def test_a_dataset_is_read_once_as_a_whole() -> None:
    x, y = np.arange(20.0).reshape(10, 2), np.arange(10)
    batches = tf.data.Dataset.from_tensor_slices(({"a": x, "b": x + 1}, y)).batch(4)
    assert is_batched(batches)
    read = read_whole(batches, None)
    np.testing.assert_array_equal(read[0]["b"], x + 1)
    np.testing.assert_array_equal(read[1], y)
    single = read_whole(tf.data.Dataset.from_tensor_slices((x, y)), 2)
    np.testing.assert_array_equal(single[0], x)


def test_a_dataset_without_an_end_is_refused() -> None:
    with pytest.raises(ConfigError, match="repeats without an end"):
        read_whole(tf.data.Dataset.from_tensor_slices((np.zeros((4, 2)), np.zeros(4))).batch(2).repeat(), 2)
