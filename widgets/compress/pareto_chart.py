"""The Pareto chart: accuracy over what an artifact costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from core.artifacts.artifact import BESIDE
from core.artifacts.pareto import dominated
from core.language import N_, _, shown
from core.number_text import bytes_text, percent
from widgets.board.panel import Panel, Role
from widgets.charts.choice import Choice
from widgets.charts.parts.style import INK, LOSS, REFERENCE, SOFT, figure, hover, line
from widgets.charts.parts.value_axis import ONE_SIZE, log_ticks
from widgets.compress.artifact_texts import name_of, short_time
from widgets.compress.label_places import label_places
from widgets.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.artifacts.artifact import Artifact, Measured

ID = "compress-pareto"
BYTES, GZIPPED, LATENCY_1 = N_("bytes"), N_("gzipped"), N_("latency, 1")
LATENCY_256, MEMORY = N_("latency, 256"), N_("memory")

COSTS: dict[
    str, tuple[Callable[[Measured], float | None], str, float]
] = {  # name: (value, title of the axis, what it is divided by)
    BYTES: (lambda m: m.sizes.dense, N_("Bytes of the file, kB"), 1e3),
    GZIPPED: (lambda m: m.sizes.compressed, N_("Bytes through gzip, kB"), 1e3),
    LATENCY_1: (lambda m: _median(m, 1), N_("Median latency of one example, µs"), 1e-6),
    LATENCY_256: (lambda m: _median(m, 256), N_("Median latency of 256 examples, µs"), 1e-6),
    MEMORY: (lambda m: m.memory, N_("Memory of a program that loads it, MB"), 1e6),
}
COST = Choice("cost", N_("Horizontal axis"), tuple(COSTS), BYTES)
CLICK_REACH = 0.06  # of the axes' lengths


def _median(measured: Measured, batch: int) -> float | None:
    latency = measured.latency.get(batch)
    return None if latency is None else latency.median


class ParetoChart:
    """The artifacts that were made, by cost and accuracy."""

    def __init__(self, artifacts: Sequence[Artifact], cost: str, chosen: int | None) -> None:
        self._cost, self._chosen = cost, chosen
        value, _title, unit = COSTS[cost]
        self._drawn: list[tuple[Artifact, Measured, float]] = []
        for artifact in artifacts:
            for measured in (artifact.measured, artifact.extra.get(BESIDE)):
                if measured is not None and (found := value(measured)) is not None:
                    self._drawn.append((artifact, measured, found / unit))

    def panel(self) -> Panel:
        """The chart with its choice of cost."""
        beaten = dominated([(cost, measured.quality.value) for _a, measured, cost in self._drawn])
        traces = [self._points(beaten, False), self._front(beaten), self._points(beaten, True)]
        chart = figure(
            traces if self._drawn else [],
            shown(COSTS[self._cost][1]),
            _("R², %") if self._is_quantity else _("Right answers, %"),
        )
        if self._drawn:
            chart.update_xaxes(**self._x_axis())
            chart.update_yaxes(range=self._y_range())
        return Panel(
            ID, N_("Accuracy and cost"), chart, switches=(COST.switch(self._cost),), role=Role.LEAD,
            placeholder="" if self._drawn else _("Here stand the artifacts, once one is made."),
            shows=N_("Each artifact by its cost and its share of right answers, with the interval of 95 in 100 cases "
                     "(Wilson). Grey ones are beaten: another costs no more and is no less accurate."),
            advice=N_("Press on a point to see what it confuses and where it changed its mind."),
        )  # fmt: skip

    @property
    def _is_quantity(self) -> bool:
        return bool(self._drawn) and all(measured.is_quantity for _a, measured, _c in self._drawn)

    def at(self, x: float, y: float) -> int | None:
        """The number of the artifact nearest to a place in the chart; None if none is near."""
        if not self._drawn or x <= 0:
            return None
        pressed = self._scale()(x, y)
        distances = [math.dist(pressed, place) for place in self._places()]
        nearest = min(distances)
        return self._drawn[distances.index(nearest)][0].number if nearest < CLICK_REACH else None

    def _places(self) -> list[tuple[float, float]]:
        """Where the artifacts stand, in shares of the axes."""
        if not self._drawn:
            return []
        place = self._scale()
        return [place(cost, 100 * measured.quality.value) for _a, measured, cost in self._drawn]

    def _scale(self) -> Callable[[float, float], tuple[float, float]]:
        """A function from a cost and a share in percent to shares of the axes."""
        (left, right), (low, high) = self._x_axis()["range"], self._y_range()
        return lambda cost, share: ((math.log10(cost) - left) / (right - left), (share - low) / (high - low))

    def _points(self, beaten: Sequence[bool], best: bool) -> go.Scatter:
        labelled = zip(self._drawn, label_places(self._places()), beaten, strict=True)
        here = [(entry, place) for entry, place, is_beaten in labelled if is_beaten != best]
        drawn = [entry for entry, _place in here]
        shares = [measured.quality for _a, measured, _c in drawn]
        colour = LOSS if best else SOFT
        marks = [{"size": 16 if a.number == self._chosen else 11, "symbol": _symbol(a, m)} for a, m, _c in drawn]
        return go.Scatter(
            x=[cost for _a, _m, cost in drawn],
            y=[100 * share.value for share in shares],
            error_y={
                "type": "data", "symmetric": False, "color": colour, "thickness": 1, "width": 3,
                "array": [100 * (share.interval[1] - share.value) for share in shares],
                "arrayminus": [100 * (share.value - share.interval[0]) for share in shares],
            },
            mode="markers+text",
            text=[_("#{number} small", number=a.number) if _is_beside(a, m) else f"#{a.number}" for a, m, _c in drawn],
            textposition=[place for _entry, place in here],
            textfont={"color": INK if best else SOFT},
            customdata=[_words(a, measured) for a, measured, _c in drawn],
            hovertemplate=hover("%{customdata}"),
            opacity=1 if best else 0.55,
            marker={
                "color": colour, "size": [m["size"] for m in marks], "symbol": [m["symbol"] for m in marks],
                "line": {"width": [2 if a.number == self._chosen else 0 for a, _m, _c in drawn], "color": INK},
            },
        )  # fmt: skip

    def _front(self, beaten: Sequence[bool]) -> go.Scatter:
        """The staircase of what can be had: the best accuracy at each cost."""
        best = [e for e, is_beaten in zip(self._drawn, beaten, strict=True) if not is_beaten]
        best.sort(key=lambda entry: (entry[2], entry[1].accuracy.value))
        return go.Scatter(
            x=[cost for _a, _m, cost in best], y=[100 * m.quality.value for _a, m, _c in best], mode="lines",
            line={**line(REFERENCE, 1.5, "dot"), "shape": "hv"}, hoverinfo="skip",
        )  # fmt: skip

    def _x_axis(self) -> dict[str, Any]:
        logs = [math.log10(cost) for _a, _m, cost in self._drawn]
        room = 0.1 * max(max(logs) - min(logs), 0.3)
        seen = [min(logs) - room, max(logs) + 2 * room]
        return {"type": "log", "range": seen, "dtick": log_ticks(*seen), "tickformat": ONE_SIZE}

    def _y_range(self) -> list[float]:
        ends = [100 * end for _a, measured, _c in self._drawn for end in measured.quality.interval]
        room = 0.06 * max(max(ends) - min(ends), 1.0)
        return [min(ends) - room, max(ends) + room]


def _is_beside(artifact: Artifact, measured: Measured) -> bool:
    """True for the small model without zeros that a race has run against."""
    return measured is not artifact.measured


def _symbol(artifact: Artifact, measured: Measured) -> str:
    return "square" if _is_beside(artifact, measured) else "circle" if artifact.steps else "diamond"


def _words(artifact: Artifact, measured: Measured) -> str:
    share = measured.quality
    rival = [_("Small without zeros, of as many gzipped bytes")] if _is_beside(artifact, measured) else []
    return "<br>".join(
        [
            plain(name_of(artifact)),
            *rival,
            _("R² {share} on {total}", share=percent(share.value), total=share.total) if measured.is_quantity
            else _("{share} right of {total}", share=percent(share.value), total=share.total),
            _("{dense}, gzipped {compressed}", dense=bytes_text(measured.sizes.dense),
              compressed=bytes_text(measured.sizes.compressed)),
            _("one example {time}", time=short_time(_median(measured, 1))),
        ]
    )  # fmt: skip
