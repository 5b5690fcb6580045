"""A picture of numbers as an element of HTML."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np


def picture(x: np.ndarray) -> str:
    """An `<img>` of (height, width, 1 or 3) numbers, the least black and the largest white; "" for other shapes."""
    if x.ndim != 3 or x.shape[-1] not in (1, 3):
        return ""
    low, high = float(x.min()), float(x.max())
    pixels = np.round((x - low) / max(high - low, 1e-12) * 255).astype(np.uint8)
    data = base64.b64encode(_png(pixels)).decode()
    return f'<img alt="" src="data:image/png;base64,{data}">'


def _png(pixels: np.ndarray) -> bytes:
    """The file of 8-bit grey or RGB pixels (PNG specification, ISO/IEC 15948)."""
    height, width, channels = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
