"""The predictions of laws beside what was measured then: kept, so that their running score outlasts the page."""

from __future__ import annotations

import time
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.store.tables.store_file import StoreFile

Law = Literal["size", "size and data"]
ADD = "INSERT OR IGNORE INTO predictions VALUES (?, ?, ?, ?, ?, ?, ?)"
READ = (
    "SELECT law, settings, predicted, deviation, measured FROM predictions WHERE visitor = ? AND law = ? ORDER BY made"
)


@dataclass(frozen=True)
class Grade:
    """A loss that was foretold, with its standard deviation, beside the loss that was measured then."""

    predicted: float
    deviation: float
    measured: float

    @property
    def z(self) -> float:
        """How many standard deviations it was off, (measured - predicted) / deviation."""
        return (self.measured - self.predicted) / self.deviation


@dataclass(frozen=True)
class Prediction:
    """What a law foretold of the loss of a run, and what came of it.

    Attributes:
        law: Which kind of law.
        settings: The run's settings, as a link's query.
        grade: The loss that was foretold, and the loss that the run came to.
    """

    law: Law
    settings: str
    grade: Grade


class Predictions:
    """The predictions of one visitor, in the order in which they were graded."""

    def __init__(self, file: StoreFile, visitor: str) -> None:
        self._file, self._visitor = file, visitor

    def add(self, predictions: Iterable[Prediction]) -> None:
        """Keeps `predictions`; one that was kept already counts once, since a law measured again foretells the same."""
        rows = [(self._visitor, each.law, each.settings, *astuple(each.grade), time.time()) for each in predictions]
        if rows:
            with self._file.writing() as connection:
                connection.executemany(ADD, rows)

    def of(self, law: Law) -> list[Prediction]:
        """The predictions of laws of that kind, the oldest first."""
        rows = self._file.query(READ, (self._visitor, law))
        return [Prediction(kind, settings, Grade(*grade)) for kind, settings, *grade in rows]
