"""What travels to the page: small arrays and strict JSON."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from widgets.board.encoding import Repeated, encode, narrow


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (np.linspace(0, 1, 500), np.float32),
        (np.array([100_000_000.0, 100_000_001.0]), np.float64),
        (np.array([1e300, 0.0]), np.float64),
        (np.array([1.0, np.nan, np.inf]), np.float32),
        (np.array([np.nan]), np.float32),
        (np.array([np.inf, 100_000_000.0, 100_000_001.0]), np.float64),
        (np.array([-np.inf, 0.1, 0.7]), np.float32),
        (np.array([0.1]), np.float64),
        (np.array([2**31]), np.float64),
        (np.array([1, 2]), np.int32),
        (np.array([], dtype=np.int64), np.int32),
        (np.array([], dtype=np.float64), np.float32),
        (np.array([True, False]), np.int32),
    ],
)
def test_arrays_travel_as_small_as_no_eye_can_tell(array: np.ndarray, dtype: Callable[..., Any]) -> None:
    small = narrow(array)
    assert small.dtype == dtype
    assert np.allclose(small, array, rtol=1e-6, equal_nan=True)


def test_what_is_encoded_is_strict_json_and_loses_nothing() -> None:
    buffers: list[memoryview] = []
    values = {
        "nan": float("nan"),
        "scalar": np.float32(0.5),
        "count": np.int64(3),
        "row": np.array([1.5, 2.5]),
        "strided": np.arange(6.0).reshape(2, 3).T,
        "none": np.zeros((0,)),
        "words": np.array(["a", "b"]),
        "nested": ({"yes": True},),
    }
    sent = encode(values, buffers)
    assert json.loads(json.dumps(sent, allow_nan=False)) == sent
    assert (sent["nan"], sent["scalar"], sent["count"]) == (None, 0.5, 3)
    assert (sent["words"], sent["nested"]) == (["a", "b"], [{"yes": True}])
    assert [np.frombuffer(part, np.float32).tolist() for part in buffers] == [
        [1.5, 2.5],
        [0, 3, 1, 4, 2, 5],
        [],
    ]
    assert sent["strided"] == {"$buffer": 1, "dtype": "float32", "shape": [3, 2]}


def test_equal_texts_in_a_row_travel_once() -> None:
    texts = Repeated((("first", 1000), ("second", 2)))
    assert encode({"text": texts}, []) == {"text": {"$repeat": [["first", 1000], ["second", 2]]}}
    assert texts.tolist() == ["first"] * 1000 + ["second"] * 2
    assert len(texts) == 1002
