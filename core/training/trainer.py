"""The engine: many optimizer updates inside one compiled call, with what happened at each of them.

A `Trainer` knows no thread, no clock and no display. The loop, the gradient, the Keras optimizer and the
recording are one compiled program; the number of updates is an argument and every live setting a variable,
so nothing is compiled twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np

from core.objectives.objective import Objective, StatefulObjective
from core.optimizers.live_settings import LiveSettings
from core.optimizers.loss_scaling import loss_scale, unscaled, updating
from core.training.batches import Batches
from core.training.flat_weights import flatten
from core.training.looked_up import dense
from core.training.rollback import Rollback
from core.training.step_record import Observation, Steps
from core.training.step_recorder import EveryNumber, recording_of
from core.training.trainer_snapshot import TrainerSnapshot
from core.training.update_loop import UpdateLoop
from core.training.variable_values import assign, compact, present

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.optimizers.weight_masks import WeightMasks

LONGEST_CALL = 8192  # updates in one compiled call; about 10 ms for two parameters
MOST_ROW_NUMBERS = 1 << 16  # numbers in one call's table of batch rows: 256 KiB, which are handed over at each call


class Trainer:
    """Minimises an objective with a Keras optimizer, recording every update.

    Of up to 16 parameters every number is recorded, of more the norms of gradient and update; then
    `layer_names` are the layers whose norms are recorded apart, at most 24, otherwise empty.
    """

    def __init__(
        self,
        objective: Objective | StatefulObjective,
        optimizer: keras.optimizers.Optimizer,
        batch_size: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        slots: Mapping[str, str] | None = None,
        by_layer: bool = False,
        sparsity: float | None = None,
    ) -> None:
        """A trainer at the objective's initial point; None as `batch_size` means the full batch.

        `slots` names the optimizer's moments: symbol -> attribute that holds one variable a parameter. An
        optimizer serves one trainer: for float64 parameters its settings become float64 too. `by_layer` has
        norms recorded of few parameters too. With a `sparsity` weights become zero on the way, see `WeightMasks`.
        """
        self.objective, self.optimizer = objective, optimizer
        self.step, self.diverged = 0, False
        own = objective if isinstance(objective, StatefulObjective) else None
        self._variables = (
            list(own.variables) if own else [keras.Variable(v, objective.dtype) for v in objective.initial]
        )
        self._point = [*self._variables, *(own.state if own else [])]
        self._masks = None if sparsity is None else _masks(self._variables, sparsity)
        self._settings = LiveSettings(optimizer, objective.dtype, self._masks)
        if not optimizer.built:  # one that `fit` has used goes on from its moments, as it does there
            optimizer.build(self._variables)
        # Keras lists live settings among an optimizer's variables; a reset must leave those as they are.
        settings = {id(v) for v in self._settings.variables}
        of_masks = [] if self._masks is None else self._masks.state
        self._state = [*self._point, *(v for v in optimizer.variables if id(v) not in settings), *of_masks]
        self._fresh = [compact(v.numpy()) for v in self._state[len(self._variables) :]]
        self._rollback = Rollback(self._state, self._settings.variables)
        self._slots = {symbol: getattr(updating(optimizer), name) for symbol, name in (slots or {}).items()}
        n = objective.n_examples
        full = batch_size is None or batch_size >= n
        self._new_batches = lambda: None if full else Batches(n, int(batch_size or n), shuffle, seed)
        self.batches = self._new_batches()
        self.longest_call, last_size = LONGEST_CALL, None
        if self.batches is not None:
            fitting = MOST_ROW_NUMBERS // self.batches.batch_size
            self.longest_call = int(np.clip(fitting, 16, LONGEST_CALL))
            last_size = self.batches.last_size if self.batches.last_size < self.batches.batch_size else None
        self._recording = recording_of(self._variables, by_layer)
        self.layer_names = self._recording.layer_names
        self.loop = UpdateLoop(
            objective, optimizer, self._variables, self._recording, self.longest_call, last_size, self._masks
        )
        self._chosen = self._few  # a few parameters are XLA's, without a trial

    def __repr__(self) -> str:
        return f"Trainer({self.objective.label}, {self.optimizer.name}, step {self.step})"

    @property
    def _few(self) -> bool:
        return isinstance(self._recording, EveryNumber)

    def compile(self) -> None:
        """Compiles all programs without taking a step."""
        self.advance(0)
        self.observe()

    def reset(self, initial: Sequence[np.ndarray]) -> None:
        """Goes back to step 0, where a schedule starts again, and to `initial`; keeps programs and live settings."""
        self.step, self.diverged, self.batches = 0, False, self._new_batches()
        self._rollback.forget()
        assign(self._state, [*initial, *self._fresh])

    def values(self) -> tuple[np.ndarray, ...]:
        """Copies of all that updates read or change: parameters, what a model keeps beside them, moments, settings."""
        return tuple(compact(variable.numpy()) for variable in (*self._state, *self._settings.variables))

    def resume(self, step: int, values: Sequence[np.ndarray]) -> None:
        """Goes on from `step`, where `values()` were these."""
        assign([*self._state, *self._settings.variables], values)
        self.step, self.diverged, self.batches = step, False, self._new_batches()
        self._rollback.forget()
        if self.batches is not None:
            self.batches.skip(step)

    def set(self, **settings: float) -> None:
        """Gives live settings of the optimizer a new value from the next update on; `learning_rate` is the base."""
        self._settings.set(**settings)
        self._rollback.mark()

    def set_total(self, total_steps: int) -> None:
        """Tells the learning-rate schedule, if there is one, after how many updates the run ends."""
        if self._settings.set_total(total_steps):
            self._rollback.mark()

    @property
    def base_rate(self) -> float:
        """The learning rate that the schedule multiplies; `set(learning_rate=...)` changes it."""
        return self._settings.base_rate

    def hyper(self) -> dict[str, float]:
        """The optimizer's live settings by name, as the next update will use them."""
        return self._settings.hyper()

    @property
    def variables(self) -> Sequence[keras.Variable]:
        """The parameters, as they are now."""
        return self._variables

    @property
    def seconds_per_update(self) -> float | None:
        """The time of an update when programs were tried; None where there was no need to try."""
        return self.loop.seconds_per_update

    def next_rows(self) -> np.ndarray | None:
        """The examples of the next update, int32; None means all."""
        if self.batches is None:
            return None
        row = self.batches.peek(1)[0]
        return row[row >= 0].copy()

    def slots(self) -> dict[str, np.ndarray]:
        """The optimizer's moments by symbol, each flat over the parameters, float64."""
        return {symbol: flatten(variables, float) for symbol, variables in self._slots.items()}

    def snapshot(self) -> TrainerSnapshot:
        """A copy of all that can be looked at while the trainer goes on."""
        moments = {symbol: present(variables) for symbol, variables in self._slots.items()}
        return TrainerSnapshot(
            step=self.step,
            objective=self.objective,
            weights=present(self._variables),
            state=present(self._point[len(self._variables) :]),
            moments=moments,
            hyper=self.hyper(),
            rows=self.next_rows(),
            clip_norm=updating(self.optimizer).global_clipnorm,
            loss_scale=loss_scale(self.optimizer),
            masks=None if self._masks is None else self._masks.at(self.step),
        )

    def advance(self, steps: int) -> Steps:
        """Makes the next `steps` updates and returns their record, which is shorter if the run diverged on the way.

        A step whose loss, gradient or update is not finite is neither recorded nor kept: the parameters go
        back to those before the last recorded update, the moments to those after it. One call of the
        compiled program does up to `longest_call` updates.
        """
        first, flag = self.step, self.diverged
        rows: list[np.ndarray] = []
        while (steps > 0 and not self.diverged) or not rows:
            count = min(steps, self.longest_call)
            rows.append(self._run(count))
            steps -= count
        record = np.concatenate(rows) if len(rows) > 1 else rows[0]
        return self._recording.steps(first, record, self.diverged and not flag)

    def preview(self) -> Observation:
        """Returns what `observe` would, computed operation by operation: nothing has to be compiled for it.

        For a model. Its dropout may draw other numbers than that of a compiled program.
        """
        rows = self._next_row()
        loss, gradients, _state = self.loop.differentiate(present(self._variables), rows)
        own = unscaled([dense(gradient) for gradient in gradients], self.optimizer)
        norm = float(np.linalg.norm(flatten(own, float)))
        return Observation.of_norms(self.step, float(loss), norm, self.hyper(), rows)

    def observe(self) -> Observation:
        """Returns where the trainer stands, with the curvature there if its parameters are few; takes no step."""
        if not self._chosen:
            self._choose_program()
        rows = self._next_row()
        if not self._few:
            return self._foresee(rows)
        loss, gradient, hessian = self.loop.observe(rows)
        return Observation(
            self.step, flatten(self._variables, float), float(loss), gradient, hessian, self.slots(), self.hyper(), rows
        )

    def _foresee(self, rows: np.ndarray | None) -> Observation:
        """Returns what the next update will find; the update is made and taken back."""
        before = present(self._state)
        record = self.loop.foresee(None if rows is None else rows[None])
        assign(self._state, before)
        seen = self._recording.steps(self.step, record, self.diverged)
        return Observation.of_norms(self.step, float(seen.loss[0]), float(seen.gradient_norm[0]), self.hyper(), rows)

    def _next_row(self) -> np.ndarray | None:
        """The examples of the next update as the compiled programs take them, padded with -1; None means all."""
        return None if self.batches is None else self.batches.peek(1)[0].copy()

    def _run(self, count: int) -> np.ndarray:
        """The record of `count` updates, one call of the compiled program."""
        count = 0 if self.diverged else count
        if not self._chosen:
            self._choose_program()
        rows = self._next_rows(count)
        self._rollback.renew()
        kept, finite = self.loop.advance(count, rows)
        self._rollback.made(len(kept), rows)
        if not finite:
            self._return_to_last_finite()
        self.step += len(kept)
        if self.batches is not None:
            self.batches.take(len(kept))
        return kept

    def _next_rows(self, count: int) -> np.ndarray | None:
        return None if self.batches is None else self.batches.peek(count)

    def _choose_program(self) -> None:
        """Lets the loop try its programs; the state is as it was before."""
        before = present(self._state)
        self.loop.choose(self._next_rows)
        assign(self._state, before)
        self._chosen = True

    def _return_to_last_finite(self) -> None:
        """Puts the parameters where the loss was last finite, which may have been in an earlier call.

        The update that blew up left its mark on everything: the good ones are made once more without it.
        """
        self.diverged = True
        with self._rollback.taken() as updates:
            for count, rows in updates[:-1]:
                self.loop.advance(count, rows)
            before_last = present(self._point)
            for count, rows in updates[-1:]:
                self.loop.advance(count, rows)
            assign(self._point, before_last)


def _masks(variables: Sequence[keras.Variable], sparsity: float) -> WeightMasks:
    """Masks for a run whose length is said later."""
    from core.optimizers.weight_masks import WeightMasks

    return WeightMasks(variables, sparsity, 1.0)
