"""Points in the plane: problems small enough to see a network's whole decision surface, and points that a person draws.

Six are those of the TensorFlow Playground (Smilkov et al., Direct-manipulation visualization of deep
networks, 2017; its dataset.ts). Each function returns x float64 (samples, 2) and its labels, int32 classes
0 and 1 or float64 values around 0. `noise` runs from 0 to 0.5; what it does is each one's own. The same
seed gives the same points.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from core.datasets.dataset import Dataset
from core.datasets.split import Examples
from core.drawn.points import DrawnPoints
from core.drawn.two_moons import two_moons
from core.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.datasets.baselines import Task

RADIUS = 6.0  # of the square that plane and gaussians fill
CLOSEST = 0.3  # of an xor point to either axis, before noise
DISC = 5.0  # radius of circle and spiral

# Centre and sign of each bump of the regression problem.
BUMPS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))
BUMP_RADIUS = 2.0


def circle(samples: int, noise: float, seed: int) -> Examples:
    """A disc (class 1: radius below 2.5) in a ring (class 0: radius 3.5 to 5).

    Noise moves each point uniformly by up to 5 * noise a side *before it is labelled* by r < 2.5, and back
    again afterwards: positions stay, labels near the border become wrong.
    """
    rng = np.random.default_rng(seed)
    inside = np.arange(samples) < samples // 2
    radius = np.where(inside, rng.uniform(0, DISC * 0.5, samples), rng.uniform(DISC * 0.7, DISC, samples))
    angle = rng.uniform(0, 2 * np.pi, samples)
    x = radius[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    seen = x + rng.uniform(-DISC, DISC, (samples, 2)) * noise
    return Examples(x, (np.hypot(*seen.T) < DISC * 0.5).astype(np.int32))


def xor(samples: int, noise: float, seed: int) -> Examples:
    """Class 1 where x1 * x2 >= 0, class 0 elsewhere; uniform on [-5, 5]^2 pushed 0.3 away from both axes.

    Noise labels each point as if it were moved uniformly by up to 5 * noise a side.
    """
    rng = np.random.default_rng(seed)
    x = rng.uniform(-DISC, DISC, (samples, 2))
    x += np.where(x > 0, CLOSEST, -CLOSEST)
    seen = x + rng.uniform(-DISC, DISC, (samples, 2)) * noise
    return Examples(x, (seen[:, 0] * seen[:, 1] >= 0).astype(np.int32))


def two_gaussians(samples: int, noise: float, seed: int) -> Examples:
    """Class 1 around (2, 2), class 0 around (-2, -2), each normal with variance 0.5 + 7 * noise a side."""
    rng = np.random.default_rng(seed)
    y = (np.arange(samples) < samples // 2).astype(np.int32)
    centre = np.where(y == 1, 2.0, -2.0)[:, None]
    return Examples(rng.normal(centre, np.sqrt(0.5 + 7 * noise), (samples, 2)), y)


def spiral(samples: int, noise: float, seed: int) -> Examples:
    """Two interleaved arms: point i of n has r = 5 i / n and t = 3.5 pi i / n (+ pi in class 0).

    x = (r sin t, r cos t), moved uniformly by up to `noise` a side.
    """
    rng = np.random.default_rng(seed)
    y = (np.arange(samples) < samples // 2).astype(np.int32)
    along = np.concatenate([np.arange(count) / max(count, 1) for count in (samples // 2, samples - samples // 2)])
    angle = 3.5 * np.pi * along + np.pi * (y == 0)
    x = DISC * along[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    return Examples(x + rng.uniform(-1, 1, (samples, 2)) * noise, y)


def plane(samples: int, noise: float, seed: int) -> Examples:
    """Y = (x1 + x2) / 10, x uniform on [-6, 6]^2.

    Noise gives each point the value of one up to 6 * noise away on each axis.
    """
    rng = np.random.default_rng(seed)
    x, seen = _in_square(samples, noise, rng)
    return Examples(x, seen.sum(1) / 10)


def several_gaussians(samples: int, noise: float, seed: int) -> Examples:
    """Y = s * max(0, 1 - d / 2) for the nearest of six bumps, d its distance and s = +1 or -1 in turn.

    x uniform on [-6, 6]^2; noise as for `plane`. The bumps do not overlap.
    """
    rng = np.random.default_rng(seed)
    x, seen = _in_square(samples, noise, rng)
    bumps = np.array(BUMPS, float)
    distance = np.linalg.norm(seen[:, None] - bumps[None, :, :2], axis=2)
    height = np.maximum(0, 1 - distance / BUMP_RADIUS)
    return Examples(x, (height * bumps[:, 2]).sum(1))


def _in_square(samples: int, noise: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points of the square, and where noise makes them seem to be."""
    x = rng.uniform(-RADIUS, RADIUS, (samples, 2))
    return x, x + rng.uniform(-RADIUS, RADIUS, (samples, 2)) * noise


