"""The language of all pages of this process, which follow together."""

from __future__ import annotations

import weakref
from typing import Protocol
from urllib.parse import parse_qs

from core.config.training_config import LONGEST_QUERY
from core.language import use

LANGUAGE_KEY = "lang"  # in a URL's query


class Follower(Protocol):
    """A page with texts."""

    def retranslate(self) -> None:
        """Writes all texts in the language in use."""


_followers: weakref.WeakSet[Follower] = weakref.WeakSet()
_is_chosen = False


def follow(page: Follower) -> None:
    """Retranslates `page` whenever the language changes, as long as it lives."""
    _followers.add(page)


def choose(tag: str) -> str:
    """Shows all pages in the language nearest to `tag` and returns that; `suggest` has no effect any more."""
    global _is_chosen
    _is_chosen = True
    language = use(tag)
    for page in list(_followers):
        page.retranslate()
    return language


def suggest(tag: str) -> None:
    """Shows all pages in the language nearest to `tag`, a browser's, unless one was chosen before."""
    if tag and not _is_chosen:
        choose(tag)


def language_in(query: str) -> str | None:
    """The value of `lang` in a URL's query; None if it has none.

    >>> language_in("?seed=7&lang=zh")
    'zh'
    """
    if len(query) > LONGEST_QUERY:
        return None
    return parse_qs(query.removeprefix("?")).get(LANGUAGE_KEY, [None])[-1]


def with_language(query: str, language: str | None) -> str:
    """`query` that also asks for `language`, or as it is if that is None.

    >>> with_language("seed=7", "zh"), with_language("", "zh"), with_language("seed=7", None)
    ('seed=7&lang=zh', 'lang=zh', 'seed=7')
    """
    return "&".join(part for part in (query, language and f"{LANGUAGE_KEY}={language}") if part)
