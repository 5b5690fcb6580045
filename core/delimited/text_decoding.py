"""The text in a visitor's file, whichever way it is encoded.

Nothing in the file is trusted: bytes that are no text are told from text, and known ones by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.delimited.character_sets import ENCODINGS, guess_encoding
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
_MARKS = (
    (b"\xef\xbb\xbf", "UTF-8"),
    (b"\xff\xfe\x00\x00", "UTF-32LE"),
    (b"\x00\x00\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)
_ARFF = re.compile(r"(?:\s*+(?:%[^\n]*+)?\n)*+\s*+@relation\s", re.IGNORECASE)
_LIBSVM = re.compile(r"(?:[+-]?[\d.]++(?: \d++:[+-]?[\d.eE+-]++)++ *+\n){3}")  # classes, and pairs index:value
_SHIFTED_JAPANESE = re.compile(rb"\x1b\$[@B]")
_ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")  # control characters that no text file has
_END_OF_FILE = "\x1a"  # as DOS programs write it
MOST_ODD = 200  # signs a control character: one that was pasted into a cell makes no file less of a text
_MONEY_AT_BACKSLASH = {"Shift_JIS": "¥", "EUC-KR": "₩"}  # how Japanese and Korean letters show the sign
_MONEY = re.compile(r"\\(?=\d)")
_DAMAGED = 0.01  # of the signs beyond ASCII may be broken in a file that is UTF-8 nevertheless
_LOOKED_AT = 20_000  # bytes in which the zeros of UTF-16 are counted


@dataclass(frozen=True)
class DecodedText:
    """A file's text with a line feed for every line end; `guessed` where nothing in the file proves the encoding."""

    text: str
    encoding: str
    guessed: bool


def decode(data: bytes, encoding: str | None = None) -> DecodedText:
    """The text in a file: in `encoding` if one is given, else by byte order mark, as UTF-8, or by the best guess.

    Args:
        data: the file.
        encoding: one of `ENCODINGS`, None to find it out.

    Raises:
        ConfigError: the file is empty, is no text, or none in the encoding that is asked for, or is a table in another
            format.
    """
    if not data.strip():
        raise ConfigError(_("The file is empty."))
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise ConfigError(_("The file is {kind}, not text; save the table as CSV first.", kind=kind))
    found = _found(data) if encoding is None else _as_told(data, encoding)
    if found is None or len(_ODD.findall(found.text.rstrip(_END_OF_FILE))) > len(found.text) // MOST_ODD:
        raise ConfigError(_("The file is not text; save the table as CSV first."))
    text = found.text.removeprefix("\ufeff").rstrip(_END_OF_FILE).replace("\0", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise ConfigError(_("The file is empty."))
    if _ARFF.match(text):
        raise ConfigError(_("The file is an ARFF file; save the table as CSV first."))
    if _LIBSVM.match(text):
        raise ConfigError(_("The file is a LIBSVM file, with pairs of index and value; save it as a table first."))
    if found.encoding in _MONEY_AT_BACKSLASH:
        text = _MONEY.sub(_MONEY_AT_BACKSLASH[found.encoding], text)
    return DecodedText(text, found.encoding, found.guessed)


def _as_told(data: bytes, encoding: str) -> DecodedText:
    codec = ENCODINGS.get(encoding)
    if codec is None:
        raise ConfigError(_("There is no encoding of this name to choose."))
    text = data.decode(codec, "replace")
    if text.count("\ufffd") > len(text) // 20:
        raise ConfigError(_("The file is no text in {encoding}.", encoding=encoding))
    return DecodedText(text, encoding, guessed=False)


def _found(data: bytes) -> DecodedText | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strictly(data, ENCODINGS[encoding])
            return None if text is None else DecodedText(text, encoding, guessed=False)
    wide = _wide_encoding(data)
    if wide is not None:
        text = _strictly(data, ENCODINGS[wide])
        return None if text is None else DecodedText(text, wide, guessed=True)
    text = _strictly(data, "iso2022_jp") if _SHIFTED_JAPANESE.search(data) else None
    if text is not None:
        return DecodedText(text, "ISO-2022-JP", guessed=True)
    text = _strictly(data, "utf-8")
    if text is not None:
        return DecodedText(text, "UTF-8", guessed=False)
    if _is_damaged_utf8(data):
        return DecodedText(data.decode("utf-8", "replace"), "UTF-8", guessed=True)
    encoding = guess_encoding(data)
    return DecodedText(data.decode(ENCODINGS[encoding], "replace"), encoding, guessed=True)


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: digits, separators and line ends have a zero in the same half of each pair."""
    start = data[:_LOOKED_AT]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < max(0.05 * len(start), 2) or min(even, odd) > 0.1 * max(even, odd):
        return None
    return "UTF-16LE" if odd > even else "UTF-16BE"


def _is_damaged_utf8(data: bytes) -> bool:
    """True if all but a few of the signs beyond ASCII are UTF-8, as in a file that was cut or pasted together."""
    text = data.decode("utf-8", "replace")
    beyond = sum(not sign.isascii() for sign in text) if len(text) < _LOOKED_AT else len(text.encode()) - len(text)
    return text.count("\ufffd") <= _DAMAGED * beyond


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None
