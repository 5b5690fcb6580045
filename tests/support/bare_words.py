"""Words that are not in the pseudo-locale's brackets: what a person would read in English whatever the language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

SHOWN = ("text", "name", "hovertemplate", "customdata", "ticktext", "note", "title")  # the attributes that people read
BRACKETED = re.compile("⟦[^⟦⟧]*⟧")
MARKUP = re.compile(r"%\{[^}]*\}|<[^>]*>|&\w+;|\d[\d.,]*e[−-]?\d+")
WORD = re.compile("[A-Za-z]{2,}")


def bare_words(texts: Iterable[str]) -> set[str]:
    """The words of `texts` outside of brackets, which may be nested, and of markup."""
    return {word for text in texts for word in WORD.findall(_without_brackets(MARKUP.sub(" ", text)))}


def texts_in(value: Any, is_shown: bool = False) -> Iterable[str]:
    """The texts of a figure or an update that a person can read."""
    if isinstance(value, str):
        if is_shown:
            yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from texts_in(item, str(name).split(".")[-1] in SHOWN)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item, is_shown)


def _without_brackets(text: str) -> str:
    while (shorter := BRACKETED.sub(" ", text)) != text:
        text = shorter
    return text
