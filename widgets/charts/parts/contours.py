"""Contour lines as polylines: a contour trace would be computed anew by the page for every frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from contourpy import LineType, contour_generator

if TYPE_CHECKING:
    from collections.abc import Iterable


def contour_lines(
    x: np.ndarray, y: np.ndarray, values: np.ndarray, levels: Iterable[float]
) -> tuple[np.ndarray, np.ndarray]:
    """The polylines (x, y), float32, NaN between pieces, along which `values` (rows y, columns x) is at a level.

    Where `values` is not finite there is no line.
    """
    generator = contour_generator(x, y, values, line_type=LineType.ChunkCombinedNan)
    pieces = [chunk for level in levels for chunk in generator.lines(level)[0] if chunk is not None]
    gap = np.full((1, 2), np.nan)
    points = np.concatenate([part for piece in pieces for part in (piece, gap)]) if pieces else gap
    return points[:, 0].astype(np.float32), points[:, 1].astype(np.float32)
