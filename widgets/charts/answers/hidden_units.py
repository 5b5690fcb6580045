"""What each hidden unit of a small net answers to, as one picture of tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from widgets.board.panel import Panel
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_moment import ModelMoment
from widgets.charts.moment import Update
from widgets.charts.parts.colour_scales import DIVERGING, shading
from widgets.charts.parts.style import GRID, empty, figure, line
from widgets.charts.parts.tiles import frames
from widgets.number_text import significant

if TYPE_CHECKING:
    from core.findings.results import UnitMaps

MOST_UNITS = 32  # of a layer that are drawn: smaller tiles than these show nothing
MOST_PIXELS = 24  # along a side of a tile: a tile has hardly more on the screen
GAP = 0.12  # of a tile, between it and the next
SHAPE = 1.75  # width over height of the space that the tiles have
PICTURE, FRAMES, HOVER, TRACES = range(4)
NOTE = "activation, each on its own scale"


@dataclass(frozen=True)
class Tiles:
    """The picture: `shade` (rows, columns) in -1..1, NaN between tiles, its first row at the bottom.

    A tile is `side` pixels wide and high; tile k is around (`x`[k], `y`[k]) and `words`[k] say what it is.
    `rows` is the middle of each layer's tiles.
    """

    shade: np.ndarray
    side: int
    x: np.ndarray
    y: np.ndarray
    words: list[str]
    rows: list[float]


class UnitsChart:
    """One tile for each hidden unit, a layer to one line or more: its activation over both features.

    Each tile is divided by its greatest absolute value: what shows is where a unit answers, not how much.
    """

    id = "units"
    needs = frozenset({"units"})

    def __init__(self) -> None:
        self._found = FindingUpdate("units", TRACES, NOTE, self._draw)

    def panel(self) -> Panel:
        """The empty picture."""
        traces = [
            go.Heatmap(z=empty(), **shading(DIVERGING, -1, 1), hoverinfo="skip"),
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(GRID, 1), hoverinfo="skip"),
            go.Scatter(
                x=empty(), y=empty(), mode="markers", text=[], marker={"size": 26, "opacity": 0},
                hovertemplate="%{text}<extra></extra>",
            ),
        ]  # fmt: skip
        chart = figure(traces, "", "", margin={"l": 78, "r": 12, "t": 8, "b": 12}).update_traces(visible=False)
        chart.update_xaxes(showgrid=False, showticklabels=False, range=[0, 1], constrain="domain", showline=False)
        chart.update_yaxes(showgrid=False, range=[0, 1], constrain="domain", scaleanchor="x", showline=False)
        chart.update_yaxes(tickvals=[], ticktext=[], ticklabelstandoff=6)
        return Panel(self.id, "Hidden units", chart, NOTE)

    def update(self, moment: ModelMoment) -> Update:
        """The units as they answered last."""
        return self._found.update(moment)

    def _draw(self, maps: UnitMaps) -> Update:
        tiles = tiled(maps.layers, maps.names)
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
                "yaxis.ticktext": list(maps.names),
            },
            "note": NOTE,
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
            words.append(f"{name}, unit {unit + 1}<br>{significant(values.min(), 3)} to {significant(values.max(), 3)}")
        below -= used
        rows.append((below + used / 2) * pitch - (pitch - side) / 2 - 0.5)
    return Tiles(shade, side, np.array(x), np.array(y), words, rows)


def _scaled(values: np.ndarray) -> np.ndarray:
    """`values` over the greatest of their absolute values; zeros where a unit is dead."""
    greatest = float(np.max(np.abs(values)))
    return values / greatest if greatest > 0 else values


def _columns(units: Sequence[int]) -> int:
    """How many tiles a line should hold for the tiles to be as large as they can be."""

    def side(columns: int) -> float:
        return min(SHAPE / columns, 1 / sum(-(-count // columns) for count in units))

    return max(range(1, max(units) + 1), key=side)
