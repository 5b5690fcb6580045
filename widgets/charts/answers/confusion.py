"""The table of classes that a model takes for one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, pgettext, shown
from core.number_format import format_number
from core.number_text import significant
from core.probes.registry import CONFUSION
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.class_axis import SMALL, class_axis, room_for
from widgets.charts.parts.colour_scales import DIVERGING, shading
from widgets.charts.parts.style import INK, empty, figure, hover
from widgets.charts.parts.text_width import columns
from widgets.plain_text import plain

if TYPE_CHECKING:
    from core.findings.results import Confusion
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

FEW, SMALLEST, LARGEST = 10, 8, 13  # classes up to which counts have the larger type; sizes in pixels
COLUMNS_ACROSS = 6  # a name wider than this has no room beside the next one, and is turned
HEAT, COUNTS, TRACES = range(3)
MOST_COUNTS = 20  # classes up to which the counts can be read, and every name has room
MOST = 100  # classes of which a table can be seen
NOTE, TOO_MANY = N_("validation part"), N_("more classes than a table can show")


class ConfusionChart(ModelChart):
    """The number of examples of each true class (rows) that were taken for each class (columns).

    A cell is the stronger the larger its share of the row, right ones in the colour of the loss and wrong
    ones in the opposite; strength goes with the root of the share, so that a few errors show. Of more than
    20 classes the counts are said where the pointer is.
    """

    id = "confusion"
    title = N_("Confusion")
    shows = N_("How often each class is taken for another.")
    advice = N_("Find the brightest square off the diagonal: these two the model cannot tell apart.")
    probe = CONFUSION

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._classes = setup.classes
        self._note = NOTE if len(self._classes) <= MOST else TOO_MANY
        self._found = FindingUpdate(CONFUSION, TRACES, self._note, self._draw)

    def panel(self) -> Panel:
        """The empty table."""
        names = self._classes[:MOST]
        size = LARGEST if len(names) <= FEW else SMALLEST
        turned = max(columns(shown(name)) for name in names) > COLUMNS_ACROSS
        below = 0.6 * room_for(names) if turned else 16
        titles = pgettext("classes", "predicted"), pgettext("classes", "true")
        margin = {"l": 34 + room_for(names), "r": 12, "t": 8, "b": 28 + below}
        chart = figure(_traces(size), *titles, margin=margin).update_traces(visible=False)
        chart.update_xaxes(**class_axis(names, min(size, SMALL)), tickangle=-35 if turned else 0)
        chart.update_yaxes(**class_axis(names, min(size, SMALL)))
        named = slice(None, None, -(-len(names) // MOST_COUNTS))
        for axis in (chart.layout.xaxis, chart.layout.yaxis):
            axis.update(tickvals=axis.tickvals[named], ticktext=axis.ticktext[named])
        chart.update_yaxes(range=[len(names) - 0.5, -0.5])
        return self.card(chart, shown(self._note))

    def update(self, moment: ModelMoment) -> Update:
        """The table as it was last counted."""
        return self._found.update(moment)

    def _draw(self, confusion: Confusion) -> Update:
        matrix = confusion.matrix
        rows, predicted = np.nonzero(matrix)
        counts = matrix[rows, predicted].tolist()
        texts = [str(count) if len(matrix) <= MOST_COUNTS else "" for count in counts]
        words = [self._words(*cell) for cell in zip(rows.tolist(), predicted.tolist(), counts, strict=True)]
        n = int(matrix.sum())
        accuracy = significant(float(np.trace(matrix)) / max(n, 1), 3)
        return {
            "traces": {
                HEAT: {"z": shade(matrix)},
                COUNTS: {"x": predicted, "y": rows, "text": texts, "customdata": words},
            },
            "note": _note(accuracy, n, confusion.n_held_out),
        }

    def _words(self, row: int, column: int, count: int) -> str:
        """The hover of a cell: the true class, the predicted one, and how often."""
        true, predicted = (plain(shown(self._classes[k])) for k in (row, column))
        often = format_number(count)
        verdict = _("{count}, right", count=often) if row == column else _("{count}, wrong", count=often)
        return "<br>".join((_("true {name}", name=true), _("predicted {name}", name=predicted), verdict))


def _note(accuracy: str, counted: int, held_out: int) -> str:
    """The accuracy, and of how many examples it is."""
    count = format_number(counted)
    if counted >= held_out:
        return _("accuracy {accuracy} on {count} unseen", accuracy=accuracy, count=count)
    every = format_number(held_out)
    return _("accuracy {accuracy} on {count} of {every} unseen", accuracy=accuracy, count=count, every=every)


def shade(matrix: np.ndarray) -> np.ndarray:
    """The root of each count's share of its row, negative on the diagonal; 0 in an empty row."""
    strength = np.sqrt(matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1))
    return np.where(np.eye(len(matrix), dtype=bool), -strength, strength)


def _traces(size: int) -> list[object]:
    """The cells, and the counts in type of `size` pixels."""
    return [
        go.Heatmap(z=empty(), **shading(DIVERGING, -1, 1), hoverinfo="skip", opacity=0.6, xgap=1, ygap=1),
        go.Scatter(
            x=empty(), y=empty(), mode="text", text=[], customdata=[], textfont={"size": size, "color": INK},
            hovertemplate=hover("%{customdata}"),
        ),
    ]  # fmt: skip
