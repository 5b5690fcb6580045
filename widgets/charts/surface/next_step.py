"""The next step of a run of two parameters, known at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import N_, shown
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.surface.plane_chart import PlaneChart, PlaneSetup
from widgets.charts.surface.step_figure import NOTE, TITLE, StepFigure

if TYPE_CHECKING:
    from widgets.board.panel import Panel
    from widgets.charts.moment import Moment


class NextStepChart(PlaneChart):
    """The step about to be taken, on the loss along its direction."""

    id = "next-step"
    title = TITLE
    shows = N_("The loss along the next step, and where a step would be too long.")
    advice = N_("Drag the learning rate and watch where the next step lands.")

    def __init__(self, setup: PlaneSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._figure = StepFigure(in_rates=setup.optimizer.proportional)

    def panel(self) -> Panel:
        """The empty chart."""
        return self.card(self._figure.empty(), shown(NOTE))

    def update(self, moment: Moment) -> Update:
        """The step about to be taken at `moment`."""
        return self._figure.drawn(moment.view)
