"""What a server counts, as Prometheus reads it, and the newest of it for the page that draws it live."""

from __future__ import annotations

import time
from collections import Counter as Tally
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from core.serving.batcher import Batcher

PREFIX = "descent_lab"
SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Meters:
    """Counts requests by status, their seconds, the batches and their rows."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(f"{PREFIX}_requests", "Answered requests.", ["status"], registry=self.registry)
        self._seconds = Histogram(
            f"{PREFIX}_request_seconds", "From a request's arrival to its answer.", buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._rows = Histogram(f"{PREFIX}_batch_rows", "Rows of a batch.", buckets=ROWS, registry=self.registry)
        self._busy = Counter(f"{PREFIX}_model_seconds", "Spent in the model.", registry=self.registry)
        self._queued = Gauge(f"{PREFIX}_queued_rows", "Rows that wait.", registry=self.registry)
        self._by_status: dict[int, Any] = {}
        self.batches: Tally[int] = Tally()  # how often a batch had so many rows
        self.seconds_by_rows: dict[int, float] = {}
        self.statuses: Tally[int] = Tally()
        self.began = time.monotonic()

    def note_request(self, status: int, seconds: float) -> None:
        """A request was answered."""
        if status not in self._by_status:
            self._by_status[status] = self._requests.labels(str(status))
        self._by_status[status].inc()
        self._seconds.observe(seconds)
        self.statuses[status] += 1

    def note_batch(self, rows: int, seconds: float) -> None:
        """The model answered `rows` at once."""
        self._rows.observe(rows)
        self._busy.inc(seconds)
        self.batches[rows] += 1
        self.seconds_by_rows[rows] = self.seconds_by_rows.get(rows, 0.0) + seconds

    def exposition(self, batcher: Batcher) -> bytes:
        """Prometheus' text format."""
        self._queued.set(batcher.queued)
        return generate_latest(self.registry)

    def snapshot(self, batcher: Batcher) -> dict[str, Any]:
        """The same in numbers, since the server began."""
        knobs = batcher.knobs
        return {
            "queued": batcher.queued, "seconds": time.monotonic() - self.began,
            "batches": {str(rows): count for rows, count in sorted(self.batches.items())},
            "batch_seconds": {str(rows): spent for rows, spent in sorted(self.seconds_by_rows.items())},
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "cpu_seconds": time.process_time(), "waited_seconds": waited_for_core(),
            "largest_batch": knobs.largest_batch, "longest_wait_ms": knobs.longest_wait_ms,
        }  # fmt: skip


def waited_for_core() -> float:
    """Seconds in which threads of this process could have gone on and others had the core; 0 where nobody counts it."""
    try:
        counts = [path.read_text().split() for path in Path("/proc/self/task").glob("*/schedstat")]
    except OSError:
        return 0.0
    return sum(int(each[1]) for each in counts if len(each) > 1) / 1e9  # time on the core, time waited, turns
