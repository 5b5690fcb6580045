"""Loss surfaces: two-parameter functions with known minima, on which an optimizer can be watched.

Each is the classic test of one difficulty: a bowl for conditioning, Rosenbrock for a curved valley,
Rastrigin for many local minima, a saddle for a flat place that is no minimum. A surface's function is
written once and runs on NumPy arrays and on TensorFlow tensors: it takes the module to compute with.
A function and an entry in the registry add a surface.

>>> SURFACES["bowl"](1.0, 2.0), SURFACES["bowl"](1.0, 2.0, condition=1.0)
(20.5, 2.5)
"""

from __future__ import annotations

import math
from typing import Any

from core.field import Field, each_once
from core.language import N_
from core.objectives.loss_surface import LossSurface
from core.objectives.typed_surface import TYPED

CONDITION = Field(
    name="condition",
    label=N_("Condition number"),
    default=10.0,
    kind="float",
    low=1,
    high=1000,
    scale="log",
    help=N_("How much steeper the bowl is along y than along x; the larger, the slower plain descent."),
    advice=N_("Set it to 1 and one step at rate 1 arrives; at 1000 it takes thousands."),
)


def _bowl(x: Any, y: Any, xp: Any, condition: Any) -> Any:
    return 0.5 * (x * x + condition * y * y)


def _rosenbrock(x: Any, y: Any, xp: Any) -> Any:
    across = y - x * x
    return (1 - x) * (1 - x) + 100 * across * across


def _himmelblau(x: Any, y: Any, xp: Any) -> Any:
    first, second = x * x + y - 11, x + y * y - 7
    return first * first + second * second


def _beale(x: Any, y: Any, xp: Any) -> Any:
    first = 1.5 - x + x * y
    second = 2.25 - x + x * y * y
    third = 2.625 - x + x * y * y * y
    return first * first + second * second + third * third


def _booth(x: Any, y: Any, xp: Any) -> Any:
    first, second = x + 2 * y - 7, 2 * x + y - 5
    return first * first + second * second


def _three_hump_camel(x: Any, y: Any, xp: Any) -> Any:
    x2 = x * x
    return 2 * x2 - 1.05 * x2 * x2 + x2 * x2 * x2 / 6 + x * y + y * y


def _styblinski_tang(x: Any, y: Any, xp: Any) -> Any:
    x2, y2 = x * x, y * y
    return 0.5 * (x2 * x2 - 16 * x2 + 5 * x + y2 * y2 - 16 * y2 + 5 * y)


def _ackley(x: Any, y: Any, xp: Any) -> Any:
    # The minimum is the tip of a cone: there the square root's derivative is infinite and autodiff gives
    # nan. Rounding the tip off within 1e-8 makes the gradient 0 there and leaves the loss there exactly 0;
    # elsewhere it changes the loss by less than 4e-8, which float32 cannot tell apart.
    tip = 1e-8
    distance = xp.sqrt(0.5 * (x * x + y * y) + tip * tip) - tip
    waves = 0.5 * (xp.cos(2 * math.pi * x) + xp.cos(2 * math.pi * y))
    return 20 * (1 - xp.exp(-0.2 * distance)) + (math.e - xp.exp(waves))


def _rastrigin(x: Any, y: Any, xp: Any) -> Any:
    waves = (1 - xp.cos(2 * math.pi * x)) + (1 - xp.cos(2 * math.pi * y))
    return x * x + y * y + 10 * waves


def _saddle(x: Any, y: Any, xp: Any) -> Any:
    return x * x - y * y


_SURVEY = "Jamil & Yang, A literature survey of benchmark functions for global optimization problems, 2013"

