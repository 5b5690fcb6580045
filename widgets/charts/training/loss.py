"""A model's loss: of each batch, and of the training and validation examples at the evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.datasets.baselines import strongest
from core.language import N_, _, shown
from core.number_text import significant
from core.probes.registry import EVALUATION
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.axis_ranges import finite_extent
from widgets.charts.parts.band import NO_BAND, band_trace, outline, read_of
from widgets.charts.parts.run_axis import AXIS, STEP, RunAxis
from widgets.charts.parts.setting_change_lines import mark_lines, mark_trace
from widgets.charts.parts.style import CARD, LOSS, empty, figure, hover, line, read_together
from widgets.charts.parts.thinning import evenly
from widgets.charts.parts.value_axis import LOG, SCALE, ValueAxis
from widgets.charts.training import evaluation_traces as evaluated

if TYPE_CHECKING:
    from core.findings.results import Evaluations
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.choice import Choice
    from widgets.charts.model_moment import ModelMoment

BASELINE, MARKS, BAND, BATCH, TRAINING, VALIDATION, NOW = range(7)  # the traces
SINGLY: Update = {"line.width": 1, "opacity": 0.5}  # the line through every batch
OF_MEANS: Update = {"line.width": 1.4, "opacity": 0.8}


class ModelLossChart(ModelChart):
    """Loss by step or epoch, linear or log, with the strongest baseline and the changes of live settings.

    All lines are of one quantity, L1 and L2 terms included: the batch loss is what is minimised, the evaluations are
    what `model.evaluate` gives. A baseline has no weights and so no such terms.
    """

    id = "loss"
    title = N_("Loss")
    shows = N_("The loss of each batch, and of the training and validation examples.")
    advice = N_("Wait for the validation line to turn up while training goes on falling.")
    role = Role.LEAD
    probe = EVALUATION
    choices: tuple[Choice, ...] = (SCALE, AXIS)

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._log = self.chosen[SCALE.name] == LOG
        self._values, self._steps = ValueAxis(self._log), RunAxis(self.chosen.get(AXIS.name, STEP), shows_trunk=True)
        self._note = setup.judgement.loss

    def panel(self) -> Panel:
        """The empty chart."""
        loss = _("loss %{y:.5g}")
        traces = [
            evaluated.baseline_line(),
            mark_trace(),
            band_trace(),
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=line(LOSS, 1), opacity=0.5,
                name=_("batch"),
                hovertemplate=hover(evaluated.row(_("batch"), loss)),
            ),
            evaluated.training_line(loss),
            evaluated.validation_line(loss),
            go.Scatter(
                x=empty(), y=empty(), mode="markers", showlegend=False, cliponaxis=False,
                hoverinfo="skip",
                marker={"size": 11, "color": LOSS, "line": {"color": CARD, "width": 2}},
            ),
        ]  # fmt: skip
        chart = figure(traces, self._steps.title, "", margin=evaluated.ROOM_FOR_LEGEND, legend=evaluated.LEGEND)
        chart.update_layout(showlegend=True)
        read_together(chart, self._steps.hover)
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=self._values.range(0.1, 1), type=self._values.type)
        return self.card(chart, shown(self._note))

    def update(self, moment: ModelMoment) -> Update:
        """The curves up to `moment`, the baseline and the marks."""
        steps, losses = _batch_losses(moment)
        batch = {"x": self._steps.places(steps, moment), "y": self._drawable(losses)}
        now = {name: values[-1:] for name, values in batch.items()}
        lines = {**self._course(moment, batch), NOW: now, **self._found(moment)}
        behind = empty() if moment.origin is None else self._drawable(moment.origin.losses)
        bottom, top = finite_extent(*(trace["y"] for trace in lines.values()), behind) or (0.1, 1.0)
        start, end, unit = self._steps.start(moment), self._steps.end(moment), self._steps.steps_per_unit(moment)
        lines[MARKS] = mark_lines(moment.marks, end, bottom, top, unit, start)
        return {
            "traces": lines,
            "layout": {**self._steps.layout(moment), **self._values.update(bottom, top)},
            **self._words(moment, losses),
        }

    def _course(self, moment: ModelMoment, batch: Update) -> dict[int, Update]:
        """The losses of the batches: each as it is, or where these are too many their band and its means."""
        band, words = moment.band, evaluated.row(_("batch"), _("loss %{y:.5g}"))
        if band is None:
            return {BAND: NO_BAND, BATCH: {**batch, **SINGLY, "hovertemplate": hover(words)}}
        x = self._steps.places(band.middle, moment)
        area = outline(x, self._drawable(band.low), self._drawable(band.high))
        return {BAND: area, BATCH: {"x": x, "y": self._drawable(band.mean), **OF_MEANS, **read_of(band, words)}}

    def _found(self, moment: ModelMoment) -> dict[int, Update]:
        """The traces that the evaluations fill."""
        found = moment.found(EVALUATION)
        if found is None:
            nothing = {"x": empty(), "y": empty()}
            return {TRAINING: nothing, VALIDATION: nothing, BASELINE: evaluated.no_level()}
        return {
            TRAINING: evaluated.points(found, self._drawable(found.train_loss), self._steps, moment),
            VALIDATION: evaluated.points(found, self._drawable(found.val_loss), self._steps, moment),
            BASELINE: self._level(found, self._steps.end(moment)),
        }

    def _words(self, moment: ModelMoment, losses: np.ndarray) -> Update:
        """Note and footer; the note says so where the batch loss is exactly 0, which a log axis does not show."""
        note = shown(self._note)
        found = moment.found(EVALUATION)
        is_evaluated = found is not None and len(found.step) > 0 and not np.isnan(found.val_loss[-1])
        if found is not None and is_evaluated:
            note = _("validation {value}", value=significant(float(found.val_loss[-1])))
        if self._log and losses[-1] == 0:
            note = _("{note} · batch loss now exactly 0, below any log axis", note=note)
        return evaluated.dated(note, found, moment) if found is not None and is_evaluated else {"note": note}

    def _level(self, found: Evaluations, end: float) -> Update:
        best = strongest(found.baselines, by="loss")
        if best is None or (self._log and best.loss <= 0):  # a mean that is right everywhere has no place on a log axis
            return evaluated.no_level()
        words = _("{baseline} {value}", baseline=best.label, value=significant(best.loss, 3))
        return evaluated.level(best.loss, words, end)

    def _drawable(self, losses: np.ndarray) -> np.ndarray:
        return np.where(losses > 0, losses, np.nan) if self._log else losses


def _batch_losses(moment: ModelMoment) -> tuple[np.ndarray, np.ndarray]:
    """The recorded steps and their batch losses; before any update, the loss of the first batch."""
    steps, losses = moment.rows["step"], moment.rows["loss"]
    if not len(steps):
        return np.array([moment.step]), np.array([moment.seen.loss])
    drawn = evenly(len(steps))
    return steps[drawn], losses[drawn].astype(float)
