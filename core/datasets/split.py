"""Raw examples, and how they become training and validation arrays.

Means and standard deviations, by which the data are standardized, are those of the training part alone, so that
the validation part stays unseen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.field import ConfigError
from core.language import ngettext

FEWEST_EXAMPLES = 4  # two to learn from and two to validate on
LARGEST_SCALED = 1e6  # standard deviations; one absurd validation value must not overflow float32
CONSTANT = 1e-9  # a spread this small beside the values themselves is rounding, not information


@dataclass(frozen=True)
class Examples:
    """Raw examples: x (n, ...) and y (n, ...), in the units of their source.

    Float and uint8 x are quantities, nan where there is none (a missing cell, the end of a sequence);
    int32 x are tokens. Float y are quantities to predict, int32 y are classes.
    """

    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Scaling:
    """The affine map of a quantity to mean 0 and standard deviation 1, per channel (last axis)."""

    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> Scaling:
        """The scaling learned from `values` (n, ..., channels), float64; nan is left out of it.

        A channel that is constant, or has no value at all, keeps its spread: it is divided by 1.
        """
        axes = tuple(range(values.ndim - 1))
        if values.dtype.kind == "f":
            known = np.isfinite(values).sum(axes) > 0
            filled = values if known.all() else np.where(known, values, 0)  # nanmean warns of an empty channel
            mean = np.nanmean(filled, axes, dtype=np.float64)
            spread = np.nanstd(filled, axes, dtype=np.float64)
        else:  # pixels: a float64 copy of them, as np.std makes, could take gigabytes
            mean = values.mean(axes, dtype=np.float64)
            pixels = values.reshape(-1, values.shape[-1])
            squares = np.einsum("nc,nc->c", pixels, pixels, dtype=np.float64) / len(pixels)
            spread = np.sqrt(np.maximum(squares - mean**2, 0))
        return cls(np.asarray(mean), np.where(spread > CONSTANT * np.abs(mean), spread, 1.0))

    def apply(self, values: np.ndarray) -> np.ndarray:
        """(values - mean) / spread, float32, at most 1e6 either way; nan becomes 0, which is the mean."""
        dtype = np.float32 if values.dtype == np.uint8 else np.float64
        scaled: np.ndarray = values.astype(dtype)
        np.subtract(scaled, self.mean, out=scaled, casting="same_kind")
        np.divide(scaled, self.spread, out=scaled, casting="same_kind")
        scaled[np.isnan(scaled)] = 0
        return np.clip(scaled, -LARGEST_SCALED, LARGEST_SCALED, out=scaled).astype(np.float32, copy=False)

    def undo(self, scaled: np.ndarray) -> np.ndarray:
        """The values in their own unit, float64, that `apply` maps to `scaled`."""
        return np.asarray(scaled, np.float64) * self.spread + self.mean


def unscaled(values: np.ndarray, scaling: Scaling | None) -> np.ndarray:
    """Standardized values (n, ...) in their own unit, float64; None where they were not scaled."""
    return np.asarray(values if scaling is None else scaling.undo(values), np.float64)


def own_unit(values: np.ndarray, scaling: Scaling | None) -> np.ndarray:
    """Standardized values (n, 1) in their own unit, float64 (n,); a model of one's own may answer without that axis."""
    return unscaled(values, scaling).reshape(len(values))


@dataclass(frozen=True)
class Split:
    """Training and validation arrays, ready for a model.

    x is float32 (n, ...), standardized, or int32 tokens (n, length). y is int32 (n,) for classes, int32
    (n, length) for the next characters of a text, float32 (n, 1), standardized, for a quantity.
    `x_scaling` and `y_scaling` lead back to the units of the source; None where nothing was scaled.

    A person's own model has its data as they are: also several arrays as an `ArrayTree`, and y (n, ...) of any dtype.
    `w_train` and `w_val` (n,) weigh the examples in the loss; None where all count alike.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_scaling: Scaling | None = None
    y_scaling: Scaling | None = None
    classes: tuple[str, ...] = ()
    w_train: np.ndarray | None = None
    w_val: np.ndarray | None = None

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one example, without the batch axis."""
        return self.x_train.shape[1:]


def split(
    examples: Examples,
    train_share: float,
    seed: int,
    samples: int | None = None,
    ordered: bool = False,
    train_examples: int | None = None,
) -> Split:
    """The first `train_share` of the examples to train on, the rest to validate on, standardized.

    They are shuffled first, by `seed`, with each class spread evenly, so that both parts, and any number of
    `samples`, hold the classes in the same shares. `ordered` ones keep their order, so that a forecast is validated on
    the time after its training and a text on its last part. Of `samples` fewer than there are, shuffled
    examples are drawn at random and ordered ones taken from the end.

    Of the training part `train_examples` are trained on, if it has more: the last of ordered ones, which lie next to
    the validation part. Nothing else changes with them, neither the validation part nor the scaling, which is that of
    the whole training part, so that losses of different amounts of data can be compared.

    >>> weeks = Examples(np.arange(10.0).reshape(10, 1), np.arange(10.0))
    >>> in_time = split(weeks, train_share=0.8, seed=0, ordered=True)
    >>> in_time.x_scaling.undo(in_time.x_val).ravel().round(4)
    array([8., 9.])

    Raises:
        ConfigError: there are fewer than 4 examples.
    """
    n_all = len(examples.x)
    n = n_all if samples is None else min(samples, n_all)
    if n < FEWEST_EXAMPLES:
        raise ConfigError(_too_few(n))
    rows = np.arange(n_all - n, n_all) if ordered else shuffled(examples.y, seed)[:n]
    n_train = min(max(round(n * train_share), 2), n - 2)
    train, val = rows[:n_train], rows[n_train:]
    x_train, x_val, x_scaling = _prepared(examples.x, train, val)
    y = examples.y if examples.y.dtype == np.int32 else examples.y.reshape(n_all, -1)
    y_train, y_val, y_scaling = _prepared(y, train, val)
    taken = _taken(n_train, train_examples, ordered)
    return Split(x_train[taken], y_train[taken], x_val, y_val, x_scaling, y_scaling)


def _taken(n_train: int, count: int | None, ordered: bool) -> slice:
    """Which of the training part are trained on."""
    if count is None or count >= n_train:
        return slice(None)
    return slice(n_train - count, None) if ordered else slice(count)


def _too_few(count: int) -> str:
    return ngettext(
        "At least {fewest} examples are needed to train and validate; there is {count}.",
        "At least {fewest} examples are needed to train and validate; there are {count}.",
        count,
        fewest=FEWEST_EXAMPLES,
    )


def shuffled(y: np.ndarray, seed: int) -> np.ndarray:
    """All rows in random order; of classes, each start of it has as near as can be the shares of the whole."""
    rows = np.random.default_rng(seed).permutation(len(y))
    if y.dtype != np.int32 or y.ndim > 1:
        return rows
    labels = y[rows]
    place = np.empty(len(rows))
    for label in np.unique(labels):
        of_class = labels == label
        count = of_class.sum()
        place[of_class] = (np.arange(count) + 0.5) / count
    return rows[np.argsort(place, kind="stable")]


def _prepared(values: np.ndarray, train: np.ndarray, val: np.ndarray) -> tuple[np.ndarray, np.ndarray, Scaling | None]:
    if values.dtype == np.int32:
        return values[train], values[val], None
    scaling = Scaling.of(values[train])
    return scaling.apply(values[train]), scaling.apply(values[val]), scaling
