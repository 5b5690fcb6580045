"""What tests of probes share."""

from __future__ import annotations

import pytest

from core.probes.probe_schedule import ProbeSchedule
from tests.support.slow_probes import Clock, Slow, at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shown(clock: Clock) -> ProbeSchedule:
    """Validation, a boundary beside it and a curvature of its own, all of them compiled, at rest at step 0."""
    slow = {"validation": Slow(clock, 0.02), "boundary": Slow(clock, 0.03), "curvature": Slow(clock, 0.05)}
    together = frozenset({"validation", "boundary"})
    probes = ProbeSchedule(
        slow, clock, along=frozenset({"validation"}), together=together, watched=frozenset(slow), total_steps=1000
    )
    for name in slow:
        probes.look(name, at(0))
    return probes
