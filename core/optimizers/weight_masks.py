"""Masks inside the compiled loop: which weights are zero is chosen and held there, so that no change recompiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from core.optimizers.pruning import MATRICES, ROUNDING, SPREAD, kept_weights, planned_sparsity, updates_between

if TYPE_CHECKING:
    from collections.abc import Sequence

FACTOR = SPREAD - 2**32  # the same number modulo 2^32, as int32 has it
LOW_BITS = 2**31 - 1
COLUMNS = 256
SAMPLE, MARGIN = 4096, 200  # weights by which a quantile is guessed, and how many places that may be off: 6 deviations


class WeightMasks:
    """Zeros among weights that stay zero whatever the rule of the update.

    After each update the weights are multiplied by masks. Every `updates_between` these are chosen anew by magnitude,
    one threshold for all weights, with the share of `planned_sparsity`; after a change of the sparsity at once. The
    update that they are chosen by is made without them.

    Attributes:
        sparsity: The share of zeros at the end, a variable that may change between two updates.
        total: The number of updates of the run, likewise.
        state: What updates change: masks, and the sparsity by which they were chosen last.
    """

    def __init__(self, variables: Sequence[keras.Variable], sparsity: float, total: float) -> None:
        """Masks of ones on those of `variables` that may be pruned."""
        self.places = tuple(place for place, v in enumerate(variables) if v.name in MATRICES)
        self._weights = [variables[place] for place in self.places]
        self._kept = [
            keras.Variable(np.ones(v.shape, bool), dtype="bool", trainable=False, name="kept") for v in self._weights
        ]
        self.sparsity = keras.Variable(sparsity, dtype="float64", trainable=False, name="sparsity")
        self.total = keras.Variable(total, dtype="float64", trainable=False, name="total")
        self._chosen_by = keras.Variable(-1.0, dtype="float64", trainable=False, name="chosen_by")
        self.state = [*self._kept, self._chosen_by]

    def factors(self, lifted: tf.Tensor) -> list[tf.Tensor]:
        """What weights are multiplied by after an update: their masks, or ones where these are `lifted`."""
        return [
            tf.cast(kept.value | lifted, weight.dtype) for kept, weight in zip(self._kept, self._weights, strict=True)
        ]

    def hold(self, factors: Sequence[tf.Tensor]) -> None:
        """Sets weights to zero after an update, in a compiled program."""
        for weight, factor in zip(self._weights, factors, strict=True):
            weight.assign(weight.value * factor)  # where(kept, weight, 0) took a tenth of an update

    def next_window(self, step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Whether the update after `step` chooses masks, and how many follow that are alike in this, itself counted."""
        between = tf.cast(updates_between(self.total.value, tf), tf.int64)
        is_due = self._is_due(step + 1)
        return is_due, tf.cast(tf.where(is_due, tf.ones_like(between), between - 1 - step % between), tf.int32)

    def at(self, step: int) -> NextMasks:
        """What the next update of a run that has made `step` will do to its weights."""
        after = tf.constant(step + 1, tf.int64)
        share = float(self._planned(after)) if bool(self._is_due(after)) else None
        return NextMasks(
            self.places,
            tuple(tf.cast(kept.value, weight.dtype) for kept, weight in zip(self._kept, self._weights, strict=True)),
            share,
        )

    def _is_due(self, step: tf.Tensor) -> tf.Tensor:
        between = tf.cast(updates_between(self.total.value, tf), tf.int64)
        return (tf.cast(step, tf.int64) % between == 0) | (self.sparsity.value != self._chosen_by.value)

    def _planned(self, step: tf.Tensor) -> tf.Tensor:
        return planned_sparsity(tf.cast(step, tf.float64), self.total.value, self.sparsity.value, tf)

    def choose(self, step: tf.Tensor) -> bool:
        """Makes masks of the largest weights: `kept_weights`, by counting, since XLA sorts slowly on CPUs."""
        sizes = tf.concat([tf.reshape(tf.abs(v.value), [-1]) for v in self._weights], 0)
        # Of numbers that are not negative the order is that of their bits.
        bits = tf.bitcast(sizes, tf.int64 if sizes.dtype == tf.float64 else tf.int32)
        length = int(sizes.shape[0])
        count = tf.cast(tf.floor(self._planned(step) * length + ROUNDING), tf.int32)
        threshold, up_to = _threshold(sizes, bits, count)

        def some() -> tf.Tensor:
            ties = bits == threshold
            ranks = tf.where(ties, tf.bitwise.bitwise_and(tf.range(length) * FACTOR, LOW_BITS), LOW_BITS)
            return (bits > threshold) | (ties & (ranks > _smallest_with(ranks, count - _count(bits < threshold))))

        kept = tf.cond(up_to > count, some, lambda: bits > threshold) | (count == 0)
        parts = tf.split(kept, [int(np.prod(v.shape)) for v in self._weights])
        for weight, mask, part in zip(self._weights, self._kept, parts, strict=True):
            stays = tf.reshape(part, mask.shape)
            mask.assign(stays)
            weight.assign(weight.value * tf.cast(stays, weight.dtype))
        self._chosen_by.assign(self.sparsity.value)
        return True


