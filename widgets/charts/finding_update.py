"""The update of a chart that draws a probe's newest finding: drawn once, and dated where the run has moved on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from core.language import N_, _, shown
from core.number_format import format_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.probes.definition import ProbeDefinition
    from core.probes.finding import Finding
    from widgets.charts.chart import Update
    from widgets.charts.model_moment import ModelMoment

AWAITED = N_("first look to come")
T = TypeVar("T")


class FindingUpdate(Generic[T]):
    """The update of a chart that shows the findings of `probe`.

    `draw` turns a finding's value into an update of the chart's `traces` traces. It is called once for each
    finding, however many frames show it. Traces are hidden while there is none; `blank` is the note where
    there is nothing to find.
    """

    def __init__(self, probe: ProbeDefinition[T], traces: int, blank: str, draw: Callable[[Any], Update]) -> None:
        self._probe, self._traces, self._blank, self._draw = probe, traces, blank, draw
        self._finding: Finding | None = None
        self._drawn: Update = {}

    def update(self, moment: ModelMoment) -> Update:
        """The changes in the figure; its footer says at which step it was found, unless that is this step."""
        finding = moment.findings.get(self._probe.name)
        if finding is None or finding.value is None:
            note = awaited(self._blank, self._probe, moment) if finding is None else shown(self._blank)
            return {
                "traces": {index: {"visible": False} for index in range(self._traces)},
                "note": note,
                "is_empty": True,
            }
        if finding is not self._finding:
            self._finding, self._drawn = finding, self._shown(finding.value)
        return {**self._drawn, **dated(self._drawn["note"], finding, moment)}

    def _shown(self, value: T) -> Update:
        drawn = self._draw(value)
        traces = {index: {"visible": True, **drawn["traces"].get(index, {})} for index in range(self._traces)}
        return {**drawn, "traces": traces}


def dated(note: str, finding: Finding, moment: ModelMoment) -> Update:
    """The part of an update with `note`, and in the footer the step it holds for where the run has gone on since."""
    return {"note": shown(note), "footer": footer(finding.step, moment.step)}


def footer(step: int, now: int) -> str:
    """The footer of a chart that shows `step` while the run is at `now`; "" if that is the same."""
    return "" if step == now else _("as of step {step}", step=format_number(step))


def awaited(note: str, probe: ProbeDefinition[Any], moment: ModelMoment) -> str:
    """The note of a chart for which `probe` has found nothing: that it will, or `note` where it cannot."""
    return shown(note) if probe.name in moment.failed else shown(AWAITED)
