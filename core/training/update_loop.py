"""The compiled programs of a trainer: many updates in one call, and of a few parameters a look at where it stands."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import tensorflow as tf

from core.objectives.objective import Objective, StatefulObjective
from core.optimizers.loss_scaling import skips, unscaled, updating
from core.training.flat_weights import flatten_in_graph, unflatten_in_graph
from core.training.looked_up import as_needed, dense, of_shape, padded, row_counts, summed_by_products
from core.training.xla_flags import compile_small_loops_whole

if TYPE_CHECKING:
    import keras

    from core.optimizers.weight_masks import WeightMasks
    from core.training.step_recorder import EveryNumber, Norms

TRIAL_SECONDS = 0.03  # how long a program is tried at least to know how long an update takes
# Operations that XLA's programs for CPUs take longer for than the plain graph's: updates of the CNNs of four data sets
# took 2 to 17 times as long. A dense net of 602 parameters, two of a million and five, and two Transformers were faster
# through XLA, by 1.1 (five million) to 7 times; recurrent nets were not compared.
CONVOLUTIONS = ("Conv2D", "Conv3D", "DepthwiseConv2d")

Tensors = Sequence[tf.Tensor]
Program = Literal["xla", "graph"]
Loop = tuple[tf.Tensor, tf.Tensor, tf.TensorArray]  # the next update's place, whether all were finite, the record

compile_small_loops_whole()


class UpdateLoop:
    """Updates of `variables` by a Keras optimizer, recorded, with their number as an argument.

    The program is XLA's, unless `choose` finds that the plain graph suits the model better.
    """

    def __init__(
        self,
        objective: Objective | StatefulObjective,
        optimizer: keras.optimizers.Optimizer,
        variables: Sequence[keras.Variable],
        recording: EveryNumber | Norms,
        longest_call: int,
        last_size: int | None = None,
        masks: WeightMasks | None = None,
    ) -> None:
        """`last_size` is how many examples an epoch's last batch has if that is fewer than the others have.

        `masks` hold zeros among the weights after each update.
        """
        self._objective, self._optimizer, self._variables = objective, optimizer, variables
        self._recording, self._longest_call, self._last_size = recording, longest_call, last_size
        self._masks = masks
        self._stateful = objective if isinstance(objective, StatefulObjective) else None
        self.kind: Program | None = None  # of the program that was chosen
        self.only: Program | None = None  # the kind to take whichever suits the model
        self.seconds_per_update: float | None = None  # as the trial of the chosen program measured it
        # Programs are compiled when first called; what both are compiled from is traced once.
        self._graph = tf.function(self._loop, autograph=False)
        self._xla = tf.function(lambda count, table: self._graph(count, table), autograph=False, jit_compile=True)
        text = self._stateful is not None and self._stateful.reads_text
        self._reads_text = text
        self.program = self._graph if text else self._xla
        self.look_program = tf.function(self._look, autograph=False, jit_compile=not text)

    def advance(self, count: int, rows: np.ndarray | None) -> tuple[np.ndarray, bool]:
        """The record of `count` updates on the batches `rows`, up to one that was not finite; whether all were."""
        done, finite, record = self._call(count, rows)
        return record.numpy()[: int(done)], bool(finite)

    def observe(self, row: np.ndarray | None) -> list[np.ndarray]:
        """Loss, flat gradient and Hessian on the batch `row`, float64: for a few parameters only."""
        if row is not None and self._stateful:
            row = row[row >= 0]
        return [t.numpy().astype(float) for t in self.look_program(row)]

    def foresee(self, rows: np.ndarray | None) -> np.ndarray:
        """The record (1, width) of an update on the batch `rows` (1, b), finite or not.

        The update is made: the caller puts the variables back. A program of its own for loss and gradient alone
        would take seconds to compile.
        """
        return self._call(1, rows)[2].numpy()[:1]

    def choose(self, batches: Callable[[int], np.ndarray | None]) -> None:
        """Chooses the program that suits the model, or else the kind `only`, and tries it on the first of `batches`.

        The updates of the trial are made: the caller puts the variables back. The two do not round alike, and their
        dropout draws other numbers, so that a run that is made once more needs the kind it had.
        """
        graph = self._reads_text or self._has_convolution(batches(1))
        self.kind = self.only or ("graph" if graph else "xla")
        try:
            self._try(batches)
        except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError):
            if self.kind == "graph":
                raise
            self.kind = "graph"  # XLA lacks some operations
            self._try(batches)

    def _try(self, batches: Callable[[int], np.ndarray | None]) -> None:
        """Compiles the program of the chosen kind and measures the time of an update."""
        self.program = self._xla if self.kind == "xla" else self._graph
        self._call(1, batches(1))  # compiles
        count, seconds = 1, self._trial(1, batches)
        while count * seconds < TRIAL_SECONDS and 4 * count <= self._longest_call:
            count *= 4
            seconds = self._trial(count, batches)
        self.seconds_per_update = seconds

    def _has_convolution(self, rows: np.ndarray | None) -> bool:
        graph = self._graph.get_concrete_function(*self._arguments(1, rows)).graph.as_graph_def()
        nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
        return any(node.op.startswith(CONVOLUTIONS) for node in nodes)

    def _trial(self, count: int, batches: Callable[[int], np.ndarray | None]) -> float:
        """Seconds an update of a call of `count`."""
        rows, started = batches(count), time.perf_counter()
        done = int(self._call(count, rows)[0])
        return (time.perf_counter() - started) / max(done, 1)

    def _call(self, count: int, rows: np.ndarray | None) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        return self.program(*self._arguments(count, rows))

    def _arguments(self, count: int, rows: np.ndarray | None) -> tuple[tf.Tensor, np.ndarray | None]:
        """A program's arguments: how many updates to make, and the rows of their batches, in a table of one size."""
        if rows is None:
            return tf.constant(count), None
        table = np.zeros((self._longest_call, rows.shape[1]), np.int32)
        table[:count] = rows
        return tf.constant(count), table

    def _loop(self, count: tf.Tensor, table: tf.Tensor | None) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """(updates recorded, whether all was finite, record) of `count` updates; traced once."""
        record = tf.TensorArray(self._objective.dtype, self._longest_call, element_shape=[self._recording.width])
        start = (tf.constant(0), tf.constant(True), record)
        if self._masks is None or not self._masks.places:
            done, finite, record = self._updates(count, table, start)
            return done, finite, record.stack()

        def window(i: tf.Tensor, finite: tf.Tensor, record: tf.TensorArray) -> tuple:
            return self._window(count, table, (i, finite, record))

        done, finite, record = tf.while_loop(lambda i, finite, _: (i < count) & finite, window, start)
        return done, finite, record.stack()

    def _updates(self, end: tf.Tensor, table: tf.Tensor | None, start: Loop, factors: Tensors | None = None) -> Loop:
        """Updates up to the one at `end`, or one that is not finite; `factors` are those of masks."""

        def body(i: tf.Tensor, finite: tf.Tensor, record: tf.TensorArray) -> tuple:
            row, is_finite = self._update(None if table is None else table[i], factors)
            return i + tf.cast(is_finite, tf.int32), is_finite, record.write(i, row)

        return tf.while_loop(lambda i, finite, _: (i < end) & finite, body, start)

    def _window(self, count: tf.Tensor, table: tf.Tensor | None, start: Loop) -> Loop:
        """Updates that masks hold, up to the one that chooses them; or that one.

        A loop of its own: a branch that may write masks among the updates makes XLA copy weights and masks at each.
        """
        assert self._masks is not None
        step = self._step()
        is_due, length = self._masks.next_window(step)
        before = [tf.identity(v.value) for v in self._variables]
        end = tf.minimum(start[0] + length, count)
        done, finite, record = self._updates(end, table, start, self._masks.factors(is_due))
        made = is_due & finite & (self._step() > step)  # an update that its optimizer skipped chooses nothing
        tf.cond(made, lambda: self._masks.choose(step + 1), lambda: False)
        last = tf.maximum(done - 1, 0)
        row = record.read(last)
        changes = [v.value - old for v, old in zip(self._variables, before, strict=True)]
        row = tf.where(made, self._recording.with_changes(row, changes), row)
        return done, finite, record.write(last, row)

    def _step(self) -> tf.Tensor:
        """The updates that the optimizer has made, without those it skipped, int64."""
        # A copy: the variable itself would be read when the number is used, after further updates.
        return tf.cast(tf.identity(updating(self._optimizer).iterations.value), tf.int64)

    def _update(self, rows: tf.Tensor | None, factors: Tensors | None = None) -> tuple[tf.Tensor, tf.Tensor]:
        """One optimizer update; its row of the record and whether it was finite."""
        values = [tf.identity(v.value) for v in self._variables]
        loss, gradients, state = self.differentiate(values, rows)
        gradients = [of_shape(gradient, value.shape) for gradient, value in zip(gradients, values, strict=True)]
        if self._stateful:
            for variable, value in zip(self._stateful.state, state, strict=True):
                variable.assign(value)
        own = unscaled([dense(gradient) for gradient in gradients], self._optimizer)  # `apply` may change the scale
        with summed_by_products():
            self._optimizer.apply(as_needed(gradients, updating(self._optimizer)), self._variables)
        if self._masks is not None and factors is not None:
            self._masks.hold(factors)
        row = self._recording.row(loss, values, own, [v.value for v in self._variables])
        return row, self._is_finite(row, loss, own)

    def _is_finite(self, row: tf.Tensor, loss: tf.Tensor, gradients: Tensors) -> tf.Tensor:
        """True if training can go on from an update: an overflow that its optimizer skips is no divergence."""
        finite = tf.reduce_all(tf.math.is_finite(row))
        if not skips(self._optimizer):
            return finite
        overflowed = tf.reduce_any([tf.reduce_any(tf.math.is_nan(gradient)) for gradient in gradients])
        return finite | (overflowed & tf.math.is_finite(loss))

    def differentiate(self, values: Tensors, rows: tf.Tensor | None) -> tuple[tf.Tensor, Tensors, Tensors]:
        """Loss, gradients and new state on one batch; its padding counts for nothing.

        A model whose examples affect each other takes a short batch cut to its examples, which is a program of its
        own. The gradients are as the optimizer takes them: of the loss as it scales it.
        """
        if rows is None or not self._stateful or self._last_size is None:
            return self._differentiate(values, rows)
        if self._stateful.pads_short_batches():
            return self._differentiate(values, rows, padded=True)
        counts: list[int | None] = []

        def whole() -> tuple[tf.Tensor, Tensors, Tensors]:
            loss, gradients, state = self._differentiate(values, rows)
            counts[:] = row_counts(gradients)
            return loss, gradients, state

        def cut() -> tuple[tf.Tensor, Tensors, Tensors]:
            loss, gradients, state = self._differentiate(values, rows[: self._last_size])
            return loss, padded(gradients, counts), state

        return tf.cond(rows[-1] >= 0, whole, cut)  # traced in this order

    def _differentiate(
        self, values: Tensors, rows: tf.Tensor | None, padded: bool = False
    ) -> tuple[tf.Tensor, Tensors, Tensors]:
        with tf.GradientTape() as tape:
            tape.watch(values)
            if self._stateful:
                loss, state = self._stateful.loss_and_state(values, rows, padded)
            else:
                loss, state = self._objective.loss(values, rows), []
            scaled = self._optimizer.scale_loss(loss)
        # A weight that the loss does not depend on has gradient zero.
        return loss, tape.gradient(scaled, values, unconnected_gradients=tf.UnconnectedGradients.ZERO), state

    def _look(self, rows: tf.Tensor | None) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Loss, flat gradient and Hessian at the present point; traced once."""
        flat = flatten_in_graph([v.value for v in self._variables])
        shapes = [v.shape for v in self._variables]
        with tf.GradientTape() as outer:
            outer.watch(flat)
            loss, gradients, _ = self._differentiate(unflatten_in_graph(flat, shapes), rows)
            gradient = flatten_in_graph(unscaled([dense(part) for part in gradients], self._optimizer))
        return loss, gradient, outer.jacobian(gradient, flat, experimental_use_pfor=False)
