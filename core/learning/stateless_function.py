"""A compiled function of a model, of whichever values its variables are given: the model itself is not touched.

A run trains the model in one thread while probes look at it in another. So what a probe asks of the model
it asks of a copy of its variables (`core.snapshot`), not of the variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class StatelessFunction:
    """`function(*arguments)`, in which `variables` have the values that a call begins with; compiled once."""

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
        """What the function returns where the variables have `values`."""
        return self._compiled(list(values), *arguments)
