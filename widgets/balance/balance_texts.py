"""The balance in sentences: what is chosen, what that costs, what would flip it, and what each lever bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.costs.balance import break_even, flips, offers
from core.language import _, ngettext
from core.metric import metric
from core.number_format import format_number, rounded
from core.number_text import duration, metric_text, percent, significant
from widgets.compress.artifact_texts import short_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.costs.balance import Flip, Offer, Variant
    from core.costs.levers import Bought
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
        *[_other(offer) for offer in met[1 : 1 + MOST_LISTED]],
        *_break_even(met, demand.prices),
    ]


def _chosen(offer: Offer, count: int) -> str:
    return ngettext(
        "{name} meets it, the only model there is: {price} a million answers.",
        "Of {count} models {name} is the cheapest that meets it: {price} a million answers.",
        count, name=offer.variant.name, price=significant(offer.cost.per_million, 3),
    )  # fmt: skip


def _nothing(variants: Sequence[Variant], demand: Demand) -> str:
    best = max((variant.accuracy for variant in variants), default=0.0)
    fastest = min((variant.service for variant in variants), default=0.0)
    if best < demand.wish.accuracy:
        return _("Nothing meets it: the best model has {share} right.", share=percent(best))
    if fastest > demand.wish.latency:
        return _("Nothing meets it: the fastest model computes for {time}.", time=short_time(fastest))
    return _("Nothing meets it: what is accurate enough is too slow.")


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


def _energy(kilowatt_hours: float) -> str:
    return _("At the power given: {energy} kWh an hour.", energy=significant(kilowatt_hours, 3))


def _other(offer: Offer) -> str:
    cores = ngettext("one core", "{count} cores", offer.cost.replicas)
    price, share = significant(offer.cost.per_million, 3), percent(offer.variant.accuracy)
    name = offer.variant.name
    return _("{name}: {price} a million, {cores}, {share} right.", name=name, price=price, cores=cores, share=share)


def _flip_sentences(variants: Sequence[Variant], demand: Demand) -> list[str]:
    return [_flip(flip) for flip in flips(variants, demand.wish, demand.prices)]


def _flip(flip: Flip) -> str:
    words = {"factor": format_number(flip.factor), "name": "" if flip.chosen is None else flip.chosen.name}
    if flip.what == "accuracy":
        words["share"] = percent(flip.wish.accuracy)
        if flip.chosen is None:
            return _("At {share} right answers nothing would meet it.", **words)
        return _("At {share} right answers {name} would be chosen.", **words)
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
                _("Its longer training is paid back against {name} after {count} million answers.",
                  name=other.variant.name, count=significant(millions, 3))
            ]  # fmt: skip
    return []


def lever_sentences(bought: Sequence[Bought]) -> list[str]:
    """What each lever bought between two kept runs that differ in it alone."""
    return [_lever(each) for each in bought]


def _lever(bought: Bought) -> str:
    name = {"structure": _("Structure and size"), "data": _("More data"), "optimizer": _("Optimizer")}[bought.lever]
    kind = metric(bought.after.metric)
    values = [metric_text(run.validation_metric, run.metric) for run in (bought.before, bought.after)]
    words = {
        "lever": name, "metric": kind.label, "before": values[0], "after": values[1],
        "first": bought.before.title, "second": bought.after.title, "time": duration(abs(bought.seconds)),
    }  # fmt: skip
    if bought.seconds < 0:
        return _("{lever}: {metric} from {before} ({first}) to {after} ({second}), in {time} less training.", **words)
    return _("{lever}: {metric} from {before} ({first}) to {after} ({second}), for {time} more training.", **words)
