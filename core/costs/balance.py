"""The balance: the cheapest of several models that is good and fast enough, and what would flip the choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from core.costs.goal import ACCURACY, MAE
from core.costs.serving_cost import ServingCost, serving_cost
from core.metric import metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.costs.prices import Prices

RATE_FACTORS = (2.0, 0.5, 5.0, 0.2, 10.0, 0.1, 100.0, 0.01, 1000.0)  # the nearest first
SHARE_STEPS = (0.005, 0.01, 0.02, 0.05)  # by which a share that is wanted is lowered, then raised
ERROR_FACTORS = (1.05, 1.1, 1.25, 2.0)  # by which an error that is allowed is multiplied, then divided
LATENCY_FACTORS = (2.0, 0.5, 10.0, 0.1)


@dataclass(frozen=True)
class Variant:
    """A model that could be served, with what was measured of it.

    Attributes:
        name: What the page calls it.
        quality: What the metric of the wish says of it on held-out examples.
        service: Seconds of a core for one answer.
        size: Bytes of its file.
        memory: Bytes of a program that has loaded it and answered one example; None where that was not measured.
        training_seconds: How long it trained; None where that is not known.
        training_cpu: The core seconds that its training computed, its making included; None where that is not known.
    """

    name: str
    quality: float
    service: float
    size: int
    memory: int | None = None
    training_seconds: float | None = None
    training_cpu: float | None = None


@dataclass(frozen=True)
class Wish:
    """What is asked of a service.

    Attributes:
        quality: What the metric is to be: at least this, or at most this where a smaller value is better.
        latency: Seconds within which 99 of 100 are answered.
        rate: Requests a second.
        metric: The name of the metric.
    """

    quality: float
    latency: float
    rate: float
    metric: str = ACCURACY

    @property
    def falls(self) -> bool:
        """True if a smaller value of the metric is better."""
        return metric(self.metric).falls

    def is_good(self, quality: float) -> bool:
        """True if `quality` suffices.

        >>> Wish(0.9, 1, 1).is_good(0.95), Wish(2.0, 1, 1, "MAE").is_good(2.5)
        (True, False)
        """
        return quality <= self.quality if self.falls else quality >= self.quality

    def best(self, qualities: Sequence[float]) -> float:
        """The best of at least one value of the metric."""
        return min(qualities) if self.falls else max(qualities)

    def others(self) -> list[tuple[Wish, float]]:
        """Wishes for less, then more, quality, the nearest first, each with its step: a difference, or a factor."""
        if self.metric == MAE:
            return [(replace(self, quality=self.quality * f), f) for step in ERROR_FACTORS for f in (step, 1 / step)]
        return [
            (replace(self, quality=self.quality + sign * step), sign * step) for step in SHARE_STEPS for sign in (-1, 1)
        ]


@dataclass(frozen=True)
class Offer:
    """A variant that meets a wish, with its cost."""

    variant: Variant
    cost: ServingCost


@dataclass(frozen=True)
class Flip:
    """The smallest change of a wish that was tried under which another variant is chosen.

    Attributes:
        what: "rate", "latency" or "quality".
        wish: The changed wish.
        factor: How many times the rate, latency or allowed error is; the difference of another quality.
        chosen: What would be chosen; None if nothing would meet it.
    """

    what: Literal["rate", "latency", "quality"]
    wish: Wish
    factor: float
    chosen: Variant | None


def offers(variants: Sequence[Variant], wish: Wish, prices: Prices) -> list[Offer]:
    """The variants that meet `wish`, the cheapest first; of equally cheap ones the better, then the smaller."""
    priced = [
        (variant, serving_cost(variant.service, wish.rate, wish.latency, prices, variant.memory))
        for variant in variants
        if wish.is_good(variant.quality)
    ]
    met = [Offer(variant, cost) for variant, cost in priced if cost is not None]
    sign = 1 if wish.falls else -1
    return sorted(met, key=lambda offer: (offer.cost.per_million, sign * offer.variant.quality, offer.variant.size))


def flips(variants: Sequence[Variant], wish: Wish, prices: Prices) -> list[Flip]:
    """For rate, latency and quality, the smallest of the changes tried that makes another variant the cheapest."""
    now = _chosen(variants, wish, prices)
    tried: dict[Literal["rate", "latency", "quality"], list[tuple[Wish, float]]] = {
        "rate": [(replace(wish, rate=wish.rate * f), f) for f in RATE_FACTORS],
        "latency": [(replace(wish, latency=wish.latency * f), f) for f in LATENCY_FACTORS],
        "quality": wish.others(),
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
    """The millions of answers from which on the one whose training cost more is the cheaper of two; None if never.

    (training of the dearer - training of the other) / (price per million of the other - that of the dearer).
    """
    paid = training_costs((first.variant, second.variant), prices)
    if paid is None:
        return None
    (dear, dearer), (less, other) = sorted(zip(paid, (first, second), strict=True), key=lambda pair: -pair[0])
    saved = other.cost.per_million - dearer.cost.per_million
    return (dear - less) / saved if saved > 0 else None


def training_costs(variants: Sequence[Variant], prices: Prices) -> list[float] | None:
    """What each training cost, all by one measure; None where that is not known of one.

    The core seconds that were computed, where they are known of all: core seconds · price of a core second. Else the
    time that each took: hours · price of the whole machine.
    """
    computed = [prices.computing(each.training_cpu) for each in variants if each.training_cpu is not None]
    if len(computed) == len(variants):
        return computed
    taken = [prices.training(each.training_seconds) for each in variants if each.training_seconds is not None]
    return taken if len(taken) == len(variants) else None
