"""Settings that suit a problem: a page starts from them when the problem is chosen.

Each surface and data set brings its own; this file says what becomes of all the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from core.config.settings import FIELDS
from core.datasets.registry import DATASETS
from core.drawn.two_moons import two_moons
from core.objectives.linear_regression import LinearRegression
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.tables.dataset import NO_TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.objectives.loss_surface import LossSurface

# For every setting that another problem may have changed, the value of data sets that suggest none.
_PLAIN: dict[str, object] = {
    "family": "mlp",
    "size": 1000,
    "width": None,
    "depth": None,
    "activation": "relu",
    "dropout": 0.0,
    "normalization": "none",
    "l1": 0.0,
    "l2": 0.0,
    "schedule": "constant",
    "clip_norm": None,
    "pruning": "none",
    "optimizer": "adam",
    "learning_rate": 0.01,
    "batch_size": 32,
    "epochs": 100,
    "examples": None,
    "train_share": 0.8,
    "train_examples": None,
    "data_noise": 0.0,
    "points": two_moons().text,
}


def suitable(problem: str) -> dict[str, object]:
    """Settings of a TrainingConfig, by name, that suit `problem`; those of data say all that a model needs.

    A surface has a learning rate of its own and keeps what else was chosen; the line is what a config's
    defaults are for.
    """
    if problem in SURFACES:
        return {"learning_rate": _surface(problem, None).learning_rate}
    if problem == LinearRegression.name:
        return {}
    return {**_PLAIN, **DATASETS.get(problem, NO_TABLE).suggested}


def suitable_rate(problem: str, optimizer: str, settings: Mapping[str, object] | None = None) -> float:
    """The learning rate, to two digits, that suits `optimizer` on `problem`; the problem's own for its own optimizer.

    A surface that follows from settings needs them in `settings`; what suits one that is very flat or steep may be no
    legal rate, then it is the nearest one that is.

    >>> suitable_rate("rosenbrock", "sgd"), suitable_rate("rosenbrock", "adam"), suitable_rate("spiral", "sgd")
    (0.001, 0.11, 0.3)
    """
    pace = OPTIMIZERS[optimizer].pace
    if problem in SURFACES or problem == LinearRegression.name:
        plane = _surface(problem, settings) if problem in SURFACES else LinearRegression
        rate = pace.surface * plane.learning_rate if pace.way is None else pace.way * plane.way
    else:
        start = suitable(problem)
        rate = cast("float", start["learning_rate"]) * pace.model
        rate /= OPTIMIZERS[cast("str", start["optimizer"])].pace.model
    legal = FIELDS["learning_rate"]
    return min(max(float(f"{rate:.2g}"), legal.low), legal.high)


def _surface(problem: str, settings: Mapping[str, object] | None) -> LossSurface:
    surface = SURFACES[problem]
    defaults = {field.name: field.default for field in surface.fields}
    return surface.with_settings({**defaults, **(settings or {})})
