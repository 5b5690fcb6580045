"""What a machine costs, as a person enters it: nothing here is assumed."""

from __future__ import annotations

from dataclasses import dataclass

SECONDS_PER_HOUR = 3600.0
SECONDS_PER_MONTH = 730 * SECONDS_PER_HOUR  # a twelfth of a year


@dataclass(frozen=True)
class Prices:
    """The price of a machine.

    Attributes:
        hour: Of the whole machine, in any currency; 0 or more.
        cores: How many cores it has; 1 or more.
        watts: What it draws under load, None where nobody knows; energy is said only with it.
    """

    hour: float
    cores: int
    watts: float | None = None

    @property
    def core_second(self) -> float:
        """Hour / (3600 · cores)."""
        return self.hour / SECONDS_PER_HOUR / self.cores

    def training(self, seconds: float) -> float:
        """The price of a training that had the whole machine for `seconds`."""
        return self.hour * seconds / SECONDS_PER_HOUR

    def kilowatt_hours(self, seconds: float) -> float | None:
        """The energy of the whole machine in `seconds`; None where its power is not known."""
        return None if self.watts is None else self.watts * seconds / SECONDS_PER_HOUR / 1000
