"""What the page shows of one problem and optimizer: its charts, its formula and their updates."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.config.training_config import TrainingConfig
from core.geometry.step_view import step_view
from core.objectives.linear_regression import LinearRegression
from core.objectives.objective import PlaneObjective
from core.optimizers.optimizer import Optimizer
from core.optimizers.registry import OPTIMIZERS
from core.probes.probe_schedule import ProbeSchedule
from core.runs import notices
from core.runs.notices import Notice
from core.runs.run import Run, Status
from core.training.build import build_objective, build_trainer
from widgets.board.panel import Panel
from widgets.cards import formula, number_strip
from widgets.cards.learning_rate_zones import zones_note
from widgets.cards.root_style import PREPARING, root_style
from widgets.charts.moment import Chart, Moment
from widgets.charts.surface.loss import LossChart
from widgets.charts.surface.next_step import NextStepChart
from widgets.charts.surface.parameters import CoordinatesChart, RegressionChart
from widgets.charts.surface.surface import SurfaceChart
from widgets.charts.surface.surface_3d import Surface3DChart
from widgets.charts.surface.surface_grid import SurfaceGrid, surface_grid

if TYPE_CHECKING:
    from core.training.trainer import Trainer

SECONDS_BETWEEN_3D = 0.5  # where WebGL runs in software, a surface takes 100 ms and more to draw
SCREEN_POINTS = 500  # of a line: more than a chart has pixels to tell apart
Switches = dict[tuple[str, str], str]  # (panel, switch) -> chosen option
SHOWN_COLUMNS = ("step", "loss", "parameter_0", "parameter_1")  # of the history


@dataclass
class SurfaceScene:
    """The charts for the structural part of a config. `switches` say which variant of a chart is chosen."""

    config: TrainingConfig
    switches: Switches = field(default_factory=dict)
    background: object = None  # nothing is computed beside the run

    def __post_init__(self) -> None:
        self.objective: PlaneObjective = build_objective(self.config)
        self.optimizer: Optimizer = OPTIMIZERS[self.config.optimizer]
        self.batch_size = min(self.config.batch_size, self.objective.n_examples)
        self.steps_per_epoch = -(-self.objective.n_examples // self.batch_size)
        self._drawn_3d = 0.0
        self._grid: SurfaceGrid | None = None
        self._charts: dict[str, tuple[Chart, Panel]] = {}

    def panels(self) -> list[Panel]:
        """The cards, with the figures that do not change from step to step drawn in."""
        if self._grid is None:
            self._grid = surface_grid(self.objective)
        if not self._charts:
            charts = (
                self._loss(),
                self._surface(self._grid),
                self._model(),
                NextStepChart(self.optimizer.proportional),
            )
            self._charts = {chart.id: (chart, chart.panel()) for chart in charts}
        return [panel for _, panel in self._charts.values()]

    def build(self) -> Trainer:
        """The trainer; imports TensorFlow."""
        return build_trainer(self.config, self.objective)

    def probes(self) -> ProbeSchedule:
        """None: all there is to see follows from where the run stands."""
        return ProbeSchedule({})

    @property
    def initial(self) -> Sequence[np.ndarray]:
        """The point the run starts from."""
        return self.objective.initial

    def watch(self, run: Run, visible: frozenset[str]) -> None:
        """Nothing to look for."""

    def close(self) -> None:
        """Nothing to end."""

    def strip(self) -> str:
        """The strip of numbers as HTML."""
        return number_strip.strip_html(self.objective.parameter_names)

    def cards(self, runs: str) -> str:
        """No further cards."""
        return ""

    def summary(self, run: Run, config: TrainingConfig) -> None:
        """Nothing: only runs of models stand side by side."""

    def notice(self, run: Run, moment: Moment | None) -> Notice:
        """What a good teacher would say now."""
        if moment is None:
            return notices.PREPARING
        if run.status is Status.DIVERGED:
            return notices.diverged(moment.step, moment.seen, moment.view)
        return notices.progress(self.objective, self.optimizer, moment.seen, moment.view)

    def pace_slots(self, run: Run) -> dict[str, Any]:
        """No costs are shown."""
        return {}

    def switch(self, panel_id: str, name: str, value: str) -> None:
        """Chooses a variant of a chart; `panels` has it from now on."""
        self.switches[panel_id, name] = value
        if self._grid is not None:
            chart = self._loss() if panel_id == "loss" else self._surface(self._grid)
            self._charts[panel_id] = (chart, chart.panel())

    def formula(self) -> str:
        """The update rule as HTML."""
        return formula.formula_html(self.objective, self.optimizer)

    def moment(self, run: Run) -> Moment | None:
        """The run as last observed; None before that."""
        seen, history = run.observation, run.history
        if seen is None or history is None:
            return None
        rows = history.view(SCREEN_POINTS, columns=SHOWN_COLUMNS)
        known = rows["step"] < seen.step
        rows = {name: values[known] for name, values in rows.items()}
        return Moment(seen, step_view(self.objective, self.optimizer, seen), rows, run.marks)

    def blank_frame(self) -> dict[str, Any]:
        """What the page shows before the run was first observed: no number that was not computed."""
        slots = {
            **number_strip.blank_slots(),
            **formula.blank_slots(self.optimizer),
            "root": PREPARING,
            "rate-note": "",
        }
        return {"step": 0, "panels": {}, "slots": slots}

    def frame(self, moment: Moment, visible: frozenset[str], settled: bool) -> dict[str, Any]:
        """The update of every chart in `visible`, the numbers and the formula at `moment`.

        A chart that is slow to draw is left out of some frames, unless the run has `settled` there.
        """
        zones = moment.view.zones
        charts = {id: chart for id, (chart, _) in self._charts.items() if id in visible}
        shown = {id: chart.update(moment) for id, chart in charts.items() if self._is_due(chart, settled)}
        slots = {
            **number_strip.moment_slots(moment, self.steps_per_epoch),
            **formula.formula_slots(moment),
            "root": root_style(zones),
            "rate-note": zones_note(zones),
        }
        return {"step": moment.step, "panels": shown, "slots": slots}

    def _is_due(self, chart: Chart, settled: bool) -> bool:
        if not isinstance(chart, Surface3DChart):
            return True
        now = time.monotonic()
        if not settled and now - self._drawn_3d < SECONDS_BETWEEN_3D:
            return False
        self._drawn_3d = now
        return True

    def _loss(self) -> Chart:
        minimum = self.objective.minimum
        scale = self.switches.get(("loss", "scale"), "linear" if minimum is None else "log")
        return LossChart(self.objective, scale, batch=self.steps_per_epoch > 1)

    def _surface(self, grid: SurfaceGrid) -> Chart:
        if self.switches.get(("surface", "view")) == "3-D":
            return Surface3DChart(self.objective, grid)
        return SurfaceChart(self.objective, grid, self.optimizer.additive)

    def _model(self) -> Chart:
        if isinstance(self.objective, LinearRegression):
            return RegressionChart(self.objective)
        return CoordinatesChart(self.objective)
