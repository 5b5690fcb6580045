"""The encodings that a file without a byte order mark may be in, and the guess which one it is.

The guess is charset-normalizer's, asked for the encodings alone in which spreadsheets save tables. A table gives it
little to go by, a few short words, so that some of them come out equal: where they do, this file decides by what
charset-normalizer does not look at, the bytes' order and the letters that stand beside each other.
"""

from __future__ import annotations

import re

# What people call an encoding, and what Python does. Of equally good guesses the first is taken.
_NARROW = {
    "GB18030": "gb18030",
    "Big5": "cp950",
    "Shift_JIS": "cp932",
    "EUC-KR": "cp949",
    "EUC-JP": "euc_jp",
    "windows-1252": "cp1252",
    "windows-1251": "cp1251",
    "windows-1250": "cp1250",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
    "windows-1255": "cp1255",
    "windows-1256": "cp1256",
    "KOI8-R": "koi8_r",
    "IBM866": "cp866",
    "IBM850": "cp850",
    "macintosh": "mac_roman",
}
_WIDE = {
    "UTF-8": "utf-8",
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
    "UTF-32LE": "utf-32-le",
    "UTF-32BE": "utf-32-be",
}
_RARE = {  # to be chosen; the guess would take other files for them
    "ISO-8859-2": "iso8859_2",
    "ISO-8859-5": "iso8859_5",
    "KOI8-U": "koi8_u",
    "windows-874": "cp874",
    "windows-1258": "cp1258",
    "ISO-2022-JP": "iso2022_jp",
}
ENCODINGS = {**_WIDE, **_NARROW, **_RARE}

_LOOKED_AT = 30_000  # bytes of the lines that have any beyond ASCII
_TWO_BYTES = ("gb18030", "cp950", "cp932", "cp949", "euc_jp")
_WESTERN = ("cp1252", "cp1250", "cp1254", "cp850", "mac_roman")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_LETTER = re.compile("[A-Za-z]")
_SIGNS = "£€¥¢°±²³µ×÷½¼¾§©®™–—‘’“”„…•·«»ºª"  # of western text, beside letters with accents
_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ"
# Polish, Czech and Hungarian letters as windows-1252 shows them, and Turkish ones.
_CENTRAL = re.compile(
    f"[{_LETTERS}][³¹¿¾¼¯]|[³¹¿¾¼¯][{_LETTERS}]|œæ|[a-z][a-z]º"
    "|[ìøòï][a-zšžáíé].*[šžáíýù]|[šžáíýù].*[ìøòï]|[õû].*[öüáéó]|[öüáó].*[õû]"
)
_TURKISH = re.compile(r"[A-Za-z][þðý]|[þðý][a-z]|Ý[a-zþ]")


def guess_encoding(data: bytes) -> str:
    """The encoding of text that is not UTF-8, as a name in `ENCODINGS`; "windows-1252" where nothing speaks for any."""
    sample = _telling_lines(data)
    codec = _western_signs(sample) or _best(sample)
    return next(name for name, python_name in ENCODINGS.items() if python_name == codec)


def _telling_lines(data: bytes) -> bytes:
    """The lines that have bytes beyond ASCII, as many as are looked at."""
    lines, size = [], 0
    for line in data[: 100 * _LOOKED_AT].splitlines():
        if _BEYOND_ASCII.search(line):
            lines.append(line[:_LOOKED_AT])
            size += len(lines[-1])
        if size > _LOOKED_AT:
            break
    return b"\n".join(lines)


def _best(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # 30 ms that only a file in such an encoding is worth

    for threshold in (0.2, 0.6):  # share of odd signs; a few short words are soon over the first
        found = list(from_bytes(sample, cp_isolation=[*_NARROW.values()], threshold=threshold))
        if found:
            break
    else:
        return "cp1252"
    order = list(_NARROW.values())
    ranked = sorted(
        (round(match.chaos, 2), -round(match.coherence, 2), _place(match.encoding, order)) for match in found
    )
    return _among_equals(sample, order[ranked[0][2]], {match.encoding for match in found})


def _place(codec: str, order: list[str]) -> int:
    return order.index({"big5": "cp950"}.get(codec, codec))


def _among_equals(sample: bytes, best: str, all_found: set[str]) -> str:
    """The best guess, or one of those that charset-normalizer cannot tell from it."""
    if best == "cp949" or (best == "gb18030" and "cp949" in all_found):
        return "gb18030" if _has_hanja(sample) else "cp949"
    if best in _WESTERN or (best not in _TWO_BYTES and _mixes_alphabets(sample.decode(best, "replace"))):
        return _western(sample, best if best in _WESTERN else "cp1252")
    return best


def _mixes_alphabets(text: str) -> bool:
    """True if words have letters of two alphabets, as "größe" has when it is read as Greek."""
    words = {word for word in _WORD.findall(text) if not word.isascii()}
    return sum(bool(_ASCII_LETTER.search(word)) for word in words) >= 0.3 * len(words)


def _has_hanja(sample: bytes) -> bool:
    """True if the text, read as Korean, has Chinese signs: Korean tables are written in Hangul alone."""
    korean = {sign for sign in sample.decode("cp949", "replace") if not sign.isascii()}
    return sum("\u4e00" <= sign <= "\u9fff" or sign == "\ufffd" for sign in korean) > 0.05 * len(korean)


def _western(sample: bytes, best: str) -> str:
    """Of the western encodings, whose letters come out as other letters, the one whose language it looks like."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return best
    if _CENTRAL.search(text):
        return "cp1250"
    if _TURKISH.search(text) and not re.search("[æáÁíÍ]", text):  # those two are Icelandic
        return "cp1254"
    return "cp1252" if best in ("cp1250", "cp1254") else best


def _western_signs(sample: bytes) -> str | None:
    """windows-1252 where all that is beyond ASCII are signs such as £ and °, which pairs of bytes seldom look like."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return None
    beyond = [sign for sign in text if not sign.isascii()]
    return "cp1252" if all(sign in _SIGNS for sign in beyond) else None