def _count(chosen: tf.Tensor) -> tf.Tensor:
    """How many are true; columns first, which XLA's programs for CPUs sum up four times as fast as one long row."""
    whole = int(chosen.shape[0]) // COLUMNS * COLUMNS
    table = tf.reshape(tf.cast(chosen[:whole], tf.int32), [-1, COLUMNS])
    return tf.reduce_sum(tf.reduce_sum(table, 0)) + tf.reduce_sum(tf.cast(chosen[whole:], tf.int32))


def _threshold(sizes: tf.Tensor, bits: tf.Tensor, count: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """A number of which exactly `count` of `bits` are no larger, or else the smallest of which more are; how many are.

    It is sought between two quantiles of a sample, where magnitudes are spread evenly: by interpolation, and in every
    third turn by halving, which ends whatever they are. `bits` are those of `sizes`.
    """
    length, kind = int(bits.shape[0]), bits.dtype
    sample = bits[:: max(length // SAMPLE, 1)]
    place = tf.cast(tf.cast(count, tf.float64) / length * int(sample.shape[0]), tf.int32)
    below = _smallest_with(sample, tf.maximum(place - MARGIN, 0)) - 1
    above = _smallest_with(sample, tf.minimum(place + MARGIN, int(sample.shape[0])))
    up_to_below, up_to_above = _count(bits <= below), _count(bits <= above)
    is_low, is_high = up_to_below < count, up_to_above >= count
    start = (
        tf.constant(0), tf.where(is_low, below, tf.constant(-1, kind)), tf.where(is_low, up_to_below, 0),
        tf.where(is_high, above, tf.reduce_max(bits)), tf.where(is_high, up_to_above, length),
    )  # fmt: skip

    def narrow(turn: tf.Tensor, low: tf.Tensor, until: tf.Tensor, high: tf.Tensor, up_to: tf.Tensor) -> tuple:
        ends = [tf.bitcast(tf.maximum(end, 0), sizes.dtype) for end in (low, high)]
        share = tf.cast(count - until, sizes.dtype) / tf.cast(up_to - until, sizes.dtype)
        guess = tf.bitcast(ends[0] + share * (ends[1] - ends[0]), kind)
        middle = tf.where(turn % 3 == 2, low + (high - low) // 2, tf.clip_by_value(guess, low + 1, high - 1))
        found = _count(bits <= middle)
        enough = found >= count
        return (
            turn + 1, tf.where(enough, low, middle), tf.where(enough, until, found),
            tf.where(enough, middle, high), tf.where(enough, found, up_to),
        )  # fmt: skip

    return tf.while_loop(lambda _, low, __, high, up_to: (high - low > 1) & (up_to != count), narrow, start)[3:]


def _smallest_with(numbers: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
    """The smallest value that at least `count` of the whole `numbers`, none of them negative, do not exceed."""

    def halve(low: tf.Tensor, high: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        middle = low + (high - low) // 2
        enough = _count(numbers <= middle) >= count
        return tf.where(enough, low, middle + 1), tf.where(enough, middle, high)

    start = tf.zeros([], numbers.dtype), tf.constant(numbers.dtype.max, numbers.dtype)
    return tf.while_loop(lambda low, high: low < high, halve, start)[0]


@dataclass(frozen=True, eq=False)
class NextMasks:
    """What masks will do to the weights that the next update has made.

    Attributes:
        places: Which of the trainer's variables have a mask.
        kept: The masks as they are now, of ones and zeros.
        chosen_share: The share of zeros where masks are chosen anew after that update; None where they stay.
    """

    places: tuple[int, ...]
    kept: tuple[tf.Tensor, ...]
    chosen_share: float | None

    def masked(self, shapes: Sequence[tuple[int, ...]], point: np.ndarray, update: np.ndarray) -> np.ndarray:
        """The update that is made where the rule's is `update`: both flat over all variables of `shapes`, float64."""
        if not self.places:
            return update
        after = _parts(shapes, (point + update).astype(np.float32))
        kept = [mask.numpy() > 0 for mask in self.kept]
        if self.chosen_share is not None:
            kept = kept_weights([after[place] for place in self.places], self.chosen_share)
        return np.where(self._flat(shapes, kept), update, -point)

    def directions(self, shapes: Sequence[tuple[int, ...]]) -> np.ndarray:
        """Which numbers of all variables can move now, bool and flat."""
        return self._flat(shapes, [mask.numpy() > 0 for mask in self.kept])

    def _flat(self, shapes: Sequence[tuple[int, ...]], kept: Sequence[np.ndarray]) -> np.ndarray:
        of_place = dict(zip(self.places, kept, strict=True))
        return np.concatenate([of_place.get(i, np.ones(shape, bool)).ravel() for i, shape in enumerate(shapes)])


def _parts(shapes: Sequence[tuple[int, ...]], flat: np.ndarray) -> list[np.ndarray]:
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]
