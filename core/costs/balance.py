"""The balance: the cheapest of several models that is accurate and fast enough, and what would flip the choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.costs.serving_cost import ServingCost, serving_cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.costs.prices import Prices

RATE_FACTORS = (2.0, 0.5, 5.0, 0.2, 10.0, 0.1, 100.0, 0.01, 1000.0)  # the nearest first
ACCURACY_STEPS = (0.005, 0.01, 0.02, 0.05)  # by which the wanted accuracy is lowered, then raised
LATENCY_FACTORS = (2.0, 0.5, 10.0, 0.1)


@dataclass(frozen=True)
class Variant:
    """A model that could be served, with what was measured of it.

    Attributes:
        name: What the page calls it.
        accuracy: The share of right answers on held-out examples.
        service: Seconds of a core for one answer.
        size: Bytes of its file.
        training_seconds: How long it trained; None where that is not known.
    """

    name: str
    accuracy: float
    service: float
    size: int
    training_seconds: float | None = None


@dataclass(frozen=True)
class Wish:
    """What is asked of a service: an accuracy, a latency within which 99 of 100 are answered, and a rate."""

    accuracy: float
    latency: float
    rate: float


@dataclass(frozen=True)
class Offer:
    """A variant that meets a wish, with its cost."""

    variant: Variant
    cost: ServingCost


@dataclass(frozen=True)
class Flip:
    """The smallest change of a wish that was tried under which another variant is chosen.

    Attributes:
        what: "rate", "latency" or "accuracy".
        wish: The changed wish.
        factor: How many times the rate or latency is; the difference of the accuracy.
        chosen: What would be chosen; None if nothing would meet it.
    """

    what: Literal["rate", "latency", "accuracy"]
    wish: Wish
    factor: float
    chosen: Variant | None


def offers(variants: Sequence[Variant], wish: Wish, prices: Prices) -> list[Offer]:
    """The variants that meet `wish`, the cheapest first; of equally cheap ones the more accurate, then the smaller."""
    priced = [
        (variant, serving_cost(variant.service, wish.rate, wish.latency, prices))
        for variant in variants
        if variant.accuracy >= wish.accuracy
    ]
    met = [Offer(variant, cost) for variant, cost in priced if cost is not None]
    return sorted(met, key=lambda offer: (offer.cost.per_million, -offer.variant.accuracy, offer.variant.size))


def flips(variants: Sequence[Variant], wish: Wish, prices: Prices) -> list[Flip]:
    """For rate, latency and accuracy, the smallest of the changes tried that makes another variant the cheapest."""
    now = _chosen(variants, wish, prices)
    tried: dict[Literal["rate", "latency", "accuracy"], list[tuple[Wish, float]]] = {
        "rate": [(Wish(wish.accuracy, wish.latency, wish.rate * f), f) for f in RATE_FACTORS],
        "latency": [(Wish(wish.accuracy, wish.latency * f, wish.rate), f) for f in LATENCY_FACTORS],
        "accuracy": [
            (Wish(wish.accuracy + sign * step, wish.latency, wish.rate), sign * step)
            for step in ACCURACY_STEPS
            for sign in (-1, 1)
        ],
    }
    found = []
    for what, changes in tried.items():
        for changed, factor in changes:
            chosen = _chosen(variants, changed, prices)
            if chosen != now:
                found.append(Flip(what, changed, factor, chosen))
                break
    return found


def _chosen(variants: Sequence[Variant], wish: Wish, prices: Prices) -> Variant | None:
    best = offers(variants, wish, prices)
    return best[0].variant if best else None


def break_even(first: Offer, second: Offer, prices: Prices) -> float | None:
    """The millions of answers from which on the one that trained longer is the cheaper of two; None if it never is.

    (training of the longer - training of the other) / (price per million of the other - that of the longer).
    """
    if first.variant.training_seconds is None or second.variant.training_seconds is None:
        return None
    longer, other = sorted((first, second), key=lambda offer: -(offer.variant.training_seconds or 0.0))
    saved = other.cost.per_million - longer.cost.per_million
    extra = prices.training((longer.variant.training_seconds or 0.0) - (other.variant.training_seconds or 0.0))
    return extra / saved if saved > 0 else None
