"""The next step of a model, looked at now and then."""

from __future__ import annotations

from core.geometry.step_view import LineView
from core.learning.setup import ModelSetup
from core.optimizers.registry import OPTIMIZERS
from widgets.board.panel import Panel
from widgets.charts.finding_update import awaited, dated
from widgets.charts.model_moment import ModelMoment
from widgets.charts.moment import Update
from widgets.charts.surface.next_step import NOTE, NextStepChart


class ModelNextStepChart:
    """The same chart for a model, whose next step is looked at now and then."""

    id = "next-step"
    needs = frozenset({"next-step"})

    def __init__(self, setup: ModelSetup) -> None:
        self._chart = NextStepChart(OPTIMIZERS[setup.config.optimizer].proportional)
        # The masks of the look and of the update itself differ where XLA draws the latter.
        self._note = f"{NOTE} · a dropout mask of its own" if setup.config.dropout else NOTE

    def panel(self) -> Panel:
        """The empty chart."""
        return self._chart.panel()

    def update(self, moment: ModelMoment) -> Update:
        """The step last looked at; before that none, also where a run before this one had one."""
        view: LineView | None = moment.found("next-step")
        if view is None:
            return {**self._chart.blank(), "note": awaited(self._note, "next-step", moment)}
        return {**self._chart.drawn(view), "note": dated(self._note, moment.findings["next-step"], moment)}
