"""Data as people hand them to Keras, as NumPy arrays: tables, tensors, lists, and dicts or lists of these."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.array_tree import Arrays, ArrayTree
from core.field import ConfigError
from core.language import _, ngettext
from core.number_format import format_number
from core.user_data.sparse_matrix import dense

NUMBERS = "fiub"  # the kinds of NumPy dtypes that count as numbers
ABSENT = ("NAType", "NaTType")  # of pandas
BFLOAT16 = "bfloat16"  # of TensorFlow, JAX and PyTorch, which cannot give it to NumPy
MOST_NAMES = 3  # columns that a refusal names


def arrays_of(data: Any, parts: int | None, what: str) -> Arrays:
    """`data` as an array (n, ...), or as an `ArrayTree` of several.

    Args:
        data: An array, a table of pandas or polars, a tensor, a list of rows; or a dict, list or tuple of these.
        parts: How many arrays the model takes; None where it does not say.
        what: "x" or "y", as a refusal calls the data.

    Raises:
        ConfigError: They are no numbers, or have missing values or rows of different lengths.
    """
    if isinstance(data, dict):
        tree = ArrayTree({name: _array(part, f"{what}[{name!r}]") for name, part in data.items()})
        return _equally_long(tree, what)
    if isinstance(data, list | tuple) and _is_several(data, parts):
        return _equally_long(ArrayTree([_array(part, f"{what}[{i}]") for i, part in enumerate(data)]), what)
    return _array(data, what)


def _is_several(data: list[Any] | tuple[Any, ...], parts: int | None) -> bool:
    """True if the items are the arrays of several inputs, not the rows of one."""
    if not data or not all(hasattr(part, "shape") and len(part.shape) for part in data):
        return parts is not None and parts > 1 and len(data) == parts
    return len(data) == parts if parts is not None else len({len(part) for part in data}) == 1


def _equally_long(tree: ArrayTree, what: str) -> ArrayTree:
    lengths = [len(leaf) for leaf in tree.leaves]
    if len(set(lengths)) > 1:
        counts = ", ".join(map(format_number, lengths))
        raise ConfigError(
            _("The arrays of {what} must have one row an example each; they have {counts}.", what=what, counts=counts)
        )
    return tree


def _array(data: Any, what: str) -> np.ndarray:
    array = _plain(data, what)
    if array.ndim == 0:
        raise ConfigError(_("{what} must be arrays, tables, tensors or lists with one row an example.", what=what))
    if array.dtype.kind in "US":
        return array
    if array.dtype.kind == "O":
        _refuse_gone(_missing_in(array), what)
    if array.dtype.kind not in NUMBERS:
        raise ConfigError(
            _("{what} has the dtype {dtype}, which no model can read: give numbers.", what=what, dtype=str(array.dtype))
        )
    if array.dtype.kind == "f":
        _refuse_gone(~np.isfinite(array), what)
    return array


def _plain(data: Any, what: str) -> np.ndarray:
    """`data` as an array; of a table the columns, which must be numbers."""
    if hasattr(data, "collect_schema") and not hasattr(data, "to_numpy"):  # a lazy table of polars
        data = data.collect()
    if hasattr(data, "to_numpy") and hasattr(data, "columns"):
        return _table(data, what)
    if hasattr(data, "detach"):  # a tensor of PyTorch
        data = data.detach().cpu()
        data = data.float() if str(getattr(data, "dtype", "")).endswith(BFLOAT16) else data
    if hasattr(data, "__dlpack__") and not hasattr(data, "__array__"):
        data = np.from_dlpack(data)
    if isinstance(data, np.ma.MaskedArray):
        data = _with_gaps(data)
    if hasattr(data, "toarray") or hasattr(data, "dense_shape"):
        return dense(data, what)
    try:
        return _column(data) if hasattr(data, "to_numpy") else _typed(_of_numpy(np.asarray(data)))
    except ValueError:
        raise ConfigError(
            _("The rows of {what} have different lengths; keras.utils.pad_sequences makes them equal.", what=what)
        ) from None


def _of_numpy(array: np.ndarray) -> np.ndarray:
    """`array`, in float32 where it is of a dtype that NumPy does not have itself."""
    return array.astype(np.float32) if array.dtype.name == BFLOAT16 else array


def _table(table: Any, what: str) -> np.ndarray:
    columns = {str(name): _column(table[name]) for name in table.columns}
    texts = [name for name, column in columns.items() if column.dtype.kind not in NUMBERS]
    if texts and len(columns) > 1:
        names = ", ".join(texts[:MOST_NAMES])
        raise ConfigError(
            _(
                'Columns of {what} are no numbers: {names}. Encode them first, or load the file as "Your CSV", which '
                "does it.",
                what=what,
                names=names,
            )
        )
    return np.stack(list(columns.values()), 1)


def _column(column: Any) -> np.ndarray:
    """A column of pandas or polars; nullable numbers become floats with nan, categories their values.

    Raises:
        ValueError: It holds lists of different lengths.
    """
    values = np.asarray(column.to_numpy())
    if values.dtype.kind == "O" and len(values) and isinstance(values[0], list | tuple | np.ndarray):
        return np.array([np.asarray(row).tolist() for row in values])
    return _typed(values)


def _with_gaps(masked: Any) -> np.ndarray:
    """The values of a masked array of NumPy, None where they are masked."""
    values, gone = np.asarray(masked.data), np.ma.getmaskarray(masked)
    if gone.any():
        values = values.astype(object)
        values[gone] = None
    return values


def _missing_in(array: np.ndarray) -> np.ndarray:
    """Where an array of Python objects has None, nan or the sign of pandas for a missing value, bool of its shape."""
    gone = [value is None or type(value).__name__ in ABSENT or _is_nan(value) for value in array.ravel()]
    return np.array(gone, bool).reshape(array.shape)


def _is_nan(value: object) -> bool:
    return isinstance(value, float | np.floating) and bool(value != value)


def _typed(array: np.ndarray) -> np.ndarray:
    """`array`, and of Python objects the numbers or texts that they all are, but for those that are missing."""
    if array.dtype.kind != "O":
        return array
    flat = array.ravel()
    missing = _missing_in(flat)
    if missing.any():
        numbers = all(isinstance(value, int | float | np.number | np.bool_) for value in flat[~missing])
        return np.where(missing, np.nan, flat).astype(float).reshape(array.shape) if numbers else array
    if all(isinstance(value, str) for value in flat):
        return array.astype(str)
    if all(isinstance(value, int | float | np.number | np.bool_) for value in flat):
        return np.array(array.tolist())
    if flat.size and hasattr(flat[0], "__len__"):
        raise ValueError("ragged")
    return array


def _refuse_gone(bad: np.ndarray, what: str) -> None:
    """Raises ConfigError if anything is missing or infinite: True in `bad`, (n, ...)."""
    count = int(bad.sum())
    if not count:
        return
    rows = int(bad.reshape(len(bad), -1).any(1).sum())
    raise ConfigError(
        ngettext(
            "{what} has {count} value that is missing or infinite, in {rows} of {all} rows: fill it or leave the row "
            "out.",
            "{what} has {count} values that are missing or infinite, in {rows} of {all} rows: fill them or leave the "
            "rows out.",
            count,
            what=what,
            count=format_number(count),
            rows=format_number(rows),
            all=format_number(len(bad)),
        )
    )
