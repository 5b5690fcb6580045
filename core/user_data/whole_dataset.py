"""Data that come in batches, read once as a whole: a `tf.data.Dataset`, a `PyDataset`, a `DataLoader`, a generator."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from core.array_tree import leaves, mapped
from core.field import ConfigError
from core.language import _
from core.learning.memory import free_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SECONDS = 20  # of reading a generator
MOST_SHARE = 0.3  # of the memory that is free: what is read is kept, and copied to the process that trains


def is_batched(data: Any) -> bool:
    """True if `data` gives batches, one after another."""
    return (
        hasattr(data, "element_spec")
        or hasattr(data, "__next__")
        or (
            not isinstance(data, list | tuple | dict | np.ndarray)
            and not hasattr(data, "to_numpy")
            and hasattr(data, "__len__")
            and (hasattr(data, "__iter__") or hasattr(data, "__getitem__"))
            and not hasattr(data, "shape")
        )
    )


def read_whole(data: Any, input_rank: int | None) -> tuple[Any, ...]:
    """(x, y) or (x, y, weights) of all batches of `data`, put together.

    Args:
        data: What gives the batches. It must have an end; a generator, of which that is not known, must come to it
            within `MOST_SECONDS`.
        input_rank: The axes of the model's input, the batch's among them; examples with fewer are no batches yet.

    Raises:
        ConfigError: It has no end, gives no targets, or does not fit into memory.
    """
    parts: list[tuple[Any, ...]] = []
    left = MOST_SHARE * free_bytes()
    for batch in _batches(data):
        if not isinstance(batch, list | tuple) or len(batch) not in (2, 3):
            raise ConfigError(_("Each batch of the data must be (x, y) or (x, y, sample_weight)."))
        part = tuple(mapped(_numpy, piece) for piece in batch)
        if input_rank is not None and leaves(part[0])[0].ndim == input_rank - 1:
            part = tuple(mapped(lambda leaf: leaf[None], piece) for piece in part)
        left -= sum(leaf.nbytes for leaf in leaves(list(part)))
        if left < 0:
            raise ConfigError(_("The data do not fit into memory; give a part of them, such as dataset.take(100)."))
        parts.append(part)
    if not parts:
        raise ConfigError(_("The data have no batch."))
    return tuple(_together([part[i] for part in parts]) for i in range(len(parts[0])))


def _batches(data: Any) -> Iterator[Any]:
    if hasattr(data, "element_spec"):
        if int(data.cardinality()) == -1:  # tf.data.INFINITE_CARDINALITY
            raise ConfigError(_("The dataset repeats without an end; give a part of it, such as dataset.take(100)."))
        return iter(data)
    if hasattr(data, "__next__"):
        return _until(data, time.monotonic() + MOST_SECONDS)
    if hasattr(data, "num_batches") or not hasattr(data, "__iter__"):  # a PyDataset of Keras
        return _by_number(data)
    return iter(data)


def _until(generator: Iterator[Any], end: float) -> Iterator[Any]:
    """The batches of `generator`, if there are no more of them at the time `end`."""
    for batch in generator:
        if time.monotonic() > end:
            raise ConfigError(
                _(
                    "The generator has not come to an end within {seconds} seconds; give a part of it, such as "
                    "itertools.islice(generator, 100).",
                    seconds=MOST_SECONDS,
                )
            )
        yield batch


def _by_number(data: Any) -> Iterator[Any]:
    """The batches of a `PyDataset`, as `fit` asks for them."""
    count = data.num_batches if hasattr(data, "num_batches") else len(data)
    if count is None:
        raise ConfigError(_("The dataset repeats without an end; give a part of it, such as dataset.take(100)."))
    if hasattr(data, "on_epoch_begin"):
        data.on_epoch_begin()
    return (data[i] for i in range(count))


def _numpy(leaf: Any) -> np.ndarray:
    return leaf.detach().cpu().numpy() if hasattr(leaf, "detach") else np.asarray(leaf)


def _together(pieces: list[Any]) -> Any:
    """Nests of one structure, each leaf put together along its first axis."""
    columns = zip(*(leaves(piece) for piece in pieces), strict=True)
    joined = iter([np.concatenate(column) for column in columns])
    first = pieces[0]
    if isinstance(first, dict):  # `leaves` goes by the sorted names
        values = {name: next(joined) for name in sorted(first)}
        return {name: values[name] for name in first}
    return mapped(lambda _leaf: next(joined), first)
