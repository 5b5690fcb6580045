"""Encoding of Python values for the way to the page: plain JSON beside binary buffers.

An array becomes `{"$buffer": index, "dtype": ..., "shape": [...]}` and its bytes join a list of buffers,
since binary costs neither digits nor parsing: a line of 500 points is 4 kB instead of 20.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

FEW = 8  # numbers that Python compares sooner than NumPy: half of a frame's arrays are a point or an arrow
FLOAT32_ERROR = 1e-6  # largest rounding, relative to the data's own span: invisible in a chart of 1000 pixels
PLAIN = frozenset({str, int, bool, type(None)})  # types that JSON has as they are; most values of a frame
NAMES = {np.dtype(name): name for name in ("int32", "float32", "float64")}  # NumPy composes a name at each request


@dataclass(frozen=True)
class Repeated:
    """An array of texts in `runs` of equal ones, each (text, how many): it reaches the page as that array."""

    runs: tuple[tuple[str, int], ...]

    def __len__(self) -> int:
        return sum(count for _text, count in self.runs)

    def tolist(self) -> list[str]:
        """The texts one by one."""
        return [text for text, count in self.runs for _time in range(count)]


def encode(value: Any, buffers: list[memoryview]) -> Any:
    """Return `value` as strict JSON; the bytes of its numeric arrays are appended to `buffers`.

    Non-finite scalars become None, since JSON knows no NaN. Arrays of texts become lists; for long ones with few
    texts there is `Repeated`.

    Raises:
        TypeError: for anything that JSON could not hold either.
    """
    if type(value) in PLAIN:
        return value
    if isinstance(value, np.ndarray):
        return _encode_array(value, buffers)
    if isinstance(value, Mapping):
        if "bdata" in value:
            return _encode_array(_from_plotly(value), buffers)
        return {str(name): v if type(v) in PLAIN else encode(v, buffers) for name, v in value.items()}
    if isinstance(value, list | tuple):
        return [v if type(v) in PLAIN else encode(v, buffers) for v in value]
    if isinstance(value, Repeated):
        return {"$repeat": [[text, count] for text, count in value.runs]}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str | int):
        return value
    raise TypeError(f"a {type(value).__name__} cannot travel to the page")


def _from_plotly(typed: Mapping[str, Any]) -> np.ndarray:
    """The array that a plotly figure keeps as base64 text, its `to_plotly_json` form."""
    flat = np.frombuffer(base64.b64decode(typed["bdata"]), dtype=np.dtype(typed["dtype"]).newbyteorder("<"))
    shape = str(typed.get("shape", flat.size)).split(",")
    return flat.reshape([int(length) for length in shape])


def _encode_array(array: np.ndarray, buffers: list[memoryview]) -> Any:
    if array.dtype.kind not in "iufb":
        return encode(array.tolist(), buffers)
    small = np.ascontiguousarray(narrow(array))
    buffers.append(small.data.cast("B") if small.size else memoryview(b""))
    return {"$buffer": len(buffers) - 1, "dtype": NAMES[small.dtype], "shape": list(small.shape)}


def narrow(array: np.ndarray) -> np.ndarray:
    """Return `array` as int32 or float32 where nobody could see the difference in a chart, else as float64.

    float32 is taken when it is off by at most 1e-6 of the values' span and keeps every non-finite value:
    a step number of 100 million among its neighbours needs float64, a loss does not.
    """
    if array.dtype == np.float32:
        return array
    if array.dtype.kind in "iub":
        return _narrow_integers(array)
    with np.errstate(over="ignore", invalid="ignore"):
        small = array.astype(np.float32)
        if array.size <= FEW:
            return small if _is_near(small.ravel().tolist(), array.ravel().tolist()) else array.astype(np.float64)
        errors = np.abs(small - array)  # nan where the value is not finite
        error, low, high = _extreme(np.fmax, errors), _extreme(np.fmin, array), _extreme(np.fmax, array)
        span = high - low
    if not np.isfinite(span):
        finite = array[np.isfinite(array)]
        span = np.ptp(finite) if finite.size else np.float64(0)
    return array.astype(np.float64) if error > FLOAT32_ERROR * span else small


def _is_near(small: list[float], exact: list[float]) -> bool:
    finite = [value for value in exact if math.isfinite(value)]
    error = max((abs(a - b) for a, b in zip(small, exact, strict=True) if math.isfinite(b)), default=0.0)
    return not finite or error <= FLOAT32_ERROR * (max(finite) - min(finite))


def _extreme(of: np.ufunc, values: np.ndarray) -> np.floating:
    """The smallest (`np.fmin`) or largest (`np.fmax`) of the values that are not nan; nan if there is none."""
    return of.reduce(values, axis=None) if values.size else np.float64(np.nan)


def _narrow_integers(array: np.ndarray) -> np.ndarray:
    limits = np.iinfo(np.int32)
    fits = array.size == 0 or (array.min() >= limits.min and array.max() <= limits.max)
    return array.astype(np.int32 if fits else np.float64)
