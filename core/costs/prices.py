"""What a machine costs, as a person enters it: nothing here is assumed."""

from __future__ import annotations

from dataclasses import dataclass

SECONDS_PER_HOUR = 3600.0
GB = 1e9  # bytes
SECONDS_PER_MONTH = 730 * SECONDS_PER_HOUR  # a twelfth of a year


@dataclass(frozen=True)
class Prices:
    """The price of a machine.

    Attributes:
        hour: Of the whole machine, in any currency; 0 or more.
        cores: How many cores it has; 1 or more.
        watts: What it draws under load, None where nobody knows; energy is said only with it.
        gb_hour: Of 10^9 bytes of memory for an hour; 0 where memory is not to be counted.
    """

    hour: float
    cores: int
    watts: float | None = None
    gb_hour: float = 0.0

    @property
    def core_second(self) -> float:
        """Hour / (3600 · cores)."""
        return self.hour / SECONDS_PER_HOUR / self.cores

    def replica_second(self, memory: float | None) -> float:
        """A core second, and `memory` bytes for a second: gb_hour / 3600 · memory / 10^9, 0 where that is not known."""
        return self.core_second + self.gb_hour / SECONDS_PER_HOUR * (memory or 0.0) / GB

    def training(self, seconds: float) -> float:
        """The price of a training that had the whole machine for `seconds`."""
        return self.hour * seconds / SECONDS_PER_HOUR

    def computing(self, core_seconds: float) -> float:
        """The price of a training that computed for `core_seconds`, all its cores together."""
        return self.core_second * core_seconds

    def kilowatt_hours(self, seconds: float) -> float | None:
        """The energy of the whole machine in `seconds`; None where its power is not known."""
        return None if self.watts is None else self.watts * seconds / SECONDS_PER_HOUR / 1000
