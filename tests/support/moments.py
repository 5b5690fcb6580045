"""Moments of a run made by hand: what charts and formulas are given, without a trainer and its TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.geometry.step_view import step_view
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective
from core.training.step_record import Observation
from widgets.charts.moment import Moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.training_config import TrainingConfig
    from core.objectives.objective import PlaneObjective
    from core.runs.past.setting_changes import SettingChange


def central_differences(
    objective: PlaneObjective, point: Sequence[float] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Gradient (2,) and Hessian (2, 2) of the full-batch loss at `point`, from nine of its values."""
    h = 1e-4 * max(1.0, float(np.max(np.abs(point))))
    shifts = np.array([-h, 0.0, h])
    value = objective.value(point[0] + shifts[:, None], point[1] + shifts[None, :])
    gradient = np.array([value[2, 1] - value[0, 1], value[1, 2] - value[1, 0]]) / (2 * h)
    mixed = (value[2, 2] - value[2, 0] - value[0, 2] + value[0, 0]) / 4
    along_x = value[2, 1] - 2 * value[1, 1] + value[0, 1]
    along_y = value[1, 2] - 2 * value[1, 1] + value[1, 0]
    return gradient, np.array([[along_x, mixed], [mixed, along_y]]) / h**2


def observe(
    config: TrainingConfig,
    point: Sequence[float] | None = None,
    step: int = 5,
    first_moment: Sequence[float] = (0.02, -0.03),
    second_moment: Sequence[float] = (0.4, 0.9),
) -> Observation:
    """Return the observation of a trainer at `point` (default: the start) with these moments in its optimizer."""
    objective, optimizer = build_objective(config), OPTIMIZERS[config.optimizer]
    at = np.array(objective.initial[0] if point is None else point, float)
    gradient, hessian = central_differences(objective, at)
    slots = {
        symbol: np.array(first_moment if optimizer.quantities.get(symbol) == "momentum" else second_moment, float)
        for symbol in optimizer.slots
    }
    hyper = {field.name: float(getattr(config, field.name)) for field in optimizer.live}
    loss = float(objective.value(at[0], at[1]))
    return Observation(step, at, loss, gradient, hessian, slots, hyper, None)


def moment_of(config: TrainingConfig, seen: Observation, marks: Sequence[SettingChange] = ()) -> Moment:
    """The moment of `seen`, at the end of a straight walk from the start that took `seen.step` updates."""
    objective = build_objective(config)
    share = np.linspace(0, 1, seen.step, endpoint=False)[:, None]
    path = objective.initial[0] * (1 - share) + seen.parameters * share
    rows = {
        "step": np.arange(seen.step),
        "loss": objective.value(path[:, 0], path[:, 1]),
        "parameter_0": path[:, 0],
        "parameter_1": path[:, 1],
    }
    view = step_view(objective, OPTIMIZERS[config.optimizer], seen)
    return Moment(seen, view, rows, marks)


def moment_at(config: TrainingConfig, point: Sequence[float] | None = None, step: int = 5) -> Moment:
    """The moment of a run of `config` that stands at `point` after `step` updates."""
    return moment_of(config, observe(config, point, step))
