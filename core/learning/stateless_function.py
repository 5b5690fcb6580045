"""A compiled function evaluated with given variable values; the model itself is not modified.

A run trains the model in one thread while probes look at it in another. So a probe computes with a copy of the
variables (`core.training.trainer_snapshot`), not with the variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class StatelessFunction:
    """A function of the variables' values and further arguments, compiled once.

    `call(values, *arguments)` is `function(*arguments)` while `variables` have these values.
    """

    def __init__(self, variables: Sequence[keras.Variable], function: Callable[..., Any], **options: Any) -> None:
        """`options` are those of `tf.function`; an `input_signature` is that of the arguments alone."""
        signature = options.pop("input_signature", None)
        if signature is not None:
            options["input_signature"] = [[tf.TensorSpec(v.shape, v.dtype) for v in variables], *signature]

        def at(values: Sequence[tf.Tensor], *arguments: Any) -> Any:
            with keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True))):
                return function(*arguments)

        self._compiled = tf.function(at, autograph=False, **options)

    def __call__(self, values: Sequence[tf.Tensor], *arguments: Any) -> Any:
        """The function's result while the variables have `values`, one tensor for each."""
        return self._compiled(list(values), *arguments)
