"""Finding: what a probe found, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)  # each one is an event of its own; its arrays have no single equality
class Finding:
    """What a probe found after `step` updates, and how many seconds that took."""

    step: int
    value: Any
    seconds: float
