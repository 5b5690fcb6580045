"""The share of a model's weights that are not zero: planned ahead of the run, and found along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from core.number_format import format_number
from core.number_text import percent
from core.optimizers.pruning import NONE, SPARSITY, planned_sparsity
from core.probes.registry import ZEROS
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.finding_update import awaited, dated
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.run_axis import RunAxis
from widgets.charts.parts.style import LOSS, REFERENCE, empty, figure, hover, line
from widgets.charts.parts.thinning import evenly

if TYPE_CHECKING:
    from core.findings.results import NonZeros
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

PLANNED, FOUND = range(2)  # the traces
POINTS = 200
NOTE = N_("planned dotted: the cubic schedule of Zhu and Gupta")


class PruningChart(ModelChart):
    """Weights that are not zero, in percent of those that may be pruned, over the whole run."""

    id = "pruning"
    title = N_("Weights not zero")
    shows = N_("How many of the weights are not zero: planned for the whole run (dotted), and what they are.")
    advice = N_("Move Sparsity: the rest of the plan follows, and nothing is compiled anew.")
    probe = ZEROS

    @classmethod
    def fits(cls, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> bool:
        """True if the run prunes."""
        return setup.config.pruning != NONE

    def panel(self) -> Panel:
        """The empty chart."""
        traces = [
            go.Scatter(
                x=empty(), y=empty(), mode="lines", line=line(REFERENCE, 2, "dot"),
                hovertemplate=hover(_("planned after %{x:.0f} updates: %{y:.0f} %")),
            ),
            go.Scatter(
                x=empty(), y=empty(), mode="lines+markers", line=line(LOSS, 2.5), marker={"size": 4},
                hovertemplate=hover(_("after %{x:.0f} updates: %{y:.1f} %")),
            ),
        ]  # fmt: skip
        chart = figure(traces, _("step"), _("not zero, %"))
        chart.update_xaxes(range=[0, 10])
        chart.update_yaxes(range=[0, 102])
        return self.card(chart, shown(NOTE))

    def update(self, moment: ModelMoment) -> Update:
        """The plan from here on and for what was, and the shares found."""
        end = float(moment.total_steps or max(moment.step, 10))
        found = moment.found(ZEROS)
        steps = np.linspace(0, end, POINTS)
        planned = 100 * (1 - planned_sparsity(steps, end, _sparsity_at(steps, moment)))
        axis = RunAxis()
        layout = {**axis.layout(moment), "xaxis.range": [axis.start(moment), axis.start(moment) + end]}
        traces: dict[int, Update] = {PLANNED: {"x": axis.places(steps, moment), "y": planned}}
        if found is None or not found.total:
            note = awaited(NOTE, ZEROS, moment) if found is None else _("This model has no weights to prune.")
            return {"traces": {**traces, FOUND: {"x": empty(), "y": empty()}}, "layout": layout, "note": note}
        known = int(np.searchsorted(found.steps, moment.step, side="right"))
        drawn = evenly(known)
        traces[FOUND] = {"x": axis.places(found.steps[drawn], moment), "y": 100 * found.counts[drawn] / found.total}
        return {
            "traces": traces, "layout": layout,
            **dated(_words(found, max(known - 1, 0)), moment.findings[ZEROS.name], moment),
        }  # fmt: skip


def _sparsity_at(steps: np.ndarray, moment: ModelMoment) -> np.ndarray:
    """The final sparsity that was asked for at each of `steps`; from now on that of now."""
    marks = [mark for mark in moment.marks if mark.name == SPARSITY.name]
    asked = np.full(len(steps), marks[0].old if marks else moment.seen.hyper.get(SPARSITY.name, SPARSITY.default))
    for mark in marks:
        asked[steps >= mark.step] = mark.new
    return asked.astype(float)


def _words(found: NonZeros, place: int) -> str:
    count = int(found.counts[place])
    return _(
        "{count} of {total} weights are not zero, {share}",
        count=format_number(count), total=format_number(found.total), share=percent(count / found.total),
    )  # fmt: skip
