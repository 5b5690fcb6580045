"""Text as a person can see it, and as plotly does not read it as markup."""

from __future__ import annotations

from html import escape

SIGNS = {" ": "␣", "\n": "↵", "\t": "⇥", "": "∅"}


def visible(token: str) -> str:
    """`token`, or a sign for one that leaves no mark: a blank, the end of a line, nothing."""
    return SIGNS.get(token, token)


def plain(text: str) -> str:
    """`text` so that plotly shows its < and & instead of reading them."""
    return escape(text, quote=False)
