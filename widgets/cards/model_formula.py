"""The update rule of a model's run, and the live numbers that a model has: settings and norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.number_text import significant
from widgets.cards.formula import colour, formula_box, large, setting, with_places

if TYPE_CHECKING:
    from core.optimizers.optimizer import Optimizer
    from widgets.charts.model_moment import ModelMoment

NORMS = {"gradient_norm": r"\lVert \nabla L \rVert", "update_norm": r"\lVert \Delta \theta \rVert"}
PREFIX = "formula-"
LONGEST_SETTING = 8  # characters; what is longer was computed by a schedule, not typed


def formula_html(optimizer: Optimizer) -> str:
    """The rule, and a line of numbers in slots named formula-<setting>, of the last update its norms."""
    symbols = {**{field.name: field.symbol for field in optimizer.live}, **NORMS}
    numbers = (
        with_places(rf"{symbol} = \text{{@{name}}}", PREFIX, lambda name: colour(name, optimizer))
        for name, symbol in symbols.items()
    )
    return formula_box(large(optimizer.rule) + "".join(numbers))


def formula_slots(moment: ModelMoment) -> dict[str, str]:
    """The live numbers for those slots."""
    updates = moment.rows["update_norm"]
    norms = {
        "gradient_norm": moment.seen.gradient_norm,
        "update_norm": float(updates[-1]) if len(updates) else None,
    }
    settings = {f"{PREFIX}{name}": _rate(value) for name, value in moment.seen.hyper.items()}
    return {**settings, **{f"{PREFIX}{name}": significant(value) for name, value in norms.items()}}


def blank_slots(optimizer: Optimizer) -> dict[str, str]:
    """The slots before anything is known."""
    return {f"{PREFIX}{name}": "…" for name in (*(field.name for field in optimizer.live), *NORMS)}


def _rate(value: float) -> str:
    """A setting in full where a person set it, in four digits where a schedule did."""
    text = setting(value)
    return text if len(text) <= LONGEST_SETTING else significant(value)
