"""A language for tests: each text of the code in ⟦brackets⟧ and 30 % longer, so that what is bare was never a text."""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from core import language
from core.language import DOMAIN, FURTHER
from tests.support.texts import Message, collected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TAG = "qps"
LONGER = 0.3  # what other languages need more than English, at most
KEPT = re.compile(r"(\{[^{}]*\}|<[^>]*>|&\w+;)")  # places and markup


def pseudo(message: str) -> str:
    """`message` with its vowels drawn out, in brackets; places and markup stay as they are."""
    pieces = KEPT.split(message)
    vowels = sum(len(re.findall("[aeiou]", piece)) for piece in pieces[::2])
    wanted = math.ceil(LONGER * sum(map(len, pieces[::2])))
    copies = iter([1 + (wanted + place) // vowels for place in range(vowels)])
    pieces[::2] = [re.sub("[aeiou]", lambda found: found[0] * next(copies), piece) for piece in pieces[::2]]
    return f"⟦{''.join(pieces)}⟧"


def write_catalogue(folder: Path) -> None:
    """Compiles the pseudo-locale of all texts in core/ and widgets/, to be named by DESCENT_LAB_LOCALE."""
    catalogue = Catalog(locale=None, domain=DOMAIN, charset="utf-8")
    for context, message in collected():
        catalogue.add(message, _translated(message), context=context)
    compiled = folder / TAG / "LC_MESSAGES" / f"{DOMAIN}.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, catalogue)


def _translated(message: Message) -> Message:
    return pseudo(message) if isinstance(message, str) else tuple(map(pseudo, message))


@contextmanager
def offered(folder: Path) -> Iterator[None]:
    """The catalogues in `folder` are among the languages of this process and of those it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FURTHER, str(folder))
        yield


@contextmanager
def in_use(folder: Path, tag: str = TAG) -> Iterator[None]:
    """Texts of this process are in the language `tag`, with the catalogues in `folder`, and in English afterwards."""
    with offered(folder):
        language._catalogue.cache_clear()
        try:
            language.use(tag)
            yield
        finally:
            language.use(language.SOURCE)
            language._catalogue.cache_clear()
