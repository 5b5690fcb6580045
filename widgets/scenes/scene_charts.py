"""The charts of one scene, in the variants that are chosen and the language in use."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from core.language import _, language, shown
from widgets.charts.chart import Chart, charts_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from widgets.board.panel import Panel
    from widgets.charts.chart import Update
    from widgets.scenes.page_scene import Switches

log = logging.getLogger(__name__)

AnyChart = TypeVar("AnyChart", bound=Chart[Any, Any])


class SceneCharts(Generic[AnyChart]):
    """Those of `charts` that fit `setup`; `switches` say which variant of each is chosen."""

    def __init__(self, charts: Iterable[type[AnyChart]], setup: Any, switches: Switches) -> None:
        self._classes, self._setup, self._switches = tuple(charts), setup, switches
        self._charts: dict[str, tuple[AnyChart, Panel]] = {}
        self._language = ""  # of the charts
        self._drawn_step = 0  # of the last frame
        self._failed: set[str] = set()  # charts that failed, which is logged once

    def panels(self) -> list[Panel]:
        """Their cards, before anything was found."""
        if not self._charts or self._language != language():
            self._make()
        return [panel for _chart, panel in self._charts.values()]

    def switch(self, panel_id: str, name: str, value: str) -> None:
        """Chooses a variant of a chart; `panels` has it from now on."""
        self._switches[panel_id, name] = value
        for chart in charts_for(self._classes, self._setup, self._switches):
            if chart.id == panel_id:
                self._charts[panel_id] = (chart, chart.panel())

    def among(self, ids: Collection[str]) -> dict[str, AnyChart]:
        """The charts with these ids, in the page's order."""
        return {id: chart for id, (chart, _panel) in self._charts.items() if id in ids}

    def drawn_at(self, step: int, ids: Collection[str]) -> dict[str, AnyChart]:
        """The charts with these ids, to draw `step`.

        Where the run has gone back they have forgotten its ranges, so that the next one is drawn as the first was.
        """
        if step < self._drawn_step:
            self._make()
        self._drawn_step = step
        return self.among(ids)

    def updates(self, charts: Mapping[str, AnyChart], moment: Any) -> dict[str, Update]:
        """What each of `charts` shows at `moment`. One that fails says so in its card, and the others go on."""
        return {id: self._update(chart, moment) for id, chart in charts.items()}

    def _update(self, chart: AnyChart, moment: Any) -> Update:
        try:
            return _drawable(chart, chart.update(moment))
        except Exception:
            if chart.id not in self._failed:
                log.exception("the chart %s cannot be drawn", chart.id)
                self._failed.add(chart.id)
            return {"note": cannot_be_drawn()}

    def _make(self) -> None:
        self._language, self._drawn_step = language(), 0
        charts = charts_for(self._classes, self._setup, self._switches)
        self._charts = {chart.id: (chart, chart.panel()) for chart in charts}


def _drawable(chart: Chart[Any, Any], update: Update) -> Update:
    """`update`, or in the place of a figure in which there is nothing to see yet, the words for what will be."""
    if not update.get("is_empty"):
        return update
    said = {name: value for name, value in update.items() if name != "is_empty"}
    return {**said, "placeholder": shown(chart.shows)}


def cannot_be_drawn() -> str:
    """The note of a chart that fails."""
    return _("This chart cannot be drawn, because of a fault in the program.")
