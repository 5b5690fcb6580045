"""The settings of an optimizer that can change while it runs: variables, so that no change recompiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np

from core.optimizers.loss_scaling import updating
from core.optimizers.pruning import SPARSITY
from core.optimizers.registry import hyperparameters
from core.optimizers.scheduled_rate import ScheduledRate

if TYPE_CHECKING:
    import tensorflow as tf

    from core.optimizers.weight_masks import WeightMasks


class LiveSettings:
    """The live settings of a Keras optimizer, its learning rate among them, in the dtype of the weights.

    Of a `ScheduledRate` the base rate is set, and the run's length.
    """

    def __init__(self, optimizer: keras.optimizers.Optimizer, dtype: str, masks: WeightMasks | None = None) -> None:
        """Makes the settings of `optimizer` variables of `dtype`: float64 training has a float64 rate.

        With `masks` their sparsity is a setting too.
        """
        self._masks = masks
        self._optimizer = optimizer = updating(optimizer)
        live = (setting.name for setting in hyperparameters() if setting.live and setting.name != "learning_rate")
        self._names = tuple(name for name in live if hasattr(optimizer, name))
        rate = optimizer._learning_rate
        self._scheduled = rate if isinstance(rate, ScheduledRate) else None
        self._base_holder, self._base_name = (rate, "base") if self._scheduled else (optimizer, "_learning_rate")
        for holder, name in ((self._base_holder, self._base_name), *((optimizer, name) for name in self._names)):
            value = getattr(holder, name, None)
            if isinstance(value, float):
                # Keras casts a Python float through float32 on its way to the dtype of the weights.
                setattr(holder, name, np.dtype(dtype).type(value))
            elif isinstance(value, keras.Variable) and value.dtype != dtype:
                setattr(holder, name, _in_dtype(value, dtype))

    @property
    def variables(self) -> list[keras.Variable]:
        """The variables that an update goes by and that can change between two updates."""
        held = [getattr(self._optimizer, name) for name in self._names]
        total = [self._scheduled.total] if self._scheduled else []
        of_masks = [] if self._masks is None else [self._masks.sparsity, self._masks.total]
        return [v for v in (self._base, *held) if isinstance(v, keras.Variable)] + total + of_masks

    @property
    def base_rate(self) -> float:
        """The learning rate before any schedule; with a schedule of Keras, what that gives now."""
        base = self._base
        return decimal(base if isinstance(base, keras.Variable) else self._optimizer.learning_rate)

    def hyper(self) -> dict[str, float]:
        """The settings by name, as the next update will use them."""
        held = {name: getattr(self._optimizer, name) for name in self._names}
        live = {name: decimal(v) for name, v in held.items() if isinstance(v, keras.Variable)}
        pruned = {} if self._masks is None else {SPARSITY.name: decimal(self._masks.sparsity)}
        return {"learning_rate": decimal(self._optimizer.learning_rate), **live, **pruned}

    def set(self, **settings: float) -> None:
        """Gives settings a new value; `learning_rate` is the base rate."""
        for name, value in settings.items():
            self._variable(name).assign(value)

    def set_total(self, total: int) -> bool:
        """Tells schedule and masks after how many updates the run ends; True if that is news to them."""
        holders = [holder for holder in (self._scheduled, self._masks) if holder is not None]
        changed = [holder for holder in holders if float(holder.total.numpy()) != total]
        for holder in changed:
            holder.total.assign(total)
        return bool(changed)

    def _variable(self, name: str) -> keras.Variable:
        if name == SPARSITY.name and self._masks is not None:
            return self._masks.sparsity
        return self._base if name == "learning_rate" else getattr(self._optimizer, name)

    @property
    def _base(self) -> keras.Variable:
        return getattr(self._base_holder, self._base_name)


def decimal(variable: keras.Variable | tf.Tensor) -> float:
    """The shortest decimal that is this float32: 0.01 and not 0.009999999776."""
    return float(str(variable.numpy()))


def _in_dtype(variable: keras.Variable, dtype: str) -> keras.Variable:
    return type(variable)(decimal(variable), dtype=dtype, trainable=False, name=variable.name)
