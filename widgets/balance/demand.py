"""What a person asks of a service, and the prices of their machine, as the form has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from core.costs.balance import Wish
from core.costs.goal import ACCURACY, MAE, R2
from core.costs.prices import Prices
from core.field import ConfigError, Field
from core.language import N_, _, shown
from core.metric import METRICS
from core.number_format import shortest
from widgets.experiments.experiment_form import FormField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.costs.goal import Goal

QUALITY = {
    ACCURACY: Field(ACCURACY, N_("Right answers, at least %"), 95.0, "float", 0.0, 100.0),
    R2: Field(R2, N_("R², at least"), 0.5, "float", -1e6, 1.0),
    MAE: Field(MAE, N_("Mean absolute error, at most"), 1.0, "float", 0.0, 1e12),
}
FIELDS = (
    Field("latency", N_("99 of 100 answered within, ms"), 10.0, "float", 0.001, 1e5),
    Field("rate", N_("Requests a second"), 100.0, "float", 0.001, 1e7),
    Field("hour", N_("Price of the machine an hour"), 0.1, "float", 0.0, 1e6),
    Field("cores", N_("Its cores"), 2, "int", 1, 4096),
    Field("gb_hour", N_("Price of a GB of memory an hour, if it counts"), None, "float", 0.0, 1e6),
    Field("watts", N_("Its watts, if you know them"), None, "float", 1.0, 1e5),
)
MARGIN = 0.01  # of a share, by which the form's first wish lies below the best
SLACK = 1.05  # times the least error, by which it lies above it
METRIC = "metric"  # the menu of what is measured, where there is a choice


@dataclass(frozen=True)
class Demand:
    """A wish and the prices at which it is to be met; `unit` is that of the metric, "" where it has none."""

    wish: Wish
    prices: Prices
    unit: str = ""


def fields_of(goal: Goal, best: Mapping[str, float]) -> list[FormField]:
    """The fields of the form; the first wish lies a little below the `best` there is, by metric."""
    chosen = [(name, shown(METRICS[name].label)) for name in goal.metrics]
    menu = [FormField(METRIC, _("Measured by"), goal.metrics[0], tuple(chosen))] if len(chosen) > 1 else []
    of_quality = [
        FormField(
            name, _label(name, goal.unit), _first(name, best), only_with=METRIC if menu else "",
            only_value=name if menu else "",
        )
        for name in goal.metrics
    ]  # fmt: skip
    texts = {each.name: "" if each.default is None else shortest(cast("float", each.default)) for each in FIELDS}
    return [*menu, *of_quality, *[FormField(each.name, shown(each.label), texts[each.name]) for each in FIELDS]]


def _label(name: str, unit: str) -> str:
    label = shown(QUALITY[name].label)
    return _("{label} {unit}", label=label, unit=unit) if name == MAE and unit else label


def _first(name: str, best: Mapping[str, float]) -> str:
    """The first wish as the form has it."""
    if name == MAE:
        return f"{SLACK * best[name]:.3g}" if name in best else shortest(cast("float", QUALITY[name].default))
    share = best.get(name, 0.96 if name == ACCURACY else 0.51) - MARGIN
    return f"{100 * max(share, 0.0):.1f}" if name == ACCURACY else f"{share:.2f}"


def demand_of(values: Mapping[str, str], goal: Goal) -> Demand:
    """What the form's values ask for; raises ConfigError, one sentence."""
    name = values.get(METRIC, goal.metrics[0])
    if name not in goal.metrics or name not in values:
        raise ConfigError(_("Another problem was chosen meanwhile: press Weigh again."))
    quality = float(cast("float", QUALITY[name].parse(values[name]))) / (100 if name == ACCURACY else 1)
    read = {each.name: cast("float | None", each.parse(values[each.name])) for each in FIELDS}
    latency, rate, hour, cores, gb_hour = (
        float(read[name] or 0.0) for name in ("latency", "rate", "hour", "cores", "gb_hour")
    )
    prices = Prices(hour, int(cores), read["watts"], gb_hour)
    return Demand(Wish(quality, latency / 1000, rate, name), prices, goal.unit)
