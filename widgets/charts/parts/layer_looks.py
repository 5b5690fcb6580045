"""The looks of lines, one for each layer of a network: six colours of the page, and a dash where they come round."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from widgets.charts.chart import Update

COLOURS = tuple(f"var(--dl-layer-{number})" for number in range(1, 7))
DASHES = ("solid", "dash", "dot", "dashdot")


def layer_look(index: int) -> Update:
    """Colour and dash of the line of layer `index`; the first 24 have different ones.

    >>> layer_look(7)
    {'line.color': 'var(--dl-layer-2)', 'line.dash': 'dash'}
    """
    rounds, colour = divmod(index, len(COLOURS))
    return {"line.color": COLOURS[colour], "line.dash": DASHES[rounds % len(DASHES)]}