def _points(
    name: str,
    label: str,
    make: Callable[..., Examples],
    also: str,
    suggested: Mapping[str, object],
    task: Task = "classification",
) -> Dataset:
    return Dataset(
        name=name,
        label=label,
        also=also,
        task=task,
        kind="points",
        make=make,
        input_shape=(2,),
        target=N_("class") if task == "classification" else N_("value"),
        source="Smilkov et al., Direct-manipulation visualization of deep networks, 2017",
        licence=N_("made up as needed"),
        classes=("0", "1") if task == "classification" else (),
        features=("x1", "x2"),
        samples=500,
        parameters=("samples", "noise", "seed"),
        suggested=suggested,
    )


_FEW_UNITS: dict[str, object] = {"size": 100, "width": 8, "depth": 1}
# Three hidden layers: few enough units to see each of them, enough to wind around a spiral.
_THREE_LAYERS: dict[str, object] = {"size": 600, "width": 16, "depth": 3, "epochs": 300}
_LINEAR: dict[str, object] = {"family": "linear", "optimizer": "sgd"}

CIRCLE = _points("circle", N_("Circle"), circle, N_("ring disc donut concentric circles"), _FEW_UNITS)
XOR = _points("xor", N_("Exclusive or"), xor, N_("XOR chessboard checkerboard"), _FEW_UNITS)
TWO_GAUSSIANS = _points(
    "two_gaussians", N_("Two gaussians"), two_gaussians, N_("blobs clusters clouds"), {**_LINEAR, "learning_rate": 0.1}
)
SPIRAL = _points("spiral", N_("Spiral"), spiral, N_("spirals swirl arms"), _THREE_LAYERS)
PLANE = _points("plane", N_("Plane"), plane, N_("linear regression"), _LINEAR, "regression")
SEVERAL_GAUSSIANS = _points(
    "several_gaussians",
    N_("Several gaussians"),
    several_gaussians,
    N_("bumps hills regression"),
    _THREE_LAYERS,
    "regression",
)


def drawn(text: str = two_moons().text) -> Examples:
    """The points that `text` says, as a link carries them; see `DrawnPoints`."""
    points = DrawnPoints.read(text)
    return Examples(points.x, points.y)


def _as_drawn(dataset: Dataset, settings: Mapping[str, Any]) -> Dataset:
    text = settings["points"]
    return replace(dataset, make=partial(drawn, text), examples=len(DrawnPoints.read(text).y))


_MOONS = _points(
    "drawn",
    N_("Drawn points"),
    drawn,
    N_("two moons half moons draw paint by hand"),
    {"size": 350, "width": 16, "depth": 2, "epochs": 300},
)
DRAWN = replace(
    _MOONS,
    source="drawn on the page",
    examples=len(two_moons().y),
    samples=None,
    parameters=(),
    of_settings=_as_drawn,
    reach=RADIUS,
)
