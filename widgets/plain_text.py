"""Text made visible for a person, and harmless for plotly, which reads markup in it."""

from __future__ import annotations

from html import escape

SIGNS = {" ": "␣", "\n": "↵", "\t": "⇥", "": "∅"}


def visible(token: str) -> str:
    """Return `token`, or a sign for one that leaves no mark: a blank, the end of a line, nothing."""
    return SIGNS.get(token, token)


def plain(text: str) -> str:
    """Return `text` so that plotly shows its < and & instead of reading them."""
    return escape(text, quote=False)
