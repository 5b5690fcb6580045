"""The next step of a model, looked at now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import N_, _, shown
from core.optimizers.pruning import NONE
from core.optimizers.registry import OPTIMIZERS
from core.probes.registry import NEXT_STEP
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.finding_update import awaited, dated
from widgets.charts.model_chart import ModelChart
from widgets.charts.surface.step_figure import NOTE, TITLE, StepFigure

if TYPE_CHECKING:
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment


class ModelNextStepChart(ModelChart):
    """A step that the model was about to take, on the loss along its direction."""

    id = "next-step"
    title = TITLE
    shows = N_("The loss along the next step, and where a step would be too long.")
    advice = N_("Drag the learning rate and watch where the next step lands.")
    probe = NEXT_STEP

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        proportional = OPTIMIZERS[setup.config.optimizer].proportional and setup.config.pruning == NONE
        self._figure = StepFigure(in_rates=proportional)
        # The masks of the look and of the update itself differ where XLA draws the latter.
        self._note = _("{note} · a dropout mask of its own", note=NOTE) if setup.config.dropout else NOTE

    def panel(self) -> Panel:
        """The empty chart."""
        return self.card(self._figure.empty(), shown(NOTE))

    def update(self, moment: ModelMoment) -> Update:
        """The step last looked at; before that none, also where a run before this one had one."""
        view = moment.found(NEXT_STEP)
        if view is None:
            return {**self._figure.blank(), "note": awaited(self._note, NEXT_STEP, moment), "is_empty": True}
        return {**self._figure.drawn(view), **dated(self._note, moment.findings[NEXT_STEP.name], moment)}
