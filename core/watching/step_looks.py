"""The looks along updates of a `fit`: now and then, so that they take a small share of its time."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING

from core.language import N_, _
from core.number_format import format_number
from core.watching.fit_examples import FitExamples

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras
    import numpy as np

    from core.geometry.line_view import LineView
    from core.watching.fit_call import FitCall
    from core.watching.update_line import UpdateLine

log = logging.getLogger(__name__)

SHARE = 0.0125  # of the time, for looks
FIRST_S = 5.0  # of training, after which it is found out what a look costs
COMPILING = 25  # times the seconds of tracing the loss: those of a look that compiles (18 of an MLP, 35 of an LSTM)
COMPILED = 0.5  # times the same: a look from then on, until one was measured
BATCHES = N_("Keras shows a callback no examples of a dataset of batches: give fit arrays.")
OWN_STEP = N_("The model has a train_step of its own, whose loss is not known here.")
TOGETHER = N_("Updates are executed together (steps_per_execution), so that none is seen alone.")
TOO_LARGE = N_("The weights are too many to be kept beside those that are trained.")
FAILED = N_("The loss of this model cannot be computed outside fit.")


class StepLooks:
    """Looks along updates of the present `fit` of a model, so seldom that all of them take `SHARE` of its time.

    Its methods are called in the thread of `fit`, within its call.

    Attributes:
        reason: A sentence that says why there was no look so far; "" if one is due soon or was there.
    """

    def __init__(
        self, model: keras.Model, call: FitCall | None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """`call` is that of `fit`, None where it is not known; `clock` gives seconds."""
        self._model, self._call, self._clock = model, call, clock
        self._line: UpdateLine | None = None
        self._before: list[np.ndarray] | None = None
        self._looks = 0
        self._tracing_s = 0.0
        self._began, self._spent = clock(), 0.0
        self._next = self._began + FIRST_S
        self._first_after = FIRST_S  # of training, as far as is known
        self.reason = self._obstacle()
        if self.reason:
            self._next = math.inf

    def before_update(self) -> None:
        """Reads the weights if it is time for a look."""
        started = self._clock()
        if started < self._next:
            return
        try:
            if self._line is None:
                self._try()
                self._put_off(started, COMPILING * self._tracing_s)
            else:
                self._before = [variable.numpy() for variable in self._line.variables]
        except Exception:  # a model is anybody's code
            self._give_up()

    def after_update(self) -> LineView | None:
        """The loss along the update that was made since the weights were read; None if they were not."""
        before, self._before = self._before, None
        if before is None or self._line is None:
            return None
        started = self._clock()
        try:
            view = self._line.look(before)
        except Exception:
            self._give_up()
            return None
        self._looks, self.reason = self._looks + 1, ""
        # The first look has compiled: it says nothing about what the next one costs.
        self._put_off(started, COMPILED * self._tracing_s if self._looks == 1 else self._clock() - started)
        return view

    def end(self) -> None:
        """Notes that `fit` is over: where there was no look, `reason` speaks of none to come."""
        if self._looks or self._next == math.inf:
            return
        self.reason = _too_short(self._first_after)

    def _obstacle(self) -> str:
        """The reason why this model is never looked at; "" if there is none so far."""
        import keras

        from core.watching.update_line import fits_memory

        reasons = {
            BATCHES: self._call is None or not self._call.has_arrays,
            OWN_STEP: type(self._model).train_step is not keras.Model.train_step,
            TOGETHER: self._model.steps_per_execution > 1,
            TOO_LARGE: not fits_memory(self._model.trainable_variables),
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def _try(self) -> None:
        """Prepares looks, as far as to know what one will cost."""
        from core.watching.update_line import UpdateLine

        assert self._call is not None
        self._line = UpdateLine(self._model, FitExamples.of(self._call))
        self._tracing_s = self._line.tracing_seconds()

    def _put_off(self, started: float, cost: float) -> None:
        """Puts the next look, which takes `cost` seconds, off until all of them are `SHARE` of the time."""
        now = self._clock()
        self._spent += now - started
        after = (self._spent + cost) / SHARE
        self._next = self._began + after
        if not self._looks:
            self._first_after = after
            self.reason = _costly(after)

    def _give_up(self) -> None:
        log.info("a fit cannot be looked at along its updates", exc_info=True)
        self._next, self._line, self.reason = math.inf, None, FAILED


def _costly(after: float) -> str:
    return _(
        "A look would slow fit down: the first comes after {seconds} seconds of training.",
        seconds=format_number(math.ceil(after)),
    )


def _too_short(after: float) -> str:
    return _(
        "fit was over before the first look, which comes after {seconds} seconds of training so as not to slow it "
        "down.",
        seconds=format_number(math.ceil(after)),
    )
