"""The text in a visitor's file, whichever way it is encoded.

Nothing in the file is trusted: bytes that are no text are told from text, and known ones by name.
"""

from __future__ import annotations

import re

from core.field import ConfigError
from core.language import N_, _

# The first bytes of files that are often taken for tables, and what those are, within a sentence.
_MAGIC = {
    b"PK\x03\x04": N_("an Excel workbook or a zip archive"),
    b"\xd0\xcf\x11\xe0": N_("an old Excel workbook"),
    b"\x1f\x8b": N_("compressed"),
    b"%PDF": N_("a PDF"),
    b"\x89PNG": N_("an image"),
    b"\xff\xd8\xff": N_("an image"),
    b"GIF8": N_("an image"),
    b"PAR1": N_("a Parquet file"),
}
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")  # control characters that no text file has


def decoded(data: bytes) -> str:
    """The text in a file: UTF-8, UTF-16 or UTF-32 with a byte order mark, UTF-16 without one, else Latin-1.

    Raises:
        ConfigError: the file is empty, or is no text.
    """
    if not data.strip():
        raise ConfigError(_("The file is empty."))
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise ConfigError(_("The file is {kind}, not text; save the table as CSV first.", kind=kind))
    text = _text_in(data)
    if text is None or len(_ODD.findall(text)) > len(text) // 1000:
        raise ConfigError(_("The file is not text; save the table as CSV first."))
    text = text.replace("\0", "")
    if not text.strip():
        raise ConfigError(_("The file is empty."))
    return text


def _text_in(data: bytes) -> str | None:
    """The text, or None where the bytes are not what their byte order mark says."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _try(data, encoding)
    # Western text in UTF-16 has a zero in every other byte.
    zeros_even, zeros_odd = data[:1000:2].count(0), data[1:1000:2].count(0)
    half = len(data[:1000]) // 2
    if max(zeros_even, zeros_odd) > 0.7 * half and min(zeros_even, zeros_odd) < 0.1 * half:
        return _try(data, "utf-16-le" if zeros_odd > zeros_even else "utf-16-be")
    text = _try(data, "utf-8")
    return data.decode("latin-1") if text is None else text


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
