"""MLPerf's scenarios of inference, by their names, on a server of this page (Reddi et al., MLPerf inference, 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.language import N_


@dataclass(frozen=True)
class Scenario:
    """A way to put load.

    Attributes:
        name: MLPerf's, which is the same in every language.
        about: What it does, a sentence.
        percentile: The one that it is judged by; None where throughput is.
        settings: Of the `LoadPlan`.
    """

    name: str
    about: str
    percentile: float | None
    settings: dict[str, Any]


SCENARIOS = (
    Scenario(
        "SingleStream", N_("One client asks for one row after the other; judged by p90."), 90,
        {"loop": "closed", "clients": 1},
    ),
    Scenario(
        "Server", N_("Requests come by chance (Poisson) at the rate that is set; judged by p99."), 99,
        {"loop": "open", "arrivals": "poisson"},
    ),
    Scenario(
        "Offline", N_("All there is, in requests of 64 rows from two clients; judged by throughput."), None,
        {"loop": "closed", "clients": 2, "rows": 64},
    ),
)  # fmt: skip
