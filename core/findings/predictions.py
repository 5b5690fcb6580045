"""PredictionsProbe and ForecastProbe: predictions of a quantity beside the truth, in the unit of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.datasets.baselines import r2
from core.datasets.split import own_unit
from core.findings.results import Forecast, Predictions
from core.training.probe import Probe

if TYPE_CHECKING:
    from core.learning.learner import Learner
    from core.training.trainer_snapshot import TrainerSnapshot

MOST_EXAMPLES = 2000  # that are predicted; a look should cost little


class PredictionsProbe(Probe[Predictions]):
    """Predicts the validation part, or its first 2000 examples."""

    def __init__(self, learner: Learner) -> None:
        split = learner.split
        self._objective, self._x, self._scaling = learner.objective, split.x_val[:MOST_EXAMPLES], split.y_scaling
        self._truth = own_unit(split.y_val[:MOST_EXAMPLES], split.y_scaling)

    def look(self, snapshot: TrainerSnapshot) -> Predictions:
        """Return the predictions at `snapshot`."""
        predicted = own_unit(self._objective.predict(self._x, snapshot.values), self._scaling)
        error = float(np.mean((predicted - self._truth) ** 2))
        return Predictions(self._truth, predicted, r2(error, float(self._truth.var())))


class ForecastProbe(Probe[Forecast]):
    """Predicts each change of the validation part of a series from those before it."""

    def __init__(self, learner: Learner) -> None:
        split, dataset = learner.split, learner.setup.dataset
        assert dataset.forecast is not None
        self._objective, self._x, self._scaling = learner.objective, split.x_val, split.y_scaling
        self._truth, self._unit = own_unit(split.y_val, split.y_scaling), dataset.unit
        self._after = dataset.forecast.after
        # The validation part is the end of the series, in order.
        series, n = dataset.forecast.read(), len(self._truth)
        self._time, self._level, self._before = series.times[-n:], series.levels[-n:], series.levels[-n - 1 : -1]

    def look(self, snapshot: TrainerSnapshot) -> Forecast:
        """Return the forecast at `snapshot`."""
        predicted = own_unit(self._objective.predict(self._x, snapshot.values), self._scaling)
        persistence = np.zeros_like(self._truth)
        error, of_persistence = (float(np.mean((p - self._truth) ** 2)) for p in (predicted, persistence))
        return Forecast(
            self._time, self._truth, predicted, persistence,
            self._level, self._after(self._before, predicted), self._before,
            error**0.5, of_persistence**0.5, 1 - error / of_persistence, self._unit,
        )  # fmt: skip
