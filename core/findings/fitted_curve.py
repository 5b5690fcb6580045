"""FittedCurveProbe: the predictions of a model of one feature, as a curve beside the points it learns from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.datasets.split import own_unit
from core.findings.results import FittedCurve
from core.training.probe import Probe

if TYPE_CHECKING:
    from core.learning.learner import Learner
    from core.training.trainer_snapshot import TrainerSnapshot

CURVE_POINTS = 200  # evenly from the least to the greatest feature


class FittedCurveProbe(Probe[FittedCurve]):
    """Predicts along the feature of data that have one."""

    def __init__(self, learner: Learner) -> None:
        """Keep the points of `learner`'s data.

        Raises:
            ValueError: An example does not have one feature.
        """
        split = learner.split
        if split.input_shape != (1,):
            raise ValueError(f"A curve needs one feature; an example has the shape {split.input_shape}.")
        self._objective, self._scaling = learner.objective, split.y_scaling
        both = split.x_train, split.x_val
        ends = min(x.min() for x in both), max(x.max() for x in both)
        self._feature = np.linspace(*ends, CURVE_POINTS, dtype=split.x_train.dtype)[:, None]
        self._x = own_unit(self._feature, split.x_scaling)
        self._points = (
            own_unit(split.x_train, split.x_scaling), own_unit(split.y_train, split.y_scaling),
            own_unit(split.x_val, split.x_scaling), own_unit(split.y_val, split.y_scaling),
        )  # fmt: skip

    def look(self, snapshot: TrainerSnapshot) -> FittedCurve:
        """Return the curve at `snapshot`."""
        predicted = own_unit(self._objective.predict(self._feature, snapshot.values), self._scaling)
        return FittedCurve(self._x, predicted, *self._points)
