"""The part of a link that names a kept run and a step of it: `run=ID&step=40`.

It opens where that run is kept: on the same file of runs, and in the served app with the visitor's own key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qs, urlencode

KEYS = RUN, STEP = "run", "step"
LONGEST_QUERY = 4000  # characters
LONGEST_ID = 64
MOST_DIGITS = 15  # no run makes as many steps in a lifetime


@dataclass(frozen=True)
class RunLink:
    """The id of a kept run, and the step at which it is to stand; None means its last.

    >>> RunLink.read("?seed=7&run=4f0c&step=40")
    RunLink(id='4f0c', step=40)
    >>> RunLink("4f0c", 40).query
    'run=4f0c&step=40'
    """

    id: str
    step: int | None = None

    @classmethod
    def read(cls, query: str) -> Self | None:
        """What a query asks for; None if it names no run. A step that is no number counts as none."""
        said = parse_qs(query.removeprefix("?")) if len(query) <= LONGEST_QUERY else {}
        id, step = (said.get(key, [""])[-1] for key in KEYS)
        if not id:
            return None
        is_step = step.isascii() and step.isdecimal() and len(step) <= MOST_DIGITS
        return cls(id[:LONGEST_ID], int(step) if is_step else None)

    @property
    def query(self) -> str:
        """The part of a link's query that `read` reads."""
        return urlencode({RUN: self.id} if self.step is None else {RUN: self.id, STEP: self.step})
