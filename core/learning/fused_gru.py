"""A GRU that multiplies the inputs of all places at once, with the values of Keras' layer.

Keras' cell multiplies one place's input at a time, and differentiated place by place the gradients of both kernels
are one small product after another, which XLA hands to threads that wait for each other. Here the products of the
inputs come before the loop over places, and those of the kernels' gradients after the loop back: both loops are left
the one product that has to wait for the place before. Measured: an update of a GRU of 32 units on 8 places takes
0.28 ms instead of 0.31, with one thread 0.18 instead of 0.24.

Cho et al. 2014, in the form of Keras (`reset_after`): with s = h U + b_s and x = input W + b_x,
z = sigmoid(x_z + s_z), r = sigmoid(x_r + s_r), c = tanh(x_c + r s_c), and the next h = z h + (1 - z) c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable


def gru(layer: keras.layers.GRU) -> Callable | None:
    """The function to call in place of the layer's `inner_loop`; None if the layer is not of the plain kind."""
    cell = layer.cell
    usual = cell.activation is keras.activations.tanh and cell.recurrent_activation is keras.activations.sigmoid
    in_order = not (layer.unroll or layer.go_backwards)
    if not (usual and in_order and cell.reset_after and cell.bias is not None):
        return None
    if cell.dropout or cell.recurrent_dropout:
        return None
    of_keras = layer.inner_loop

    def inner_loop(sequences: tf.Tensor, initial_state: Any, mask: tf.Tensor | None, training: bool = False) -> tuple:
        if mask is not None or sequences.shape[1] is None or not sequences.dtype.is_floating:
            return of_keras(sequences, initial_state, mask, training=training)
        kernel, recurrent = tf.convert_to_tensor(cell.kernel), tf.convert_to_tensor(cell.recurrent_kernel)
        of_inputs, of_states = tf.unstack(tf.convert_to_tensor(cell.bias))
        first = initial_state[0] if isinstance(initial_state, (list, tuple)) else initial_state
        states = _states(_products(sequences, kernel) + of_inputs, first, recurrent, of_states)
        outputs = tf.transpose(states, [1, 0, 2]) if layer.return_sequences else states[-1][:, None]
        return states[-1], outputs, [states[-1]]

    return inner_loop


def _products(sequences: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """(places, n, 3 units): each place of the sequences (n, places, channels) by the kernel, one product."""
    places, channels = sequences.shape[1:]
    flat = tf.matmul(tf.reshape(tf.transpose(sequences, [1, 0, 2]), [-1, channels]), kernel)
    return tf.reshape(flat, [places, -1, kernel.shape[1]])


@tf.custom_gradient
def _states(x: tf.Tensor, first: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor) -> tuple[tf.Tensor, Callable]:
    """The states (places, n, units) after each place, from the products `x` of the inputs and the state before."""
    places = x.shape[0]

    def step(t: tf.Tensor, h: tf.Tensor, kept: tuple) -> tuple:
        x_z, x_r, x_c = tf.split(x[t], 3, 1)
        s_z, s_r, s_c = tf.split(tf.matmul(h, recurrent) + bias, 3, 1)
        z, r = tf.sigmoid(x_z + s_z), tf.sigmoid(x_r + s_r)
        c = tf.tanh(x_c + r * s_c)
        new = z * h + (1 - z) * c
        return t + 1, new, tuple(of.write(t, value) for of, value in zip(kept, (new, z, r, c, s_c), strict=True))

    states, z, r, c, s_c = _over(places, step, first, 5)
    before = tf.concat([first[None], states[:-1]], 0)

    def gradient(of_states: tf.Tensor) -> tuple[tf.Tensor, ...]:
        # Factors of a place's gradient with respect to its state on the way to each sum.
        to_z, to_c, c_to_r = (before - c) * z * (1 - z), (1 - z) * (1 - c * c), s_c * r * (1 - r)

        def back(i: tf.Tensor, of_later: tf.Tensor, kept: tuple) -> tuple:
            t = places - 1 - i
            of_h = of_later + of_states[t]
            of_z, of_c = of_h * to_z[t], of_h * to_c[t]
            of_s = tf.concat([of_z, of_c * c_to_r[t], of_c * r[t]], 1)
            of_before = of_h * z[t] + tf.matmul(of_s, recurrent, transpose_b=True)
            return i + 1, of_before, (kept[0].write(t, of_s), kept[1].write(t, of_c))

        of_s, of_c, of_first = _over(places, back, tf.zeros_like(first), 2, last=True)
        of_x = tf.concat([of_s[:, :, : -first.shape[1]], of_c], 2)
        rows = tf.reshape(of_s, [-1, recurrent.shape[1]])
        of_recurrent = tf.matmul(tf.reshape(before, [-1, recurrent.shape[0]]), rows, transpose_a=True)
        return of_x, of_first, of_recurrent, tf.reduce_sum(rows, 0)

    return states, gradient


def _over(places: int, step: Callable, start: tf.Tensor, count: int, last: bool = False) -> list[tf.Tensor]:
    """The `count` tensors (places, ...) that `step` kept of each place; with `last` also its final state."""
    kept = tuple(tf.TensorArray(start.dtype, places) for _ in range(count))
    _, end, kept = tf.while_loop(
        lambda t, *_: t < places, step, (tf.constant(0), start, kept), maximum_iterations=places
    )
    return [*(of.stack() for of in kept), *([end] if last else [])]
