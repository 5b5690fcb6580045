"""The scene of a line or surface and its optimizer: its charts, its formula and their updates."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.geometry.blow_up import NO_ZONES, blow_up, zones_at
from core.geometry.step_view import step_view
from core.notices import surface_notices, waiting
from core.runs.status import Status
from core.training.build import build_trainer
from widgets.cards import formula, number_strip
from widgets.cards.learning_rate_zones import note_slot, zones_note
from widgets.cards.root_style import PREPARING, root_style
from widgets.charts.moment import Moment
from widgets.charts.surface.plane_chart import PlaneChart, PlaneSetup
from widgets.scenes.scene_charts import SceneCharts
from widgets.scenes.surface_charts import SURFACE_CHARTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.config.training_config import TrainingConfig
    from core.geometry.stability import RateZones
    from core.notices.notice import Notice
    from core.runs.any_run import AnyRun
    from core.training.step_record import Observation
    from core.training.trainer import Trainer
    from widgets.board.panel import Panel
    from widgets.charts.origin import Origin
    from widgets.scenes.page_scene import Switches

SCREEN_POINTS = 500  # of a line: more than a chart has pixels to tell apart
SHOWN_COLUMNS = ("step", "loss", "parameter_0", "parameter_1")  # of the history


@dataclass
class SurfaceScene:
    """The charts for the structural part of a config. `switches` say which variant of a chart is chosen."""

    config: TrainingConfig
    switches: Switches = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._setup = PlaneSetup.of(self.config)
        self.objective, self.optimizer = self._setup.objective, self._setup.optimizer
        self.steps_per_epoch = self._setup.steps_per_epoch
        self._charts = SceneCharts(SURFACE_CHARTS, self._setup, self.switches)
        self._drawn_at: dict[str, float] = {}  # chart -> when a frame had it
        self.origin: Origin | None = None

    def panels(self) -> list[Panel]:
        """The cards, with the figures that do not change from step to step drawn in."""
        return self._charts.panels()

    def build(self) -> Trainer:
        """The trainer; imports TensorFlow."""
        return build_trainer(self.config, self.objective)

    @property
    def initial(self) -> Sequence[np.ndarray]:
        """The point the run starts from."""
        return self.objective.initial

    def strip(self) -> str:
        """The strip of numbers as HTML."""
        return number_strip.strip_html(self.objective.parameter_names)

    def notice(self, run: AnyRun, moment: Moment | None) -> Notice:
        """Returns what a good teacher would say now."""
        if moment is None:
            return waiting.preparing(run.awaited)
        if run.status is Status.DIVERGED:
            return surface_notices.diverged(moment.step, moment.seen, moment.view, moment.blow_up)
        return surface_notices.progress(self.objective, self.optimizer, moment.seen, moment.view)

    def switch(self, panel_id: str, name: str, value: str) -> None:
        """Chooses a variant of a chart; `panels` has it from now on."""
        self._charts.switch(panel_id, name, value)

    def formula(self) -> str:
        """The update rule as HTML."""
        return formula.formula_html(self.objective, self.optimizer)

    def moment(self, run: AnyRun) -> Moment | None:
        """The run as last observed; None before that."""
        seen, history = run.observation, run.history
        if seen is None or history is None:
            return None
        rows = history.view_before(seen.step, SCREEN_POINTS, SHOWN_COLUMNS)
        view = step_view(self.objective, self.optimizer, seen)
        if run.status is not Status.DIVERGED:
            band = history.band_before(seen.step)
            return Moment(seen, view, rows, run.marks, total_steps=run.total_steps, band=band, origin=self.origin)
        rise = blow_up(rows)
        if rise is not None:
            view = replace(view, zones=self._zones_at(rise.step, rows, seen))
        elif surface_notices.fell_without_bound(seen, rise):
            view = replace(view, zones=NO_ZONES)
        total, origin = run.total_steps, self.origin
        return Moment(seen, view, rows, run.marks, diverged=True, blow_up=rise, total_steps=total, origin=origin)

    def _zones_at(self, step: int, rows: Mapping[str, np.ndarray], seen: Observation) -> RateZones:
        """The zones where the run stood at `step`, which is one of `rows`."""
        (row,) = np.flatnonzero(rows["step"] == step)
        point = np.array([rows["parameter_0"][row], rows["parameter_1"][row]])
        return zones_at(self.objective, self.optimizer, point, seen.hyper)

    def blank_frame(self) -> dict[str, Any]:
        """Returns the frame before the run was first observed: no number that was not computed."""
        slots = {
            **number_strip.blank_slots(),
            **formula.blank_slots(self.optimizer),
            "root": PREPARING,
            "rate-note": note_slot(""),
        }
        return {"step": 0, "panels": {}, "slots": slots}

    def frame(self, moment: Moment, visible: frozenset[str], settled: bool) -> dict[str, Any]:
        """The update of every chart in `visible`, the numbers and the formula at `moment`.

        A chart that is slow to draw is left out of some frames, unless the run has `settled` there.
        """
        zones = moment.view.zones
        charts = self._charts.drawn_at(moment.step, visible)
        due = {id: chart for id, chart in charts.items() if self._is_due(chart, settled)}
        slots = {
            **number_strip.moment_slots(moment, self.steps_per_epoch),
            **formula.formula_slots(moment),
            "root": root_style(zones),
            "rate-note": note_slot(
                zones_note(zones, None if moment.blow_up is None else moment.blow_up.step, bool(self.optimizer.slots))
            ),
        }
        return {"step": moment.step, "panels": self._charts.updates(due, moment), "slots": slots}

    def _is_due(self, chart: PlaneChart, settled: bool) -> bool:
        now = time.monotonic()
        if not settled and now - self._drawn_at.get(chart.id, -math.inf) < chart.seconds_between:
            return False
        self._drawn_at[chart.id] = now
        return True
