"""A lesson's choice of controls and charts, as a link says it: `hide=seed,gradient&open=diagnostics`."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

KEYS = ("hide", "open")
LONGEST_QUERY = 4000  # characters
NAME = re.compile(r"[a-z0-9_-]{1,40}")


def lesson_in(query: str) -> dict[str, list[str]]:
    """The names that a query hides and opens: settings, charts, "diagnostics".

    >>> lesson_in("?hide=seed,loss&open=diagnostics&seed=7")
    {'hide': ['seed', 'loss'], 'open': ['diagnostics']}
    """
    said = parse_qs(query.removeprefix("?")) if len(query) <= LONGEST_QUERY else {}
    return {key: NAME.findall(said.get(key, [""])[-1]) for key in KEYS}
