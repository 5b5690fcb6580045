"""The line of those who wait for room: first come, first served, while they keep asking."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS_UNTIL_FIRST_RETURN = 10.0  # many who are told to wait go away at once
SECONDS_BETWEEN_RETURNS = 30.0  # a page in the background may be late


@dataclass(frozen=True)
class Wait:
    """What somebody is told for whom there is no room yet."""

    token: str
    position: int
    seconds: float | None  # until there is room; None where nothing has been measured yet
    for_memory: bool  # otherwise for kernels that others are waiting for

    @property
    def retry_seconds(self) -> int:
        """After how long to ask again: the sooner, the nearer the turn."""
        return min(2 + self.position // 5, 10)


@dataclass
class Place:
    """A place in the line, kept until `until` by the server's clock."""

    address: str
    until: float


class WaitingLine:
    """Places by their tokens, in the order in which they were taken."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._places: dict[str, Place] = {}

    def __len__(self) -> int:
        self._drop_abandoned()
        return len(self._places)

    def join(self, address: str) -> str:
        """Take the last place for somebody at `address` and return its token."""
        token = secrets.token_urlsafe(16)
        self._places[token] = Place(address, self._clock() + SECONDS_UNTIL_FIRST_RETURN)
        return token

    def __contains__(self, token: str) -> bool:
        self._drop_abandoned()
        return token in self._places

    def keep(self, token: str) -> None:
        """Keep a place, as its holder asks again; nothing happens if it has been lost."""
        if token in self:
            self._places[token].until = self._clock() + SECONDS_BETWEEN_RETURNS

    def position(self, token: str) -> int:
        """Return how many are served before `token`'s holder, that one included: 1 is the next."""
        return list(self._places).index(token) + 1

    def leave(self, token: str) -> None:
        """Give up a place."""
        self._places.pop(token, None)

    def held_by(self, address: str) -> int:
        """Return how many places are held from `address`."""
        self._drop_abandoned()
        return sum(place.address == address for place in self._places.values())

    def _drop_abandoned(self) -> None:
        now = self._clock()
        self._places = {token: place for token, place in self._places.items() if place.until > now}
