"""Checks of single values in what a page sends, which can be anything."""

from __future__ import annotations

import sys
from typing import Any, TypeGuard


def is_name(value: Any) -> TypeGuard[str]:
    """True for a text of the length that ids have."""
    return isinstance(value, str) and 0 < len(value) <= 64


def is_number(value: Any) -> TypeGuard[float]:
    """True if `value` is a finite number. Compared, not converted: an int of 400 digits has no float."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
