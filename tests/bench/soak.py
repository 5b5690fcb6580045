"""A model server at half of 3000 requests a second for ten minutes: no request fails, and its memory stays flat.

Where the system lets it the server goes before other programs: on a busy machine it would be measured by them.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from core.load.load_test import LoadTest
from tests.bench.figures import Figure
from tests.bench.serve import CNN, exported, plan_of, served

if TYPE_CHECKING:
    from collections.abc import Iterator

SOAK_S, HALF = 600.0, 1500.0
WARM_S, LOOK_S = 60.0, 5.0
FLAT = 1.02  # of its memory after a minute, in the last minute


def measure() -> Iterator[Figure]:
    """Requests that failed, and how much the memory grew between the first minute's end and the last minute."""
    with tempfile.TemporaryDirectory() as folder:
        path, model = exported(CNN, Path(folder))
        with served(path, 32) as service:
            _prefer(service.pid)
            test = LoadTest(replace(plan_of(service, model), rate=HALF, seconds=SOAK_S))
            looks = _watched(psutil.Process(service.pid), test)
            result = test.wait(SOAK_S + 60)
    assert result is not None
    late = f"{result.late_share:.1%} sent late by a busy machine"
    against = f"{result.refused} of them refused, of {result.sent:,} in {result.seconds:.0f} s at {HALF:,.0f}/s; {late}"
    yield Figure("soak.failed", result.failed + result.refused, "requests", 0, against, at_most=True)
    settled = [size for second, size in looks if second > WARM_S]
    last = [size for second, size in looks if second > SOAK_S - WARM_S]
    said = f"{settled[0] / 2**20:.1f} MB after a minute, {np.median(last) / 2**20:.1f} MB in the last"
    yield Figure("soak.memory", float(np.median(last) / settled[0]), "times", FLAT, said, at_most=True)


def _prefer(pid: int) -> None:
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text("-20")


def _watched(process: psutil.Process, test: LoadTest) -> list[tuple[float, int]]:
    """(Seconds, resident bytes) of the server until the load is over."""
    began, looks = time.monotonic(), []
    while not test.is_over:
        looks.append((time.monotonic() - began, process.memory_info().rss))
        time.sleep(LOOK_S)
    return looks
