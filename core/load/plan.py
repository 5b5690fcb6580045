"""What load is put on a server, and what came of it: both travel as JSON between two processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from core.field import ConfigError
from core.language import N_, shown

if TYPE_CHECKING:
    from core.load.arrivals import Arrivals

MOST_SECONDS, MOST_RATE, MOST_CLIENTS, MOST_ROWS = 600.0, 50_000.0, 256, 256
LATE_S = 0.002  # a request sent later than this after its time was late
MOST_LATE = 0.01  # of the requests; more of them, and the run says nothing about the server
OUT_OF_RANGE = N_("Load takes up to 600 seconds, 50 000 requests a second, 256 clients and 256 rows.")


@dataclass(frozen=True)
class LoadPlan:
    """Load on one server.

    Attributes:
        port: Of the server on this machine.
        path: Where requests go, such as "/v1/models/digits:predict".
        bodies: The JSON of requests, sent in turn.
        loop: "open": sent at their times, whatever the answers; "closed": each client sends after its answer.
        rate: Requests a second in an open loop.
        arrivals: How their times lie.
        clients: How many clients a closed loop has.
        seconds: How long requests are sent.
        seed: Of the arrivals.
        rows: Rows in each request, so that predictions can be counted.
        spins: The load never sleeps, so that the server never has to wake it, which costs the server 0.03 ms an answer;
            what a request takes is then alike in an open and a closed loop.
    """

    port: int
    path: str
    bodies: tuple[str, ...] = field(repr=False)
    loop: Literal["open", "closed"] = "open"
    rate: float = 100.0
    arrivals: Arrivals = "poisson"
    clients: int = 1
    seconds: float = 10.0
    seed: int = 0
    rows: int = 1
    spins: bool = False

    def __post_init__(self) -> None:
        """Raises ConfigError for load without bounds."""
        fits = 0 < self.seconds <= MOST_SECONDS and 0 < self.rate <= MOST_RATE
        if not (fits and 1 <= self.clients <= MOST_CLIENTS and 1 <= self.rows <= MOST_ROWS and self.bodies):
            raise ConfigError(shown(OUT_OF_RANGE))


@dataclass(frozen=True)
class LoadResult:
    """What came of load, so far or at its end.

    Attributes:
        seconds: How long it has gone on.
        sent: Requests that were sent.
        answered: Those answered with 200.
        refused: Those answered with 429: the queue was full.
        failed: Those answered otherwise, or not at all.
        mean, spread: Of the latency in seconds, from the intended send time in an open loop; None without answers.
        percentiles: Percent and seconds, only those that the answers can carry.
        late_share: The share of requests that were sent late by this machine, not by the server.
        worst_lateness: In seconds.
        is_over: Whether all answers are there.
        rows: Rows in each request.
    """

    seconds: float
    sent: int
    answered: int
    refused: int
    failed: int
    mean: float | None
    spread: float | None
    percentiles: dict[float, float]
    late_share: float
    worst_lateness: float
    is_over: bool
    rows: int = 1

    @property
    def is_void(self) -> bool:
        """True if the load came too late to say anything about the server."""
        return self.late_share > MOST_LATE

    @property
    def throughput(self) -> float:
        """Predictions a second."""
        return self.answered * self.rows / self.seconds if self.seconds > 0 else 0.0

    @classmethod
    def of_json(cls, values: dict[str, Any]) -> LoadResult:
        """The result that was written as JSON, whose keys are texts."""
        percentiles = {float(percent): seconds for percent, seconds in values["percentiles"].items()}
        return cls(**{**values, "percentiles": percentiles})
