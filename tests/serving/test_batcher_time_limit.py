"""A request whose time is up is refused, however the clock moves between two looks at it."""

from __future__ import annotations

import asyncio
from itertools import count

import numpy as np
import pytest

from core.serving import batcher
from core.serving.batcher import Batcher, Knobs
from core.serving.refusal import RefusalError
from tests.support.coroutines import outcome_of


@pytest.mark.parametrize("tick", [0.06, 0.09, 0.11, 0.15, 0.19, 0.2, 0.25])
def test_a_request_that_waits_for_others_beyond_its_limit_is_refused(
    monkeypatch: pytest.MonkeyPatch, tick: float
) -> None:
    class TickingClock:
        """Moves on by `tick` seconds each time that it is looked at."""

        perf_counter = staticmethod(lambda: 0.0)
        _looks = count(1)

        def monotonic(self) -> float:
            return next(self._looks) * tick

    async def refused() -> int:
        waits = Batcher(lambda rows: rows, Knobs(64, longest_wait_ms=900, timeout_s=0.2), seconds=0)
        monkeypatch.setattr(batcher, "time", TickingClock())
        with pytest.raises(RefusalError) as refusal:
            await asyncio.wait_for(waits.predict(np.zeros((1, 2))), 10)
        return refusal.value.status

    assert outcome_of(refused()) == 504
