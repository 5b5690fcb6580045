"""What one artifact answers: its confusion matrix, and examples on which it changed its mind."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from core.number_text import significant
from widgets.board.panel import Panel
from widgets.charts.parts.class_axis import class_axis, room_for
from widgets.charts.parts.colour_scales import DIVERGING, shading
from widgets.charts.parts.style import INK, figure, hover
from widgets.compress.artifact_texts import name_of
from widgets.compress.picture import picture
from widgets.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.artifacts.artifact import Artifact, Measured

CONFUSION, MINDS = "compress-confusion", "compress-minds"
MOST_COUNTS = 20  # classes up to which counts can be read


def answer_panels(artifact: Artifact | None, classes: Sequence[str]) -> list[Panel]:
    """The panels of an artifact that was made; empty ones before."""
    measured = None if artifact is None else artifact.measured
    note = "" if artifact is None else name_of(artifact)
    return [
        _confusion(measured, classes, note),
        _minds(measured, classes, note),
    ]


def _confusion(measured: Measured | None, classes: Sequence[str], note: str) -> Panel:
    waits = measured is None or measured.is_quantity or len(classes) != measured.classes
    chart = figure([], _("answered"), _("true")) if waits else _table(measured, classes)  # type: ignore[arg-type]  # `waits`
    return Panel(
        CONFUSION, N_("What it confuses"), chart, note=note,
        placeholder=_waiting(measured) if waits else "",
        shows=N_("How often the chosen artifact takes each class (row) for another (column), on held-out examples."),
        advice=N_("Compare it with the original's: which pair was lost first?"),
    )  # fmt: skip


def _waiting(measured: Measured | None) -> str:
    if measured is not None and measured.is_quantity:
        return _("A quantity has no classes to confuse.")
    return _("Choose an artifact in the list or the chart.")


def _table(measured: Measured, classes: Sequence[str]) -> go.Figure:
    counts = measured.confusion
    shade = np.sqrt(counts / np.maximum(counts.sum(1, keepdims=True), 1))
    np.fill_diagonal(shade, -np.diag(shade))
    rows, columns = np.nonzero(counts)
    numbers = [str(n) if len(counts) <= MOST_COUNTS else "" for n in counts[rows, columns]]
    words = [
        _("{true} answered as {answer}: {count}", true=plain(shown(classes[i])), answer=plain(shown(classes[j])),
          count=int(counts[i, j]))
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
    ]  # fmt: skip
    traces = [
        go.Heatmap(z=shade, **shading(DIVERGING, -1, 1), hoverinfo="skip", opacity=0.6, xgap=1, ygap=1),
        go.Scatter(
            x=columns, y=rows, mode="text", text=numbers, customdata=words, textfont={"size": 11, "color": INK},
            hovertemplate=hover("%{customdata}"),
        ),
    ]  # fmt: skip
    margin = {"l": 40 + room_for(classes[:MOST_COUNTS]), "r": 12, "t": 8, "b": 48}
    chart = figure(traces, _("answered"), _("true"), margin=margin)
    if len(classes) <= MOST_COUNTS:
        chart.update_xaxes(**class_axis(classes))
        chart.update_yaxes(**class_axis(classes))
    chart.update_yaxes(range=[len(classes) - 0.5, -0.5])
    return chart


def _minds(measured: Measured | None, classes: Sequence[str], note: str) -> Panel:
    html = "" if measured is None else _examples(measured, classes)
    waiting = _("Choose an artifact in the list or the chart.")
    if measured is not None and not measured.shifted:
        waiting = _("It answers every held-out example as the original does.")
    return Panel(
        MINDS, N_("Where it changed its mind"), figure([], "", ""), note=note, html=html,
        placeholder="" if html else waiting,
        shows=N_("Held-out examples that the artifact answers otherwise than the original."),
        advice=N_("Would you have known? Examples on the border go first."),
    )  # fmt: skip


def _examples(measured: Measured, classes: Sequence[str]) -> str:
    if not measured.shifted:
        return ""
    faces = [_example(measured, classes, *one) for one in measured.shifted]
    return f'<div class="dl-compress-minds">{"".join(faces)}</div>'


def _example(measured: Measured, classes: Sequence[str], row: int, x: np.ndarray) -> str:
    before, now, true = (
        _named(values[row], classes) for values in (measured.original, measured.answers, measured.truths)
    )
    words = _("{before} → {now}", before=before, now=now)
    truth = _("is {true}", true=true)
    where = _("row {number}", number=row)
    face = picture(x) or f"<p>{escape(where)}</p>"
    return f"<figure>{face}<figcaption>{escape(words)}<br>{escape(truth)}</figcaption></figure>"


def _named(answer: np.ndarray, classes: Sequence[str]) -> str:
    """The class, those of a text's first places, or the quantity."""
    if answer.dtype.kind == "f":
        return significant(float(answer), 3)
    if answer.ndim:
        return "".join(shown(classes[int(place)]) for place in answer[:12])
    return shown(classes[int(answer)]) if int(answer) < len(classes) else str(int(answer))
