"""The README's worked example: a digits CNN, four artifacts of it, and the balance between them for one service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.costs.balance import Variant, Wish, flips, offers
from core.costs.prices import Prices
from tests.bench.compress import CNN, INT8, made_of, trained
from tests.bench.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.artifacts.artifact import Measured

    Asked = list[tuple[str, dict[str, Any]]]

WISH = Wish(quality=0.97, latency=0.002, rate=50_000.0)
PRICES = Prices(hour=0.10, cores=2, gb_hour=0.005)
ASKED: dict[str, Asked] = {
    "original": [],
    "int8": INT8,
    "80 % of units": [("prune_units", {"sparsity": 0.8, "updates": 600})],
    "80 % of units, int8": [("prune_units", {"sparsity": 0.8, "updates": 600}), *INT8],
}


def measure() -> Iterator[Figure]:
    """The price of a million answers of each artifact, the choice, and what would flip it."""
    _learner, bench = trained(CNN)
    variants = [_variant(name, made_of(bench, asked)) for name, asked in ASKED.items()]
    met = offers(variants, WISH, PRICES)
    dearest = max((offer.cost.per_million for offer in met), default=float("nan"))
    for offer in met:
        cost, variant = offer.cost, offer.variant
        against = (
            f"{100 * variant.quality:.1f} % right, {1e6 * variant.service:.1f} us an answer, {variant.size} bytes, "
            f"{cost.replicas} cores, {100 * cost.load:.0f} % busy, p99 {1e6 * cost.p99:.0f} us, "
            f"{(variant.memory or 0) / 1e6:.0f} MB, {100 * cost.of_memory / cost.per_million:.1f} % of it for memory"
        )
        yield Figure(f"balance, {variant.name}", cost.per_million, "a million", dearest, against, at_most=True)
    for flip in flips(variants, WISH, PRICES):
        chosen = "nothing" if flip.chosen is None else flip.chosen.name
        yield Figure(f"balance.flip.{flip.what}", flip.factor, "", -1.0, f"then {chosen}")


def _variant(name: str, made: Measured) -> Variant:
    return Variant(name, made.accuracy.value, made.latency[1].median, made.sizes.dense, made.resident)
