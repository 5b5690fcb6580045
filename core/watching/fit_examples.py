"""Some of the examples that a `fit` trains on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.array_tree import Arrays, leaves, mapped
from core.user_data.arrays import arrays_of

if TYPE_CHECKING:
    import numpy as np

    from core.watching.fit_call import FitCall

MOST_EXAMPLES = 64  # spread evenly over all of them; a look computes their loss some 80 times


@dataclass(frozen=True)
class FitExamples:
    """Inputs (n, ...), targets (n, ...) and what each example counts in the loss, (n,) or None."""

    x: Arrays
    y: Arrays
    weights: np.ndarray | None

    @classmethod
    def of(cls, call: FitCall) -> FitExamples:
        """At most `MOST_EXAMPLES` of a fit that was given arrays."""
        every = max(1, leaves(call.x)[0].shape[0] // MOST_EXAMPLES)
        x, y, weights = (_some(part, every) for part in (call.x, call.y, call.sample_weight))
        inputs, outputs = (len(leaves(part)) for part in (x, y))
        y = arrays_of(y, outputs, "y")
        if call.class_weight is not None:
            weights = _of_classes(y, call.class_weight)
        return cls(arrays_of(x, inputs, "x"), y, None if weights is None else weights.reshape(-1))


def _some(nest: Any, every: int) -> Any:
    return None if nest is None else mapped(lambda leaf: leaf[::every][:MOST_EXAMPLES], nest)


def _of_classes(y: Arrays, class_weight: Any) -> np.ndarray:
    from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights

    weights: np.ndarray = class_weight_to_sample_weights(y, class_weight)
    return weights
