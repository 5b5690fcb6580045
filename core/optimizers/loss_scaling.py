"""Loss scaling: gradients in float16 are taken of a multiple of the loss, so that small ones do not become 0.

Keras' optimizers know how to scale the loss, and divide the gradients again before they use them. The scale of a
`LossScaleOptimizer` doubles after many updates without an overflow; where a gradient overflows it is halved, and the
update is skipped (Micikevicius et al., Mixed precision training, 2018).
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
import tensorflow as tf

Tensors = Sequence[tf.Tensor]


def updating(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Return the optimizer whose rule makes the updates: the one inside a `LossScaleOptimizer`, else `optimizer`."""
    return optimizer.inner_optimizer if skips(optimizer) else optimizer


def skips(optimizer: keras.optimizers.Optimizer) -> bool:
    """Return True if `optimizer` skips updates whose gradients overflow."""
    return isinstance(optimizer, keras.optimizers.LossScaleOptimizer)


def loss_scale(optimizer: keras.optimizers.Optimizer) -> float:
    """Return what `optimizer`, which is built, multiplies the loss by at the present update."""
    return float(optimizer.dynamic_scale.value) if skips(optimizer) else float(optimizer.loss_scale_factor or 1.0)


def unscaled(gradients: Tensors, optimizer: keras.optimizers.Optimizer) -> list[tf.Tensor]:
    """Return the gradients of the loss itself from those of `optimizer.scale_loss(loss)`.

    Args:
        gradients: Dense tensors of the weights' shapes.
        optimizer: It is built; its scale is that of the present update.

    Returns:
        Tensors of the same shapes; NaN where a gradient has overflowed and the update is skipped.
    """
    if skips(optimizer):
        scale = tf.convert_to_tensor(optimizer.dynamic_scale.value)
        return [tf.where(tf.math.is_finite(g), g / tf.cast(scale, g.dtype), float("nan")) for g in gradients]
    if optimizer.loss_scale_factor is not None:
        return [g / optimizer.loss_scale_factor for g in gradients]
    return list(gradients)
