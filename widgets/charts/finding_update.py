"""What a chart makes of a probe's newest finding: drawn once, and dated where the run has moved on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.number_format import format_number
from core.probes.finding import Finding
from widgets.charts.model_moment import ModelMoment
from widgets.charts.moment import Update

AWAITED = "first look to come"


class FindingUpdate:
    """The update of a chart that shows what `probe` finds.

    `draw` turns a finding's value into an update of the chart's `traces` traces. It is called once for each
    finding, however many frames show it. Traces are hidden while there is none; `blank` is the note where
    there is nothing to find.
    """

    def __init__(self, probe: str, traces: int, blank: str, draw: Callable[[Any], Update]) -> None:
        self._probe, self._traces, self._blank, self._draw = probe, traces, blank, draw
        self._finding: Finding | None = None
        self._drawn: Update = {}

    def update(self, moment: ModelMoment) -> Update:
        """What changes in the figure; its note says at which step it was found, unless that is this step."""
        finding = moment.findings.get(self._probe)
        if finding is None or finding.value is None:
            note = awaited(self._blank, self._probe, moment) if finding is None else self._blank
            return {"traces": {index: {"visible": False} for index in range(self._traces)}, "note": note}
        if finding is not self._finding:
            self._finding, self._drawn = finding, self._shown(finding.value)
        return {**self._drawn, "note": dated(self._drawn["note"], finding, moment)}

    def _shown(self, value: Any) -> Update:
        drawn = self._draw(value)
        traces = {index: {"visible": True, **drawn["traces"].get(index, {})} for index in range(self._traces)}
        return {**drawn, "traces": traces}


def dated(words: str, finding: Finding, moment: ModelMoment) -> str:
    """`words`, and the step they hold for where the run has gone on since."""
    return words if finding.step == moment.step else f"{words} · at step {format_number(finding.step)}"


def awaited(words: str, probe: str, moment: ModelMoment) -> str:
    """The note of a chart for which `probe` has found nothing: that it will, unless it cannot, and then `words`."""
    return words if probe in moment.failed else AWAITED
