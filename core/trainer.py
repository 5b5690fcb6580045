"""The engine: many optimizer updates inside one compiled call, with what happened at each of them.

A `Trainer` knows no thread, no clock and no display. The loop, the gradient, the Keras optimizer and the
recording are one XLA program; the number of updates is an argument and every live setting a variable, so
nothing is compiled twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from core.batches import Batches
from core.records import Observation, Steps

if TYPE_CHECKING:
    from core.objectives import Objective

LONGEST_CALL = 8192  # updates in one compiled call; about 10 ms for two parameters
MOST_ROW_NUMBERS = 1 << 18  # numbers in one call's table of batch rows: 1 MiB


class Trainer:
    """Minimises an objective with a Keras optimizer, recording every update."""

    def __init__(
        self,
        objective: Objective,
        optimizer: keras.optimizers.Optimizer,
        batch_size: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        slots: Mapping[str, str] | None = None,
    ) -> None:
        """A trainer at the objective's initial point; None as `batch_size` means the full batch.

        `slots` names the optimizer's moments: symbol -> attribute that holds one variable a parameter.
        """
        self.objective = objective
        self.optimizer = optimizer
        self.step = 0
        self.diverged = False
        self._variables = [keras.Variable(v, dtype=objective.dtype) for v in objective.initial]
        # Keras lists live settings among an optimizer's variables; a reset must leave those as they are.
        settings = {id(v) for v in optimizer.variables if v is not optimizer.iterations}
        optimizer.build(self._variables)
        moments = [v for v in optimizer.variables if id(v) not in settings]
        self._state = [*self._variables, *moments]
        self._fresh_moments = [v.numpy() for v in moments]
        self._last_recorded = list(objective.initial)
        self._slots = {symbol: getattr(optimizer, name) for symbol, name in (slots or {}).items()}
        n = objective.n_examples
        full = batch_size is None or batch_size >= n
        self._new_batches = lambda: None if full else Batches(n, int(batch_size or n), shuffle, seed)
        self.batches = self._new_batches()
        self.longest_call = LONGEST_CALL
        if self.batches is not None:
            fitting = MOST_ROW_NUMBERS // self.batches.batch_size
            self.longest_call = int(np.clip(fitting, 16, LONGEST_CALL))
        self._advance = tf.function(self._loop, autograph=False, jit_compile=True)
        self._observe = tf.function(self._look, autograph=False, jit_compile=True)

    def __repr__(self) -> str:
        return f"Trainer({self.objective.label}, {self.optimizer.name}, step {self.step})"

    def compile(self) -> None:
        """Compiles both programs without taking a step."""
        self.advance(0)
        self.observe()

    def reset(self, initial: Sequence[np.ndarray]) -> None:
        """Goes back to step 0, to the point `initial`, keeping what is compiled and the live settings."""
        self.step, self.diverged, self.batches = 0, False, self._new_batches()
        self._last_recorded = list(initial)
        _assign(self._state, [*initial, *self._fresh_moments])

    def set(self, **settings: float) -> None:
        """Gives live settings of the optimizer a new value; it holds from the next update on."""
        for name, value in settings.items():
            variable = self.optimizer._learning_rate if name == "learning_rate" else getattr(self.optimizer, name)
            variable.assign(value)

    def hyper(self) -> dict[str, float]:
        """The optimizer's live settings by name, as the next update will use them."""
        names = ("momentum", "rho", "beta_1", "beta_2", "epsilon", "weight_decay")
        held = {name: getattr(self.optimizer, name, None) for name in names}
        live = {name: _decimal(v) for name, v in held.items() if isinstance(v, keras.Variable)}
        return {"learning_rate": _decimal(self.optimizer._learning_rate), **live}

    def advance(self, steps: int) -> Steps:
        """What happened in the next `steps` updates, fewer if the run diverged on the way.

        A step whose loss, gradient or update is not finite is neither recorded nor kept: the parameters go
        back to the last recorded ones, the moments to those after that update. One call of the compiled
        program does up to `longest_call` updates.
        """
        first, flag = self.step, self.diverged
        rows: list[np.ndarray] = []
        while (steps > 0 and not self.diverged) or not rows:
            count = min(steps, self.longest_call)
            rows.append(self._run(count))
            steps -= count
        record = np.concatenate(rows) if len(rows) > 1 else rows[0]
        p = (record.shape[1] - 1) // 3
        return Steps(
            first,
            record[:, 0],
            record[:, 1 : 1 + p],
            record[:, 1 + p : 1 + 2 * p],
            record[:, 1 + 2 * p :],
            self.diverged and not flag,
        )

    def observe(self) -> Observation:
        """Where the trainer stands, with the curvature there; it takes no step."""
        rows = None if self.batches is None else self.batches.peek(1)[0]
        loss, gradient, hessian = (t.numpy().astype(float) for t in self._observe(rows))
        return Observation(
            self.step,
            self._flat(self._variables),
            float(loss),
            gradient,
            hessian,
            {symbol: self._flat(variables) for symbol, variables in self._slots.items()},
            self.hyper(),
            None if rows is None else rows.copy(),
        )

    def _run(self, count: int) -> np.ndarray:
        """The record of `count` updates, one call of the compiled program."""
        table = None if self.batches is None else self._row_table(count)
        before = [v.numpy() for v in self._state]
        done, finite, record = self._advance(tf.constant(0 if self.diverged else count), table)
        kept = record.numpy()[: int(done)]
        if len(kept):
            self._last_recorded = self._parameters_of(kept[-1])
        if not bool(finite):
            self._return_to_last_finite(len(kept), before, table)
        self.step += len(kept)
        if self.batches is not None:
            self.batches.take(len(kept))
        return kept

    def _row_table(self, count: int) -> np.ndarray:
        assert self.batches is not None
        table = np.zeros((self.longest_call, self.batches.batch_size), np.int32)
        table[:count] = self.batches.peek(count)
        return table

    def _return_to_last_finite(self, count: int, before: Sequence[np.ndarray], table: np.ndarray | None) -> None:
        """Puts the parameters where the loss was last finite, which may have been in an earlier call."""
        self.diverged = True
        # The update that blew up left its mark on the moments: the good ones are taken once more without it.
        _assign(self._state, before)
        self._advance(tf.constant(count), table)
        _assign(self._variables, self._last_recorded)

    def _parameters_of(self, row: np.ndarray) -> list[np.ndarray]:
        """The parameters in a row of the record, shaped as the variables."""
        sizes = np.cumsum([int(np.prod(v.shape)) for v in self._variables])
        parts = np.split(row[1 : 1 + sizes[-1]], sizes[:-1])
        return [part.reshape(v.shape) for part, v in zip(parts, self._variables, strict=True)]

    def _loop(self, count: tf.Tensor, table: tf.Tensor | None) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """(updates recorded, whether all was finite, record) of `count` updates; traced once."""
        width = 1 + 3 * sum(int(np.prod(v.shape)) for v in self._variables)
        record = tf.TensorArray(self.objective.dtype, self.longest_call, element_shape=[width])

        def body(i: tf.Tensor, finite: tf.Tensor, record: tf.TensorArray) -> tuple:
            row, is_finite = self._update(None if table is None else table[i])
            return i + tf.cast(is_finite, tf.int32), is_finite, record.write(i, row)

        start = (tf.constant(0), tf.constant(True), record)
        done, finite, record = tf.while_loop(lambda i, finite, _: (i < count) & finite, body, start)
        return done, finite, record.stack()

    def _update(self, rows: tf.Tensor | None) -> tuple[tf.Tensor, tf.Tensor]:
        """One optimizer update; its row (loss, parameters, gradient, update) and whether it was finite."""
        values = [tf.identity(v.value) for v in self._variables]
        loss, gradients = self._loss_and_gradients(values, rows)
        self.optimizer.apply(gradients, self._variables)
        changes = [v.value - old for v, old in zip(self._variables, values, strict=True)]
        row = tf.concat([loss[None], _flatten(values), _flatten(gradients), _flatten(changes)], 0)
        return row, tf.reduce_all(tf.math.is_finite(row))

    def _loss_and_gradients(
        self, values: Sequence[tf.Tensor], rows: tf.Tensor | None
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        with tf.GradientTape() as tape:
            tape.watch(values)
            loss = self.objective.loss(values, rows)
        return loss, tape.gradient(loss, values)

    def _look(self, rows: tf.Tensor | None) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Loss, flat gradient and Hessian at the present point; traced once."""
        flat = _flatten([v.value for v in self._variables])
        with tf.GradientTape() as outer:
            outer.watch(flat)
            loss, gradients = self._loss_and_gradients(self._split(flat), rows)
            gradient = _flatten(gradients)
        return loss, gradient, outer.jacobian(gradient, flat, experimental_use_pfor=False)

    def _split(self, flat: tf.Tensor) -> list[tf.Tensor]:
        sizes = [int(np.prod(v.shape)) for v in self._variables]
        parts = tf.split(flat, sizes)
        return [tf.reshape(part, v.shape) for part, v in zip(parts, self._variables, strict=True)]

    @staticmethod
    def _flat(variables: Sequence[keras.Variable]) -> np.ndarray:
        return np.concatenate([np.ravel(v.numpy()) for v in variables]).astype(float)


def _decimal(variable: keras.Variable) -> float:
    """The shortest decimal that is this float32: 0.01 and not 0.009999999776."""
    return float(str(variable.numpy()))


def _assign(variables: Sequence[keras.Variable], values: Sequence[np.ndarray]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _flatten(tensors: Sequence[tf.Tensor]) -> tf.Tensor:
    return tf.concat([tf.reshape(t, [-1]) for t in tensors], 0)