SURFACES: dict[str, LossSurface] = {
    "bowl": LossSurface(
        label=N_("Quadratic bowl"),
        also=N_("quadratic convex ellipse ravine paraboloid"),
        formula=r"L(x, y) = \frac{1}{2} \left( x^2 + \kappa y^2 \right)",
        source="Polyak, Some methods of speeding up the convergence of iteration methods, 1964",
        domain=((-5.0, 5.0), (-5.0, 5.0)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        start=(-4.0, 2.0),
        learning_rate=0.15,
        function=_bowl,
        fields=(CONDITION,),
    ),
    "rosenbrock": LossSurface(
        label=N_("Rosenbrock's valley"),
        also=N_("banana function curved valley"),
        formula=r"L(x, y) = (1 - x)^2 + 100 \left( y - x^2 \right)^2",
        source="Rosenbrock, An automatic method for finding the greatest or least value of a function, 1960",
        domain=((-2.0, 2.0), (-1.0, 3.0)),
        minima=((1.0, 1.0),),
        minimum=0.0,
        start=(-1.2, 1.0),
        learning_rate=0.001,
        function=_rosenbrock,
    ),
    "himmelblau": LossSurface(
        label=N_("Himmelblau"),
        also=N_("four minima"),
        formula=r"L(x, y) = \left( x^2 + y - 11 \right)^2 + \left( x + y^2 - 7 \right)^2",
        source="Himmelblau, Applied Nonlinear Programming, 1972",
        domain=((-5.0, 5.0), (-5.0, 5.0)),
        minima=(
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
        minimum=0.0,
        start=(0.0, 0.0),
        learning_rate=0.01,
        function=_himmelblau,
    ),
    "beale": LossSurface(
        label=N_("Beale"),
        formula=(
            r"L(x, y) = (1.5 - x + xy)^2 + \left( 2.25 - x + xy^2 \right)^2"
            r" + \left( 2.625 - x + xy^3 \right)^2"
        ),
        source=(
            "Beale, On an iterative method for finding a local minimum of a function of more than one variable, 1958"
        ),
        domain=((-4.5, 4.5), (-4.5, 4.5)),
        minima=((3.0, 0.5),),
        minimum=0.0,
        start=(1.0, 1.0),
        learning_rate=0.01,
        function=_beale,
    ),
    "booth": LossSurface(
        label=N_("Booth"),
        formula=r"L(x, y) = (x + 2y - 7)^2 + (2x + y - 5)^2",
        source=_SURVEY,
        domain=((-10.0, 10.0), (-10.0, 10.0)),
        minima=((1.0, 3.0),),
        minimum=0.0,
        start=(-8.0, 2.0),
        learning_rate=0.05,
        function=_booth,
    ),
    "three_hump_camel": LossSurface(
        label=N_("Three-hump camel"),
        also=N_("three humps local minima"),
        formula=r"L(x, y) = 2x^2 - 1.05x^4 + \frac{x^6}{6} + xy + y^2",
        source=_SURVEY,
        domain=((-2.5, 2.5), (-2.5, 2.5)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        start=(2.0, 1.5),
        learning_rate=0.05,
        function=_three_hump_camel,
    ),
    "styblinski_tang": LossSurface(
        label=N_("Styblinski-Tang"),
        also=N_("polynomial local minima"),
        formula=r"L(x, y) = \frac{1}{2} \left( x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y \right)",
        source="Styblinski & Tang, Experiments in nonconvex optimization, 1990",
        domain=((-5.0, 5.0), (-5.0, 5.0)),
        minima=((-2.903534027771177, -2.903534027771177),),
        minimum=-78.33233140754282,
        start=(0.5, -0.5),
        learning_rate=0.01,
        function=_styblinski_tang,
    ),
    "ackley": LossSurface(
        label=N_("Ackley"),
        also=N_("many local minima funnel"),
        formula=(
            r"L(x, y) = 20 + e - 20 e^{-0.2 \sqrt{\frac{1}{2} (x^2 + y^2)}}"
            r" - e^{\frac{1}{2} (\cos 2 \pi x + \cos 2 \pi y)}"
        ),
        source="Ackley, A Connectionist Machine for Genetic Hillclimbing, 1987",
        domain=((-5.0, 5.0), (-5.0, 5.0)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        start=(-2.5, 1.6),
        learning_rate=0.02,
        function=_ackley,
    ),
    "rastrigin": LossSurface(
        label=N_("Rastrigin"),
        also=N_("many local minima egg box waves"),
        formula=r"L(x, y) = 20 + x^2 - 10 \cos 2 \pi x + y^2 - 10 \cos 2 \pi y",
        source="Rastrigin, Systems of Extremal Control, 1974",
        domain=((-5.12, 5.12), (-5.12, 5.12)),
        minima=((0.0, 0.0),),
        minimum=0.0,
        start=(1.7, -1.4),
        learning_rate=0.002,
        function=_rastrigin,
    ),
    "saddle": LossSurface(
        label=N_("Saddle"),
        also=N_("saddle point horse minimax"),
        formula=r"L(x, y) = x^2 - y^2",
        source="Dauphin et al., Identifying and attacking the saddle point problem, 2014",
        domain=((-2.0, 2.0), (-2.0, 2.0)),
        minima=(),
        minimum=None,
        start=(-1.8, 0.01),
        learning_rate=0.05,
        function=_saddle,
    ),
    "custom": TYPED,
}


def surface_fields() -> tuple[Field, ...]:
    """The settings of all surfaces, each once, in the order of the registry."""
    return each_once(setting for surface in SURFACES.values() for setting in surface.fields)
