"""A callback that opens the page beside `fit`, for those who train by Keras' own loop."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import keras
from IPython import get_ipython
from IPython.display import display

from core.background_thread import hurry_at_exit
from core.runs.recorded_columns import RecordedColumns
from core.store.fit_columns import facts_of_fit
from core.store.run_columns import results_of
from core.store.run_store import RunStore
from core.watching.batch_loss import BatchLoss
from core.watching.fit_call import FitCall
from core.watching.fit_record import FitRecord
from core.watching.fit_state import FitState
from core.watching.layer_norms import LayerNorms
from core.watching.step_looks import StepLooks
from widgets.cell_pages import PAGES, CellRun, present_cell_run
from widgets.watching.cell_end import at_cell_end
from widgets.watching.fit_page import FitPage

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping


SHORTEST_S = 5.0  # between two writes of a fit that goes on
SHARE = 0.01  # of the time that writing may take


class Watch(keras.callbacks.Callback):
    """Watches `fit`: `model.fit(x, y, callbacks=[Watch()])` in a notebook's cell opens a page that follows it.

    The page shows the loss of each batch, what `fit` logs at the ends of epochs, how far updates move each layer,
    the learning rate and, where `fit` is given arrays, the loss along an update now and then. Fits of one model in
    one cell go on in one page; another cell or model has its own. In a script there is no page: `history` is recorded
    all the same.

    Keras logs means over the epoch so far. The losses of batches are worked out from these; where a `train_step` of
    one's own keeps no count of examples, the line is named for what it is, a running mean.
    """

    def __init__(self) -> None:
        super().__init__()
        self._record = FitRecord()
        self._page: FitPage | None = None
        self._watched: tuple[keras.Model | None, CellRun | None] = (None, None)
        self._norms = LayerNorms(())
        self._losses = BatchLoss()
        self._call: FitCall | None = None
        self._counts_as_called: bool | None = None  # not known before an epoch's first batch
        self._looks: StepLooks | None = None  # none where there is no page

    @property
    def history(self) -> RecordedColumns:
        """What was recorded of the newest fits, as NumPy arrays by name.

        `watch.history["loss"]` has a row for each batch; "training_loss", "validation_loss" and the metrics by Keras'
        names one for each epoch, and `watch.history.steps("training_loss")` says after how many updates.
        """
        self._record.keep()
        return self._record.columns

    # ---- called by Keras

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Opens the page, or goes on in the one that this cell has of this model."""
        watched = self.model, present_cell_run()
        if self._watched[0] is not watched[0] or self._watched[1] != watched[1]:
            self._watched = watched
            self._open()
        self._call = FitCall.of(self.model)
        self._looks = None if self._page is None else StepLooks(self.model, self._call)
        self._record.begin(self.params.get("epochs", 1), self.params.get("steps"))
        self._wake(urgent=True)

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Begins an epoch, which Keras counts from 0."""
        self._losses.begin_epoch()
        self._counts_as_called = None
        self._record.begin_epoch(epoch + 1)

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Notes the rate of the epoch's first update, and now and then the weights before an update."""
        if batch == 0:  # callbacks that change it between epochs have done so
            self._note_rate(marks=not self._is_scheduled)
        self._norms.before_update()
        if self._looks is not None:
            self._looks.before_update()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Takes the batch's loss and, where the weights before it were read, what the update did."""
        norms = self._norms.after_update()
        self._look_along(batch)
        loss = self._losses.of((logs or {}).get("loss", math.nan), self._examples_after(batch))
        if norms is not None:
            self._record.add_layers(batch, loss, norms)
        if self._record.add(batch, loss, logs or {}):
            self._note_rate(marks=False)
            self._wake()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Takes what `fit` will return of this epoch."""
        self._record.end_epoch({name: float(value) for name, value in (logs or {}).items()})
        self._wake()

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        """Notes that fit is over."""
        progress = self._record.progress
        self._end(FitState.FINISHED if progress.epoch >= progress.epochs else FitState.ENDED_EARLY)

    # ---- what it makes of that

    def _begin_record(self) -> None:
        is_each_seen = self.model.steps_per_execution == 1
        self._norms = LayerNorms(self.model.trainable_variables if is_each_seen else ())
        self._record = FitRecord(self._norms.names)
        at_cell_end(self._cell_ended)

    def _open(self) -> None:
        self._begin_record()
        self._page = None
        if hasattr(get_ipython(), "kernel"):
            hurry_at_exit()
            self._page = FitPage(self.model, self._record, self._stop)
            PAGES.add(self._page, present_cell_run())
            display(self._page)

    def _look_along(self, batch: int) -> None:
        if self._looks is None:
            return
        view = self._looks.after_update()
        self._record.no_step_look = self._looks.reason
        if view is not None:
            self._record.add_step_look(batch, view)

    def _examples_after(self, batch: int) -> float:
        """The examples that Keras counted in this epoch; where `fit` has arrays they need not be read each time."""
        expected = None if self._call is None else self._call.examples_after(batch)
        if self._counts_as_called and expected is not None:
            return expected
        tracker = getattr(self.model, "_loss_tracker", None)
        examples = 0.0 if tracker is None else float(tracker.count.value)
        if self._counts_as_called is None:
            self._counts_as_called = examples == expected
        if not examples:
            self._record.averages = True
        return examples

    @property
    def _is_scheduled(self) -> bool:
        rate = getattr(self.model.optimizer, "_learning_rate", None)
        return isinstance(rate, keras.optimizers.schedules.LearningRateSchedule)

    def _note_rate(self, marks: bool) -> None:
        rate = getattr(self.model.optimizer, "learning_rate", None)
        if rate is not None:
            self._record.use_rate(float(rate), marks)

    def _stop(self) -> None:
        self.model.stop_training = True

    def _cell_ended(self, error: BaseException | None) -> None:
        """Ends what `fit` began and never ended: Keras does not tell callbacks that it was broken off."""
        if self._record.progress.state is FitState.RUNNING:
            broken = FitState.FAILED if error is not None else FitState.ENDED_EARLY
            self._end(FitState.INTERRUPTED if isinstance(error, KeyboardInterrupt) else broken)

    def _end(self, state: FitState) -> None:
        if self._looks is not None:
            self._looks.end()
            self._record.no_step_look = self._looks.reason
        self._record.end(state)
        self._wake(urgent=True)

    def _wake(self, urgent: bool = False) -> None:
        if self._page is not None:
            self._page.wake(urgent)


class DescentLabCallback(Watch):
    """Records `fit` among the kept runs: `model.fit(x, y, callbacks=[DescentLabCallback("runs.db")])`.

    Each call of `fit` is a run, beside those that pages with the same store keep: a page that is open shows it as it
    goes on. It opens no page of its own.

    >>> import numpy as np
    >>> store = RunStore()
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> said = model.fit(np.ones((8, 1)), np.ones(8), 4, epochs=3, verbose=0, callbacks=[DescentLabCallback(store)])
    >>> store[0].state, store[0].steps, len(store[0].history["loss"])
    ('finished', 6, 6)
    """

    def __init__(self, store: RunStore | str | os.PathLike[str], name: str = "") -> None:
        """Takes a store, or the file of one; `name` is what the runs are called.

        Raises:
            StoreError: The file cannot be opened; the sentence says why.
        """
        super().__init__()
        self._store, self._name = store if isinstance(store, RunStore) else RunStore(store), name
        self._id = ""
        self._began, self._due_at = 0.0, -math.inf

    def _open(self) -> None:
        self._begin_record()
        self._page = None

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Begins a run."""
        self._watched = None, None  # each fit is a run of its own
        self._id, self._began = "", time.time()
        super().on_train_begin(logs)

    def _wake(self, urgent: bool = False) -> None:
        self._record.keep()
        if (urgent or time.monotonic() >= self._due_at) and self._record.step:
            started = time.monotonic()
            self._write()
            self._due_at = time.monotonic() + max(SHORTEST_S, (time.monotonic() - started) / SHARE)

    def _write(self) -> None:
        """Writes what was recorded up to now."""
        metrics = self._record.metrics
        history = _with_metric(self._record.columns, metrics[0]) if metrics else self._record.columns
        facts = facts_of_fit(self.model, self._record, self.params, time.time() - self._began)
        if not self._id:
            self._id = self._store.add(started=self._began, name=self._name, **facts)
        self._store.record(self._id, history, **facts | results_of(history, metrics[0] if metrics else ""))


def _with_metric(columns: RecordedColumns, name: str) -> RecordedColumns:
    """The columns with the values of a metric also under the names that pages draw."""
    ends = columns.by_evaluation
    own = {"training_metric": ends.get(name), "validation_metric": ends.get(f"val_{name}")}
    return RecordedColumns(columns.by_update, {**ends, **{key: v for key, v in own.items() if v is not None}})
