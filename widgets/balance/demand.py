"""What a person asks of a service, and the prices of their machine, as the form has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from core.costs.balance import Wish
from core.costs.prices import Prices
from core.field import Field
from core.language import N_, shown
from core.number_format import shortest
from widgets.experiments.experiment_form import FormField

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.costs.balance import Variant

FIELDS = (
    Field("accuracy", N_("Right answers, at least %"), 95.0, "float", 0.0, 100.0),
    Field("latency", N_("99 of 100 answered within, ms"), 10.0, "float", 0.001, 1e5),
    Field("rate", N_("Requests a second"), 100.0, "float", 0.001, 1e7),
    Field("hour", N_("Price of the machine an hour"), 0.1, "float", 0.0, 1e6),
    Field("cores", N_("Its cores"), 2, "int", 1, 4096),
    Field("watts", N_("Its watts, if you know them"), None, "float", 1.0, 1e5),
)
MARGIN = 0.01  # of right answers, by which the form's first wish lies below the best


@dataclass(frozen=True)
class Demand:
    """A wish and the prices at which it is to be met."""

    wish: Wish
    prices: Prices


def fields_of(variants: Sequence[Variant]) -> list[FormField]:
    """The fields of the form; the first wish is a point of accuracy below the best of `variants`."""
    best = max((variant.accuracy for variant in variants), default=0.96)
    values = {each.name: "" if each.default is None else shortest(cast("float", each.default)) for each in FIELDS}
    values["accuracy"] = f"{100 * max(best - MARGIN, 0.0):.1f}"
    return [FormField(each.name, shown(each.label), values[each.name]) for each in FIELDS]


def demand_of(values: Mapping[str, str]) -> Demand:
    """What the form's values ask for; raises ConfigError, one sentence."""
    read = {each.name: cast("float | None", each.parse(values[each.name])) for each in FIELDS}
    accuracy, latency, rate, hour, cores = (
        float(read[name] or 0.0) for name in ("accuracy", "latency", "rate", "hour", "cores")
    )
    return Demand(Wish(accuracy / 100, latency / 1000, rate), Prices(hour, int(cores), read["watts"]))
