"""Images of any range and any order of axes, as pictures to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

CHANNELS = (1, 2, 3, 4)  # that are told apart from a side
COLOURS = 3


def picture_size(shape: Sequence[int]) -> tuple[int, int]:
    """Height and width of an image of that shape, (height, width, channels) or (channels, height, width).

    >>> picture_size((28, 20, 1)), picture_size((3, 32, 32))
    ((28, 20), (32, 32))
    """
    height, width = shape[1:] if _channels_first(shape) else shape[:2]
    return height, width


def pictures(images: np.ndarray, low: float, high: float) -> np.ndarray:
    """`images` (n, ...) as float32 (n, height, width, 1 or 3), with 0 for values of `low` and 1 for those of `high`.

    A fourth channel, the opacity, is left out; of any other number of channels the mean is shown.
    """
    last = np.moveaxis(images, 1, -1) if _channels_first(images.shape[1:]) else images
    colours = last[..., :COLOURS] if last.shape[-1] in (COLOURS, COLOURS + 1) else last.mean(-1, keepdims=True)
    return np.clip((colours - low) / ((high - low) or 1.0), 0, 1).astype(np.float32)


def brightness_range(images: np.ndarray) -> tuple[float, float]:
    """The values that stand for black and white in `images`: 0 and 1, -1 and 1, 0 and 255, or its extremes."""
    low, high = float(np.nanmin(images)), float(np.nanmax(images))
    for black, white in ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0), (-127.5, 127.5)):
        if low >= black and high <= white and (images.dtype != np.uint8 or white > 1):
            return black, white
    return low, high


def _channels_first(shape: Sequence[int]) -> bool:
    return shape[0] in CHANNELS and shape[-1] not in CHANNELS
