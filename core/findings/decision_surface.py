"""DecisionProbe and UnitsProbe: the output and the hidden units of a model of two features, on a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from core.datasets.split import own_unit, unscaled
from core.findings.results import Decision, UnitMaps
from core.language import _
from core.learning.stateless_function import StatelessFunction
from core.training.probe import Probe

if TYPE_CHECKING:
    from core.datasets.split import Split
    from core.learning.learner import Learner
    from core.training.trainer_snapshot import TrainerSnapshot

SIDE, UNIT_SIDE = 48, 20  # points of the grid along an axis
MARGIN = 0.1  # of the data's range, added at each side
MOST_UNITS, MOST_LAYERS = 32, 4


class DecisionProbe(Probe[Decision]):
    """Asks a model of two features for its answer on a grid of 48 x 48 over the data."""

    def __init__(self, learner: Learner) -> None:
        """Keep the grid of `learner`'s data.

        Raises:
            ValueError: An example does not have two features.
        """
        split = learner.split
        self._objective, self._split, self._answers = learner.objective, split, learner.setup.judgement.answers
        self._x1, self._x2 = axes(split, SIDE, learner.setup.dataset.reach)
        self._grid = standardized_grid(split, self._x1, self._x2)
        self._points = (
            unscaled(split.x_train, split.x_scaling), self._targets(split.y_train),
            unscaled(split.x_val, split.x_scaling), self._targets(split.y_val),
        )  # fmt: skip

    def look(self, snapshot: TrainerSnapshot) -> Decision:
        """Return the answers at `snapshot`."""
        outputs = self._objective.predict(self._grid, snapshot.values).astype(np.float64)
        values = self._answers.probabilities(outputs)[:, 1] if self._answers.classifies else self._targets(outputs)
        return Decision(self._x1, self._x2, values.reshape(SIDE, SIDE), *self._points)

    def _targets(self, y: np.ndarray) -> np.ndarray:
        """Return targets (n,) in their own unit; classes stay as they are."""
        return y if self._split.y_scaling is None else own_unit(y, self._split.y_scaling)


class UnitsProbe(Probe[UnitMaps]):
    """Asks the hidden units of a model of two features: 32 of each of the first 4 layers, on a grid of 20 x 20."""

    def __init__(self, learner: Learner) -> None:
        """Take the layers of activation, which come before any dropout, as the hidden ones."""
        model = learner.objective.model
        hidden = [layer for layer in model.layers if isinstance(layer, keras.layers.Activation)][:MOST_LAYERS]
        self._names = tuple(_("layer {number}", number=number) for number in range(1, len(hidden) + 1))
        self._grid = tf.constant(
            standardized_grid(learner.split, *axes(learner.split, UNIT_SIDE, learner.setup.dataset.reach))
        )
        inside = keras.Model(model.inputs, [layer.output for layer in hidden])
        self._activations = StatelessFunction(
            learner.objective.all_variables,
            lambda: [values[:, :MOST_UNITS] for values in keras.tree.flatten(inside(self._grid, training=False))],
        )

    def look(self, snapshot: TrainerSnapshot) -> UnitMaps:
        """Return the activations at `snapshot`."""
        maps = tuple(
            values.numpy().T.reshape(-1, UNIT_SIDE, UNIT_SIDE) for values in self._activations(snapshot.values)
        )
        return UnitMaps(maps, self._names)


def axes(split: Split, side: int, reach: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return the two axes (side,) of a grid over all points and a tenth beyond, in the units of the source.

    They go at least as far as `reach` from 0, both ways.

    Raises:
        ValueError: An example does not have two features.
    """
    if split.input_shape != (2,):
        raise ValueError(f"A plane needs two features; an example has the shape {split.input_shape}.")
    points = unscaled(np.concatenate([split.x_train, split.x_val]), split.x_scaling)
    low, high = points.min(0), points.max(0)
    room = MARGIN * np.where(high > low, high - low, 1.0)
    low, high = low - room, high + room
    if reach:
        low, high = np.minimum(low, -reach), np.maximum(high, reach)
    first, second = np.linspace(low, high, side).T
    return first, second


def standardized_grid(split: Split, x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """Return the grid's points as a model reads them, float32 (len(x2) * len(x1), 2), with x1 running fastest."""
    first, second = np.meshgrid(x1, x2)
    points = np.column_stack([first.ravel(), second.ravel()])
    return points.astype(np.float32) if split.x_scaling is None else split.x_scaling.apply(points)
