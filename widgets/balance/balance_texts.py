"""The balance in sentences: what is chosen, what that costs, and what would flip it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.costs.balance import break_even, flips, offers, training_costs
from core.costs.goal import ACCURACY, MAE
from core.language import _, ngettext
from core.metric import metric
from core.number_format import format_number, rounded
from core.number_text import bytes_text, metric_text, percent, significant, time_text
from widgets.compress.artifact_texts import short_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.costs.balance import Flip, Offer, Variant
    from core.costs.prices import Prices
    from widgets.balance.demand import Demand

MOST_LISTED = 4  # offers beside the chosen one
HOUR = 3600.0


def balance_sentences(variants: Sequence[Variant], demand: Demand) -> list[str]:
    """What the page says to `demand`, the choice first."""
    met = offers(variants, demand.wish, demand.prices)
    if not met:
        return [_nothing(variants, demand), *_flip_sentences(variants, demand)]
    return [
        _chosen(met[0], len(variants)),
        *_flip_sentences(variants, demand),
        _cost(met[0], demand.prices),
        _memory(met[0], demand.prices),
        *_training(met[0], demand.prices),
        *[_other(offer, demand) for offer in met[1 : 1 + MOST_LISTED]],
        *_break_even(met, demand.prices),
    ]


def quality_text(quality: float, demand: Demand) -> str:
    """A quality as its metric is said: "97.0 % right answers", "an R² of 0.873", "a mean absolute error of 3 K"."""
    if demand.wish.metric == ACCURACY:
        return _("{share} right answers", share=percent(quality))
    value = metric_text(quality, demand.wish.metric)
    if demand.wish.metric == MAE:
        with_unit = _("{value}\u00a0{unit}", value=value, unit=demand.unit) if demand.unit else value
        return _("a mean absolute error of {value}", value=with_unit)
    return _("an {metric} of {value}", metric=metric(demand.wish.metric).label, value=value)


def _chosen(offer: Offer, count: int) -> str:
    return ngettext(
        "{name} meets it, the only model there is: {price} a million answers.",
        "Of {count} models {name} is the cheapest that meets it: {price} a million answers.",
        count, name=offer.variant.name, price=significant(offer.cost.per_million, 3),
    )  # fmt: skip


def _nothing(variants: Sequence[Variant], demand: Demand) -> str:
    best = demand.wish.best([variant.quality for variant in variants])
    fastest = min(variant.service for variant in variants)
    if not demand.wish.is_good(best):
        return _("Nothing meets it: the best model has {quality}.", quality=quality_text(best, demand))
    if fastest > demand.wish.latency:
        return _("Nothing meets it: the fastest model computes for {time}.", time=short_time(fastest))
    return _("Nothing meets it: what is good enough is too slow.")


def _cost(offer: Offer, prices: Prices) -> str:
    cost = offer.cost
    words = {
        "load": percent(cost.load), "p99": short_time(cost.p99), "times": rounded(cost.understated, 2),
        "full": significant(cost.per_million_at_full_load, 3),
    }  # fmt: skip
    said = ngettext(
        "It takes one core, {load} busy; 99 of 100 would be answered within {p99}. Without idle time a million would "
        "cost {full}: {times} times too little.",
        "It takes {count} cores, {load} busy; 99 of 100 would be answered within {p99}. Without idle time a million "
        "would cost {full}: {times} times too little.",
        cost.replicas, **words,
    )  # fmt: skip
    energy = prices.kilowatt_hours(HOUR * cost.replicas / prices.cores)
    return said if energy is None else f"{said} {_energy(energy)}"


def _memory(offer: Offer, prices: Prices) -> str:
    """What part of the price is memory, or that it has none."""
    if not prices.gb_hour:
        return _("Memory is not counted: it has no price here.")
    memory = offer.variant.memory
    if memory is None:
        return _("Memory is not counted: it was not measured.")
    return ngettext(
        "Of that price {part} is memory: {memory}, of the process that was measured.",
        "Of that price {part} is memory: {count} times {memory}, of the process that was measured.",
        offer.cost.replicas, part=significant(offer.cost.of_memory, 3), memory=bytes_text(memory),
    )  # fmt: skip


def _training(offer: Offer, prices: Prices) -> list[str]:
    """What its training cost, by the measure that is known."""
    costs = training_costs([offer.variant], prices)
    if costs is None:
        return []
    price, computed = significant(costs[0], 3), offer.variant.training_cpu
    if computed is not None:
        return [_("Its training cost {price}: {time} of a core, as its engine measured.", price=price,
                  time=core_time(computed))]  # fmt: skip
    return [_("Its training cost {price}: the whole machine for {time}, for what it computed was not measured.",
              price=price, time=time_text(offer.variant.training_seconds))]  # fmt: skip


def core_time(seconds: float) -> str:
    """What was computed, in seconds of one core: "0.812 s"."""
    return _("{count} s", count=significant(seconds, 3))


def _energy(kilowatt_hours: float) -> str:
    return _("At the power given: {energy} kWh an hour.", energy=significant(kilowatt_hours, 3))


def _other(offer: Offer, demand: Demand) -> str:
    cores = ngettext("one core", "{count} cores", offer.cost.replicas)
    price, quality = significant(offer.cost.per_million, 3), quality_text(offer.variant.quality, demand)
    name = offer.variant.name
    return _("{name}: {price} a million, {cores}, {quality}.", name=name, price=price, cores=cores, quality=quality)


def _flip_sentences(variants: Sequence[Variant], demand: Demand) -> list[str]:
    return [_flip(flip, demand) for flip in flips(variants, demand.wish, demand.prices)]


def _flip(flip: Flip, demand: Demand) -> str:
    words = {"factor": format_number(flip.factor), "name": "" if flip.chosen is None else flip.chosen.name}
    if flip.what == "quality":
        words["quality"] = quality_text(flip.wish.quality, demand)
        if flip.chosen is None:
            return _("At {quality} nothing would meet it.", **words)
        return _("At {quality} {name} would be chosen.", **words)
    if flip.what == "latency":
        words["limit"] = short_time(flip.wish.latency)
        if flip.chosen is None:
            return _("Within {limit} nothing would meet it.", **words)
        return _("Within {limit} {name} would be chosen.", **words)
    if flip.chosen is None:
        return _("At {factor} times the rate nothing would meet it.", **words)
    return _("At {factor} times the rate {name} would be the cheapest.", **words)


def _break_even(met: Sequence[Offer], prices: Prices) -> list[str]:
    for other in met[1:]:
        millions = break_even(met[0], other, prices)
        if millions is not None and millions > 0:
            return [
                _("Its dearer training is paid back against {name} after {count} million answers.",
                  name=other.variant.name, count=significant(millions, 3))
            ]  # fmt: skip
    return []
