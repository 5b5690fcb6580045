"""Drawing: the config that learns from the points of another one as a person has changed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.datasets.playground_points import DRAWN
from core.datasets.registry import DATASETS
from core.drawn.points import MOST, DrawnPoints
from core.drawn.strokes import after
from core.field import ConfigError
from core.language import _
from core.number_format import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.training_config import TrainingConfig
    from core.datasets.split import Examples
    from core.drawn.strokes import Stroke


def can_be_drawn(problem: str) -> bool:
    """True if the data of `problem` are points of two classes in the plane."""
    return problem in DATASETS and DATASETS[problem].kind == "points" and len(DATASETS[problem].classes) == 2


def with_strokes(config: TrainingConfig, strokes: Sequence[Stroke]) -> TrainingConfig:
    """`config` with the points of its problem, which `can_be_drawn`, after `strokes`; all other settings stay.

    It is `config` itself where these change no point, such as those of an eraser that met none.

    Raises:
        ConfigError: There are too many points, or too few of a class; one sentence says so.
    """
    before = _points(config)
    x, y = after(before.x, before.y, strokes)
    if np.array_equal(x, before.x) and np.array_equal(y, before.y):
        return config
    if len(before.x) > MOST:
        words = {"most": format_number(MOST), "count": format_number(len(before.x))}
        raise ConfigError(
            _("At most {most} points can be drawn, and here are {count}: choose fewer examples first.", **words)
        )
    points = DrawnPoints.of(x, y).text
    return config.replace(problem=DRAWN.name, points=points, examples=None, data_noise=0.0)


def _points(config: TrainingConfig) -> Examples:
    """All points of a config, those to train on and those to validate on."""
    dataset = DATASETS[config.problem].with_settings(vars(config))
    given = {"samples": config.examples or dataset.samples, "noise": config.data_noise, "seed": config.seed}
    return dataset.make(**{name: given[name] for name in dataset.parameters})
