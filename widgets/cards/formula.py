"""The update rule as a formula, with the live numbers substituted: MathML, which needs no network."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from latex2mathml.converter import convert

from core.language import _
from core.number_format import format_number, true_minus
from core.number_text import significant

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.objectives.objective import PlaneObjective
    from core.optimizers.optimizer import Optimizer, Quantity
    from widgets.charts.moment import Moment

COLOURS: dict[Quantity, str] = {"gradient": "dl-c-gradient", "momentum": "dl-c-momentum", "update": "dl-c-update"}
QUANTITIES: dict[str, Quantity] = {  # of the symbols that all optimizers have
    "g": "gradient",
    "gradient_norm": "gradient",
    "next": "update",
    "update_norm": "update",
}
_PLACE = re.compile(r"<mtext>@(\w+)</mtext>")


def formula_html(objective: PlaneObjective, optimizer: Optimizer) -> str:
    """The rule, and for each parameter a line whose numbers are slots named formula-<parameter>-<symbol>."""
    lines = [_numbers_line(name, i, optimizer) for i, name in enumerate(objective.parameter_names)]
    return formula_box(large(optimizer.rule) + "".join(lines))


def formula_box(formulas: str) -> str:
    """The card around a rule and its numbers, which scrolls where it is narrow, by keys too."""
    name = escape(_("Formula"))
    return f'<div class="dl-formula" role="group" tabindex="0" aria-label="{name}">{formulas}</div>'


def formula_slots(moment: Moment) -> dict[str, str]:
    """The live numbers for those slots."""
    seen, terms = moment.seen, moment.view.terms
    numbers = {
        **terms.numbers,
        "theta": seen.parameters,
        "theta_factor": seen.parameters,
        "g": seen.gradient,
        "next": seen.parameters + terms.update,
    }
    slots = {f"formula-{i}-{name}": setting(value) for name, value in seen.hyper.items() for i in range(2)}
    for symbol, value in numbers.items():
        for i, number in enumerate(np.broadcast_to(value, 2)):
            slots[f"formula-{i}-{symbol}"] = _signed(float(number), symbol)
    return slots


def blank_slots(optimizer: Optimizer) -> dict[str, str]:
    """The slots before anything is known."""
    symbols = re.findall(r"@(\w+)", optimizer.substituted)
    return {f"formula-{i}-{symbol}": "…" for symbol in symbols for i in range(2)}


def setting(value: float) -> str:
    """A live setting in full, with a true minus."""
    return true_minus(format_number(value))


def large(latex: str) -> str:
    """MathML whose fractions are as large as the text around them."""
    return convert(latex).replace('display="inline"', 'display="inline" displaystyle="true"')


def with_places(latex: str, prefix: str, colour: Callable[[str], str]) -> str:
    r"""MathML with a slot, named `prefix` and symbol, of the class `colour` gives, for each \text{@symbol}."""

    def place(match: re.Match[str]) -> str:
        symbol = match.group(1)
        return f'<mn class="{colour(symbol)}" data-dl-slot="{prefix}{symbol}">…</mn>'

    return _PLACE.sub(place, large(latex))


def _numbers_line(name: str, index: int, optimizer: Optimizer) -> str:
    mathml = with_places(optimizer.substituted, f"formula-{index}-", lambda symbol: colour(symbol, optimizer))
    return mathml.replace("<mrow>", f"<mrow><mi>{name}</mi><mo>:</mo>", 1)


def colour(symbol: str, optimizer: Optimizer) -> str:
    """The colour class of the quantity that `symbol` stands for; "" if it has no colour of its own."""
    quantity = QUANTITIES.get(symbol) or optimizer.quantities.get(symbol)
    return COLOURS[quantity] if quantity else ""


def _signed(number: float, symbol: str) -> str:
    """Negative factors in brackets: "0.06 × (−0.096)"."""
    text = significant(number)
    return f"({text})" if number < 0 and symbol not in ("theta", "next") else text
