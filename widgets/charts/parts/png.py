"""Pixels as a PNG in text: the one form in which a page draws many pictures, grey or in colour, at once."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
EIGHT_BIT_RGBA = bytes([8, 6, 0, 0, 0])  # depth, colour type, compression, filter, interlace


def png_uri(pixels: np.ndarray) -> str:
    """A data URI of `pixels`, uint8 (height, width, 4): red, green, blue, opacity. Source: PNG, ISO 15948:2004."""
    height, width, _ = pixels.shape
    header = struct.pack(">II", width, height) + EIGHT_BIT_RGBA
    lines = np.zeros((height, 1 + 4 * width), np.uint8)  # each line begins with its filter, 0: none
    lines[:, 1:] = pixels.reshape(height, -1)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(lines.tobytes(), 6)), _chunk(b"IEND", b""))
    return "data:image/png;base64," + base64.b64encode(SIGNATURE + b"".join(chunks)).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
