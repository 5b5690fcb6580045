"""Awaited: what a run waits for before its first step."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Awaited:
    """What a run that prepares waits for.

    Attributes:
        is_loading: True while TensorFlow is being loaded for it.
        seconds: How long that took last time, in this process; None if it was not measured.
    """

    is_loading: bool
    seconds: float | None = None


def tensorflow_is_loaded() -> bool:
    """Return True if this process has loaded TensorFlow; it takes 5 to 20 seconds."""
    module = sys.modules.get("tensorflow")
    return module is not None and not getattr(module.__spec__, "_initializing", False)
