"""A model's loss: of each batch, and of the training and validation examples at the evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.datasets.baselines import strongest
from core.learning.setup import ModelSetup
from widgets.board.panel import Panel, Switch
from widgets.charts.finding_update import dated
from widgets.charts.model_moment import ModelMoment
from widgets.charts.moment import Update
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.run_axis import RunAxis
from widgets.charts.parts.setting_change_lines import mark_lines, mark_trace
from widgets.charts.parts.style import CARD, LOSS, empty, figure, line
from widgets.charts.parts.thinning import evenly
from widgets.charts.parts.value_axis import ValueAxis
from widgets.charts.training import evaluation_traces as evaluated
from widgets.number_text import significant

if TYPE_CHECKING:
    from core.findings.results import Evaluations

BASELINE, MARKS, BATCH, TRAINING, VALIDATION, NOW = range(6)  # the traces


class ModelLossChart:
    """Loss by step or epoch, linear or log, with the strongest baseline and the changes of live settings.

    The batch loss is what is minimised, so it has the L1 and L2 terms; the evaluations and the baseline
    are the data's part alone.
    """

    id = "loss"
    needs = frozenset({"evaluation"})

    def __init__(self, setup: ModelSetup, scale: str = "log", axis: str = "step") -> None:
        self._log = scale == "log"
        self._values, self._steps = ValueAxis(self._log), RunAxis(axis)
        spec = setup.spec
        what = "mean squared error" if spec.outputs == 1 else "cross-entropy"
        self._batch_words = "batch, with penalty" if spec.l1 or spec.l2 else "batch"
        self._note = what

    def panel(self) -> Panel:
        """The empty chart."""
        hover = f"{self._steps.hover}<br>loss %{{y:.5g}}<extra></extra>"
        traces = [
            evaluated.baseline_line(),
            mark_trace(),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", name=self._batch_words, line=line(LOSS, 1), opacity=0.5,
                hovertemplate=f"batch, {hover}",
            ),
            evaluated.training_line(self._steps, "loss %{y:.5g}"),
            evaluated.validation_line(self._steps, "loss %{y:.5g}"),
            go.Scatter(
                x=empty(), y=empty(), mode="markers", showlegend=False, cliponaxis=False, hovertemplate=f"now: {hover}",
                marker={"size": 11, "color": LOSS, "line": {"color": CARD, "width": 2}},
            ),
        ]  # fmt: skip
        chart = figure(traces, self._steps.unit, "", margin=evaluated.ROOM_FOR_LEGEND, legend=evaluated.LEGEND)
        chart.update_layout(showlegend=True)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=self._values.range(0.1, 1), type=self._values.type)
        scale = Switch("scale", ("linear", "log"), self._values.type, "Loss scale")
        return Panel(self.id, "Loss", chart, self._note, (scale, self._steps.switch))

    def update(self, moment: ModelMoment) -> Update:
        """The curves up to `moment`, the baseline and the marks."""
        steps, losses = _batch_losses(moment)
        batch = {"x": self._steps.places(steps, moment), "y": self._drawable(losses)}
        lines = {BATCH: batch, NOW: {name: values[-1:] for name, values in batch.items()}, **self._found(moment)}
        bottom, top = finite_extent(*(trace["y"] for trace in lines.values())) or (0.1, 1.0)
        end = self._steps.end(moment)
        lines[MARKS] = mark_lines(moment.marks, end, bottom, top, self._steps.steps_per_unit(moment))
        return {
            "traces": lines,
            "layout": {"xaxis.range": [0, end], **self._values.update(bottom, top)},
            "note": self._words(moment),
        }

    def _found(self, moment: ModelMoment) -> dict[int, Update]:
        """The traces that the evaluations fill."""
        found: Evaluations | None = moment.found("evaluation")
        if found is None:
            nothing = {"x": empty(), "y": empty()}
            return {TRAINING: nothing, VALIDATION: nothing, BASELINE: {**nothing, "text": []}}
        return {
            TRAINING: evaluated.points(found, self._drawable(found.train_loss), self._steps, moment),
            VALIDATION: evaluated.points(found, self._drawable(found.val_loss), self._steps, moment),
            BASELINE: self._level(found, self._steps.end(moment)),
        }

    def _level(self, found: Evaluations, end: float) -> Update:
        best = strongest(found.baselines, by="loss")
        if best is None:
            return {"x": empty(), "y": empty(), "text": []}
        return evaluated.level(best.loss, f"{best.label} {significant(best.loss, 3)}", end)

    def _words(self, moment: ModelMoment) -> str:
        found: Evaluations | None = moment.found("evaluation")
        if found is None or not len(found.step):
            return self._note
        return dated(f"validation {significant(float(found.val_loss[-1]))}", moment.findings["evaluation"], moment)

    def _drawable(self, losses: np.ndarray) -> np.ndarray:
        return np.where(losses > 0, losses, np.nan) if self._log else losses


def _batch_losses(moment: ModelMoment) -> tuple[np.ndarray, np.ndarray]:
    """The recorded steps and their batch losses; before any update, the loss of the first batch."""
    steps, losses = moment.rows["step"], moment.rows["loss"]
    if not len(steps):
        return np.array([moment.step]), np.array([moment.seen.loss])
    shown = evenly(len(steps))
    return steps[shown], losses[shown].astype(float)
