"""Colours for the layers of a network, from input to output."""

from __future__ import annotations

import functools

import numpy as np

# Four hues, as dark as can be seen on white and black; orange is the gradient's.
STOPS = ("#178a6e", "#2a78c2", "#7f68c4", "#c2558f")


@functools.cache  # asked for at every frame
def layer_colours(count: int) -> tuple[str, ...]:
    """`count` colours between the stops, as hex: the first layer green, the last magenta."""
    stops = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in STOPS], float)
    places = np.linspace(0, len(STOPS) - 1, count)
    channels = [np.interp(places, np.arange(len(STOPS)), stops[:, channel]) for channel in range(3)]
    return tuple("#" + "".join(f"{round(value):02x}" for value in colour) for colour in np.array(channels).T)
