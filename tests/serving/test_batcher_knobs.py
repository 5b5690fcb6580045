"""The knobs of dynamic batching take what lies in their ranges, and leave alone what is no number."""

from __future__ import annotations

import math

import pytest

from core.serving.batcher import Knobs


@pytest.mark.parametrize(("given", "kept"), [(5, 5.0), (2.5, 2.5), (-1, 0.0), (1e9, 1000.0), (math.inf, 1000.0)])
def test_a_wait_is_kept_within_its_range(given: float, kept: float) -> None:
    knobs = Knobs(longest_wait_ms=7.0)
    knobs.change(longest_wait_ms=given)
    assert knobs.longest_wait_ms == kept


@pytest.mark.parametrize("given", [math.nan, True, "5", None, [1]])
def test_what_is_no_wait_changes_nothing(given: object) -> None:
    knobs = Knobs(longest_wait_ms=7.0)
    knobs.change(longest_wait_ms=given)
    assert knobs.longest_wait_ms == 7.0
