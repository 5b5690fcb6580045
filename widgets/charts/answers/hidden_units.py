"""The activation of each hidden unit of a small net over both features, as one picture of tiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from core.number_text import significant
from core.probes.registry import UNITS
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.colour_scales import DIVERGING, shading
from widgets.charts.parts.style import GRID, empty, figure, hover, line
from widgets.charts.parts.text_width import columns
from widgets.charts.parts.tiles import frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.findings.results import UnitMaps
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

MOST_UNITS = 32  # of a layer that are drawn: smaller tiles than these show nothing
MOST_PIXELS = 24  # along a side of a tile: a tile has hardly more on the screen
GAP = 0.12  # of a tile, between it and the next
SHAPE = 1.75  # width over height of the space that the tiles have
ROOM, COLUMN = 22, 7  # pixels: around the names of the layers; of a column of them
PICTURE, FRAMES, HOVER, TRACES = range(4)
NOTE = N_("activation, each on its own scale")


@dataclass(frozen=True)
class Tiles:
    """The picture: `shade` (rows, columns) in -1..1, NaN between tiles, its first row at the bottom.

    A tile is `side` pixels wide and high; tile k is around (`x`[k], `y`[k]) and `words`[k] name it.
    `rows` is the middle of each layer's tiles.
    """

    shade: np.ndarray
    side: int
    x: np.ndarray
    y: np.ndarray
    words: list[str]
    rows: list[float]


class UnitsChart(ModelChart):
    """One tile for each hidden unit, a layer to one line or more: its activation over both features.

    Each tile is divided by its greatest absolute value: what shows is where a unit answers, not how much.
    """

    id = "units"
    title = N_("Hidden units")
    shows = N_("Where in the plane each hidden unit answers.")
    advice = N_("Count the units that are dark everywhere: they do nothing.")
    probe = UNITS

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._found = FindingUpdate(UNITS, TRACES, NOTE, self._draw)

    def panel(self) -> Panel:
        """The empty picture."""
        traces = [
            go.Heatmap(z=empty(), **shading(DIVERGING, -1, 1), hoverinfo="skip"),
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(GRID, 1), hoverinfo="skip"),
            go.Scatter(
                x=empty(), y=empty(), mode="markers", text=[], marker={"size": 26, "opacity": 0},
                hovertemplate=hover("%{text}"),
            ),
        ]  # fmt: skip
        chart = figure(traces, "", "", margin={"l": ROOM + 8 * COLUMN, "r": 12, "t": 8, "b": 12}).update_traces(
            visible=False
        )
        chart.update_xaxes(showgrid=False, showticklabels=False, range=[0, 1], constrain="domain", showline=False)
        chart.update_yaxes(showgrid=False, range=[0, 1], constrain="domain", scaleanchor="x", showline=False)
        chart.update_yaxes(tickvals=[], ticktext=[], ticklabelstandoff=6)
        return self.card(chart, shown(NOTE))

    def update(self, moment: ModelMoment) -> Update:
        """The units as they answered last."""
        return self._found.update(moment)

    def _draw(self, maps: UnitMaps) -> Update:
        names = tuple(map(shown, maps.names))
        tiles = tiled(maps.layers, names)
        (height, width), half = tiles.shade.shape, (tiles.side - 1) / 2
        return {
            "traces": {
                PICTURE: {"z": tiles.shade},
                FRAMES: frames(tiles.x - half, tiles.y - half, tiles.side, tiles.side),
                HOVER: {"x": tiles.x, "y": tiles.y, "text": tiles.words},
            },
            "layout": {
                "xaxis.range": [-0.5, width - 0.5],
                "yaxis.range": [-0.5, height - 0.5],
                "yaxis.tickvals": tiles.rows,
                "yaxis.ticktext": list(names),
                "margin.l": ROOM + COLUMN * max(map(columns, names)),
            },
            "note": shown(NOTE),
        }


def tiled(layers: Sequence[np.ndarray], names: Sequence[str]) -> Tiles:
    """The tiles of `layers`, each (units, g, g) with the second feature along its rows; the first layer on top."""
    shown = [layer[:MOST_UNITS] for layer in layers]
    step = -(-shown[0].shape[-1] // MOST_PIXELS)
    side = len(range(0, shown[0].shape[-1], step))
    pitch = side + max(1, round(GAP * side))
    columns = _columns([len(layer) for layer in shown])
    lines = [-(-len(layer) // columns) for layer in shown]
    shade = np.full((sum(lines) * pitch - pitch + side, columns * pitch - pitch + side), np.nan, np.float32)
    x, y, words, rows, below = [], [], [], [], sum(lines)
    for layer, name, used in zip(shown, names, lines, strict=True):
        across = -(-len(layer) // used)
        for unit, values in enumerate(layer):
            left, bottom = (unit % across) * pitch, (below - 1 - unit // across) * pitch
            shade[bottom : bottom + side, left : left + side] = _scaled(values[::step, ::step])
            x.append(left + (side - 1) / 2)
            y.append(bottom + (side - 1) / 2)
            words.append(_words(name, unit + 1, values))
        below -= used
        rows.append((below + used / 2) * pitch - (pitch - side) / 2 - 0.5)
    return Tiles(shade, side, np.array(x), np.array(y), words, rows)


def _words(name: str, number: int, values: np.ndarray) -> str:
    """The hover of a tile: its unit, and the range of its activation."""
    low, high = significant(values.min(), 3), significant(values.max(), 3)
    unit = _("{layer}, unit {number}", layer=name, number=number)
    return "<br>".join((unit, _("{low} to {high}", low=low, high=high)))


def _scaled(values: np.ndarray) -> np.ndarray:
    """`values` over the greatest of their absolute values; zeros where a unit is dead."""
    greatest = float(np.max(np.abs(values)))
    return values / greatest if greatest > 0 else values


def _columns(units: Sequence[int]) -> int:
    """The number of tiles in a line with which the tiles are as large as they can be."""

    def side(columns: int) -> float:
        return min(SHAPE / columns, 1 / sum(-(-count // columns) for count in units))

    return max(range(1, max(units) + 1), key=side)
