"""The card of costs among the charts: it is folded away with the other diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.language import N_
from core.probes.registry import COST
from widgets.board.panel import Role
from widgets.cards.cost_card import cost_html
from widgets.charts.finding_update import dated
from widgets.charts.model_chart import ModelChart

if TYPE_CHECKING:
    from widgets.board.panel import Panel
    from widgets.charts.chart import Update
    from widgets.charts.model_moment import ModelMoment


class CostChart(ModelChart):
    """What the model costs, as numbers; the page's slots fill them at every frame."""

    id = "cost"
    title = N_("Cost")
    shows = N_("How large the model is, how soon it answers and what training it takes.")
    advice = N_("Double the size and compare how much longer an update takes.")
    role = Role.DIAGNOSTIC
    probe = COST
    shows_at_once = True

    def panel(self) -> Panel:
        """The card before anything was measured."""
        return self.card(go.Figure(), "", html=cost_html())

    def update(self, moment: ModelMoment) -> Update:
        """The step at which the costs were measured, where that is not this one."""
        finding = moment.findings.get(COST.name)
        return {"slots": {}, **({"note": ""} if finding is None else dated("", finding, moment))}
