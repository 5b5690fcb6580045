"""The surface of a formula that a visitor typed: where it is drawn, begun and lowest is found out from the formula."""

from __future__ import annotations

import functools
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.field import ConfigError, Field
from core.language import N_, _
from core.objectives.formula import Formula
from core.objectives.loss_surface import LossSurface, Point
from core.objectives.second_differences import hessian_at

if TYPE_CHECKING:
    from collections.abc import Mapping

GRID_POINTS = 161  # along each side, among which the lowest is looked for first
ROUNDS, ROUND_POINTS = 12, 21  # of looking again around it: to 1e-12 of the side
STARTS = tuple(
    itertools.product((-0.7, 0.7, 0.35, -0.35), (0.55, -0.55, 0.25, -0.25))
)  # in sides; the first that is defined
WIDE = 3.0  # how far the surface is shown where nothing was chosen
LARGEST = 1e30  # of a value at the start: what is trained are numbers of four bytes, up to 3e38
GENTLE = 0.2  # times the rate 1 / curvature at the start

FORMULA = Field(
    name="formula",
    label=N_("f(x, y)"),
    default="x^2/2 + 2y^2 + sin(3x)cos(3y)",
    kind="text",
    read=lambda text: Formula.read(text).text,
    help=N_("The loss as a formula of x and y, such as (1-x)^2 + 5(y-x^2)^2; gradients are TensorFlow's."),
    advice=N_("Type x^2 - y^2 and start near the saddle, or add sin(5x) for local minima."),
)
REACH = Field(
    name="reach",
    label=N_("Shown up to"),
    default=WIDE,
    kind="float",
    low=0.01,
    high=1000,
    scale="log",
    help=N_("How far from 0 the surface is drawn, in both directions of x and y."),
    advice=N_("Widen it until all minima are in sight."),
)


def _value(x: Any, y: Any, xp: Any, formula: str, reach: float) -> Any:
    return read_formula(formula)(x, y, xp)


@functools.lru_cache(maxsize=64)
def read_formula(text: str) -> Formula:
    """The formula that `text` says, read once; raises ConfigError as `Formula.read` does."""
    return Formula.read(text)


def _of(surface: LossSurface, settings: Mapping[str, Any]) -> LossSurface:
    return _typed(surface, settings[FORMULA.name], settings[REACH.name])


@functools.lru_cache(maxsize=64)
def _typed(surface: LossSurface, text: str, reach: float) -> LossSurface:
    """`surface` with the facts of the formula `text`; raises ConfigError if it has no value where it could begin."""
    formula, side = read_formula(text), (-reach, reach)
    start = _start(formula, reach)
    lowest = _lowest(formula, reach)
    return replace(
        surface,
        formula=rf"L(x, y) = \text{{{text}}}",
        domain=(side, side),
        start=start,
        minima=() if lowest is None else (lowest,),
        learning_rate=_rate(formula, start, reach),
    )


def _start(formula: Formula, reach: float) -> Point:
    for x, y in STARTS:
        if _is_smooth(formula, (x * reach, y * reach), reach):
            return x * reach, y * reach
    raise ConfigError(
        _("The formula has no value to train on in the part that is shown: it is undefined there, or beyond 1e30.")
    )


def _is_smooth(formula: Formula, point: Point, reach: float) -> bool:
    around = np.array(point)[:, None] + 1e-3 * reach * np.array([[0, 1, -1, 0, 0], [0, 0, 0, 1, -1]])
    return bool((np.abs(_values(formula, *around)) < LARGEST).all())


@np.errstate(all="ignore")
def _values(formula: Formula, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.broadcast_to(formula(x, y), np.broadcast_shapes(x.shape, y.shape))


def _lowest(formula: Formula, reach: float) -> Point | None:
    """The lowest point that is shown.

    None if that lies on the edge, beyond which the surface goes on falling, or where it falls without end.
    """
    center, half, points = (0.0, 0.0), reach, GRID_POINTS
    for _round in range(ROUNDS):
        x, y = (np.linspace(middle - half, middle + half, points) for middle in center)
        values = _values(formula, x, y[:, None])
        values = np.where(np.isfinite(values), values, np.inf)
        row, column = np.unravel_index(np.argmin(values), values.shape)
        center = float(x[column]), float(y[row])
        half, points = 2 * half / (points - 1), ROUND_POINTS
    inside = max(map(abs, center)) < (1 - 1e-6) * reach
    return center if inside and _is_smooth(formula, center, reach) else None


def _rate(formula: Formula, start: Point, reach: float) -> float:
    """A gentle rate for plain descent: a share of 1 over the largest curvature at the start, by differences."""
    hessian = hessian_at(lambda x, y: _values(formula, x, y), np.array(start), np.full(2, 1e-3 * reach))
    steepest = float(np.abs(np.linalg.eigvalsh(hessian)).max())
    rate = GENTLE / max(steepest, 1e-9)
    return float(f"{min(max(rate, 1e-5), 1.0):.1g}")


TYPED = LossSurface(
    label=N_("Your own f(x, y)"),
    also=N_("own function formula expression custom"),
    formula="",
    source="",
    domain=((-WIDE, WIDE), (-WIDE, WIDE)),
    minima=(),
    minimum=None,
    start=(0.0, 0.0),
    learning_rate=0.05,
    function=_value,
    fields=(FORMULA, REACH),
    of_settings=_of,
)
