"""A chart of the run of two parameters, and what it is made for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.optimizers.registry import OPTIMIZERS
from core.training.batches import updates_per_epoch
from core.training.build import build_objective
from widgets.charts.chart import Chart
from widgets.charts.moment import Moment
from widgets.charts.surface.surface_grid import SurfaceGrid, surface_grid

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig
    from core.objectives.objective import PlaneObjective
    from core.optimizers.optimizer import Optimizer


@dataclass(frozen=True)
class PlaneSetup:
    """An objective of two parameters, its optimizer, and the number of updates in an epoch."""

    objective: PlaneObjective
    optimizer: Optimizer
    steps_per_epoch: int = 1

    @classmethod
    def of(cls, config: TrainingConfig) -> PlaneSetup:
        """The setup of a config whose problem has two parameters."""
        objective = build_objective(config)
        return cls(objective, OPTIMIZERS[config.optimizer], updates_per_epoch(objective.n_examples, config.batch_size))

    @cached_property
    def grid(self) -> SurfaceGrid:
        """The surface as numbers to draw."""
        return surface_grid(self.objective)


PlaneChart = Chart[PlaneSetup, Moment]
