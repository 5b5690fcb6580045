"""The record of a `fit`: a row for each batch, for each look at the layers, and for each end of an epoch."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from core.history.history import History
from core.history.layer_history import LayerHistory
from core.probes.finding import Finding
from core.runs.pacing import RateMeter
from core.runs.past.setting_changes import LiveRecord, SettingChange
from core.runs.recorded_columns import RecordedColumns
from core.watching.epoch_ends import EpochEnds, metrics_in
from core.watching.fit_state import FitProgress, FitState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from core.geometry.line_view import LineView
    from core.models.layer_name import LayerName

KEPT_SECONDS = 0.5  # rows are put into the histories so often: a call for each batch would slow a small model
MOST_LAYER_ROWS = 100_000


class FitRecord:
    """What was seen of one or several fits of one model. One thread writes, others may read.

    Attributes:
        progress: Where it stands; replaced as a whole.
        metrics: The names of the metrics that Keras logs.
        averages: True where the losses are running means of an epoch, since those of batches cannot be told.
        live: The changes of the learning rate.
        batches: The loss of each batch by step: columns step and loss.
        layers: The norms by step: step, loss, update_i and weight_i for layer i; None where there are no layers.
        step_look: The newest `LineView` along an update, with the step that the update led to; None before the first.
        no_step_look: The reason why there is none; "" where one is due soon.
    """

    def __init__(self, layer_names: Sequence[LayerName] = ()) -> None:
        self.layer_names = tuple(layer_names)
        self.progress = FitProgress()
        self.metrics: tuple[str, ...] = ()
        self.averages = False
        self.live = LiveRecord()
        self.ends = EpochEnds()
        self.meter = RateMeter()
        self.batches = History({"step": "int64", "loss": "float32"})
        self.layers = (
            LayerHistory(("update", "weight"), len(self.layer_names), MOST_LAYER_ROWS) if self.layer_names else None
        )
        self.step_look: Finding | None = None
        self.no_step_look = ""
        self.step = 0  # updates that were put into the histories
        self._epoch_began = 0  # the step with which the present epoch began
        self._steps: list[int] = []
        self._losses: list[float] = []
        self._keep_at = -math.inf

    # ---- written by fit

    def begin(self, epochs: int, batches: int | None) -> None:
        """Begins a fit that ends with the epoch `epochs` and has so many batches in each, if that is known."""
        self.progress = FitProgress(epochs=epochs, batches=batches, rate=self.progress.rate)
        self.meter.reset()

    def begin_epoch(self, epoch: int) -> None:
        """Begins the epoch with this number, from 1 on."""
        self._epoch_began = self._newest
        self.progress = replace(self.progress, epoch=epoch, batch=0)

    def use_rate(self, rate: float, marks: bool) -> None:
        """Notes the learning rate that the next update uses; `marks` a change of it for the charts."""
        before = self.progress.rate
        if before is not None and marks:
            self.live = self.live.with_mark(SettingChange(self._newest, "learning_rate", before, rate))
        self.progress = replace(self.progress, rate=rate)

    def add(self, batch: int, loss: float, names: Mapping[str, float]) -> bool:
        """Takes the loss of the batch with this number in the epoch, from 0 on; True if rows became visible."""
        if not self.metrics:
            self.metrics = metrics_in(names)
        self._steps.append(self._epoch_began + batch)
        self._losses.append(loss)
        if time.perf_counter() < self._keep_at:
            return False
        self.keep()
        return True

    def add_layers(self, batch: int, loss: float, norms: np.ndarray) -> None:
        """Takes the norms (L, 2) of each layer's update and weights at this batch."""
        if self.layers is not None:
            updates = {f"update_{i}": [row[0]] for i, row in enumerate(norms)}
            weights = {f"weight_{i}": [row[1]] for i, row in enumerate(norms)}
            self.layers.append(step=[self._epoch_began + batch], loss=[loss], **updates, **weights)

    def add_step_look(self, batch: int, view: LineView) -> None:
        """Takes the loss along the update that was made with this batch."""
        self.step_look = Finding(self._epoch_began + batch + 1, view, 0.0)

    def end_epoch(self, logs: Mapping[str, float]) -> None:
        """Takes what Keras logs at the end of an epoch."""
        self.keep()
        self.ends.add(self.step, logs)
        self.metrics = self.metrics or self.ends.metrics
        self.progress = replace(self.progress, batches=self.step - self._epoch_began)

    def end(self, state: FitState) -> None:
        """Notes how `fit` ended."""
        self.keep()
        self.progress = replace(self.progress, state=state)

    def keep(self) -> None:
        """Puts the batches since the last call into the history."""
        count = len(self._steps)
        if count:
            self.batches.append(step=self._steps, loss=self._losses)
            self.step = self._newest
            self.meter.count(count)
            self._steps, self._losses = [], []
        self.progress = replace(self.progress, batch=self.step - self._epoch_began, left=self._left())
        self._keep_at = time.perf_counter() + KEPT_SECONDS

    @property
    def _newest(self) -> int:
        return self._steps[-1] + 1 if self._steps else self.step

    def _left(self) -> int | None:
        at = self.progress
        if at.batches is None:
            return None
        return max(0, (at.epochs - at.epoch + 1) * at.batches - (self.step - self._epoch_began))

    # ---- read by others

    @property
    def columns(self) -> RecordedColumns:
        """A copy of what was recorded, by name."""
        return RecordedColumns(self.batches.rows(), self.ends.columns())
