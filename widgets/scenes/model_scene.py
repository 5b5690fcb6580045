"""The scene of a model and its data: its charts, its cards and their updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.findings.validated_part import evaluated_counts
from core.geometry.blow_up import blow_up
from core.geometry.stability import RateZones
from core.history.layer_history import LAYER_POINTS
from core.language import _, language
from core.learning.facts import LearnerFacts
from core.learning.learner import Learner, build_learner
from core.notices import model_notices
from core.optimizers.registry import OPTIMIZERS
from core.probes.background_landscape import BackgroundLandscape
from core.probes.registry import CURVATURE, PROBES, WEIGHT_PATH, build_probes
from core.runs.run_summary import RunSummary, summary_of
from core.runs.status import Status
from core.training.build import build_trainer
from widgets.cards import cost_card, model_card_view, model_formula, model_number_strip
from widgets.cards.learning_rate_zones import no_zones_note, note_slot, zones_note
from widgets.cards.root_style import PREPARING, root_style
from widgets.charts.chart import chosen_of
from widgets.charts.model_moment import ModelMoment
from widgets.charts.training.landscape import FINDING, PLANE, LandscapeChart
from widgets.scenes.model_charts import MODEL_CHARTS
from widgets.scenes.scene_charts import SceneCharts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import keras
    import numpy as np

    from core.config.training_config import TrainingConfig
    from core.datasets.download import Progress
    from core.learning.setup import ModelSetup
    from core.notices.notice import Notice
    from core.probes.definition import ProbeDefinition
    from core.probes.probe_schedule import ProbeSchedule
    from core.remote.remote_run import RemoteRun
    from core.runs.any_run import AnyRun
    from core.training.trainer import Trainer
    from widgets.board.panel import Panel
    from widgets.charts.chart import Update
    from widgets.charts.model_chart import ModelChart
    from widgets.charts.origin import Origin
    from widgets.scenes.page_scene import Switches

SCREEN_POINTS = 500  # of a line: more than a chart has pixels to tell apart
UNKNOWN = RateZones(None, None, None)


class ModelScene:
    """The charts for the structural part of a config with which a model learns."""

    def __init__(
        self,
        setup: ModelSetup,
        switches: Switches,
        on_progress: Callable[[], None],
        make: Callable[[ModelSetup, Progress], Learner] = build_learner,
    ) -> None:
        """`on_progress` is called, in whichever thread, as data are downloaded or a landscape is computed.

        `make` gets the model and its data ready, in the run's worker.
        """
        self.setup, self.switches, self._make = setup, switches, make
        self.optimizer = OPTIMIZERS[setup.config.optimizer]
        self.learner: Learner | None = None  # stays None where the run trains in another process
        self.facts: LearnerFacts | None = None  # until the data are there
        self._downloaded: float | None = None
        self._on_progress = on_progress
        self._landscape = BackgroundLandscape(on_progress)
        self._charts = SceneCharts(MODEL_CHARTS, self.setup, self.switches)
        self.origin: Origin | None = None
        self._visible: frozenset[str] = frozenset()
        self._cards = ""
        self._cards_of: tuple[object, ...] = ()

    # ---- the run

    def build(self) -> Trainer:
        """The trainer, with data and model: takes seconds, and minutes where data are downloaded."""
        config = self.setup.config
        learner = self._make(self.setup, self._download)
        self.facts, self.learner = LearnerFacts.of(learner, evaluated_counts(learner)[1]), learner
        return build_trainer(config, learner.objective)

    @property
    def steps_per_epoch(self) -> int:
        """How many updates an epoch has; 1 until the data are there."""
        return 1 if self.facts is None else self.facts.updates_per_epoch

    def probes(self) -> ProbeSchedule:
        """Returns the probes of the run, once it is built."""
        assert self.learner is not None
        return build_probes(self.learner, self.optimizer)

    @property
    def initial(self) -> Sequence[np.ndarray]:
        """The weights the run starts from; () before it is built, when it starts there anyhow."""
        return () if self.learner is None else self.learner.objective.initial

    @property
    def model(self) -> keras.Model | None:
        """The model that is trained; None before it is built."""
        return None if self.learner is None else self.learner.objective.model

    def watch(self, run: AnyRun, visible: frozenset[str]) -> None:
        """Tells the run to look only for what the charts in `visible` show."""
        self._visible = visible
        plane = PLANE.option(chosen_of(self.switches, LandscapeChart.id))
        if self.learner is not None:
            self._landscape.follow(plane, self.learner.objective, run.findings.get(WEIGHT_PATH.name), run.step)
        drawn: list[ProbeDefinition[Any]] = [
            model_number_strip.PROBE,
            cost_card.PROBE,
            CURVATURE,  # the zones on the learning rate's track show it
        ]
        drawn += [chart.probe for chart in self._visible_charts().values() if chart.probe is not None]
        watched = frozenset(probe.name for probe in drawn) if visible else frozenset()
        run.watch(watched, layers=self._reads_layers, plane=plane)

    def close(self) -> None:
        """Ends what is computed in the background."""
        self._landscape.cancel()

    # ---- what stands still

    def panels(self) -> list[Panel]:
        """The cards, before anything was found."""
        return self._charts.panels()

    def switch(self, panel_id: str, name: str, value: str) -> None:
        """Chooses a variant of a chart; `panels` has it from now on."""
        self._charts.switch(panel_id, name, value)

    def strip(self) -> str:
        """The strip of numbers as HTML."""
        return model_number_strip.strip_html(self.setup)

    def formula(self) -> str:
        """The update rule as HTML."""
        return model_formula.formula_html(self.optimizer)

    def cards(self, runs: str) -> str:
        """Returns the card of the model's make as HTML, under `runs`, the HTML of the runs before this one."""
        if self._cards_of != (self.facts, runs, language()):
            card = None if self.facts is None else self.facts.card
            self._cards = runs + model_card_view.card_html(self.setup, card, self.facts)
            self._cards_of = (self.facts, runs, language())
        return self._cards

    # ---- what moves

    def moment(self, run: AnyRun) -> ModelMoment | None:
        """The run as last observed; None before that."""
        seen, record = run.observation, run.record
        if seen is None or record is None or self.facts is None:
            return None
        layers = record.layers if self._reads_layers else None
        landscape = self._landscape.finding
        findings = run.findings if landscape is None else {**run.findings, FINDING: landscape}
        rows = record.history.view_before(seen.step, SCREEN_POINTS)
        of_layers = {} if layers is None else layers.view_before(seen.step, LAYER_POINTS)
        bands = {} if layers is None else layers.bands_before(seen.step)
        # Nothing is looked for where a run diverged: what was not found before will not be.
        failed = frozenset(PROBES) if run.status is Status.DIVERGED else run.failed_probes
        return ModelMoment(
            seen, self.steps_per_epoch, rows, of_layers, run.marks, findings, record.layer_names, failed,
            run.failed_probes, run.status is Status.DIVERGED, run.total_steps, record.history.band_before(seen.step),
            bands, self.origin,
        )  # fmt: skip

    def blank_frame(self) -> dict[str, Any]:
        """Returns the frame before the run was first observed: no number that was not computed."""
        slots = {
            **model_number_strip.blank_slots(),
            **model_formula.blank_slots(self.optimizer),
            **cost_card.blank_slots(),
            "root": PREPARING,
            "rate-note": note_slot(""),
            "size-note": model_card_view.size_note(self.setup),
        }
        return {"step": 0, "panels": {}, "slots": slots}

    def frame(self, moment: ModelMoment, visible: frozenset[str], settled: bool) -> dict[str, Any]:
        """The update of every chart in `visible`, the numbers and the formula at `moment`."""
        charts = self._charts.drawn_at(moment.step, visible)
        shown = {
            id: self._said(charts[id], update, moment) for id, update in self._charts.updates(charts, moment).items()
        }
        limit = _limit(moment)
        zones = UNKNOWN if limit is None else RateZones(limit[1], None, None)
        slots = {
            **model_number_strip.moment_slots(moment),
            **model_formula.formula_slots(moment),
            **cost_card.cost_slots(moment),
            "root": root_style(zones),
            "rate-note": note_slot(self._rate_note(moment, limit)),
            "size-note": model_card_view.size_note(self.setup),
        }
        return {"step": moment.step, "panels": shown, "slots": slots}

    def _rate_note(self, moment: ModelMoment, limit: tuple[int, float | None] | None) -> str:
        if limit is None:
            return "" if CURVATURE.name in moment.failed else no_zones_note()
        step = None if limit[0] == moment.step else limit[0]
        return zones_note(RateZones(limit[1], None, None), step, bool(self.optimizer.slots))

    def _said(self, chart: ModelChart, update: Update, moment: ModelMoment) -> Update:
        """`update`, with a word where what the chart shows cannot be computed."""
        if chart.probe is None or chart.probe.name not in moment.faults:
            return update
        return {**update, "note": _("This cannot be computed, because of a fault in the program. Training goes on.")}

    def notice(self, run: AnyRun, moment: ModelMoment | None) -> Notice:
        """Returns what a good teacher would say now."""
        if moment is None or run.status is Status.PREPARING:
            return model_notices.preparing(self.setup, self._downloaded, run.awaited, is_built=moment is not None)
        return model_notices.of_run(self.setup, run, self.steps_per_epoch, moment.findings)

    def pace_slots(self, run: AnyRun) -> dict[str, Any]:
        """Returns the costs of the run so far and to its end."""
        config, facts = self.setup.config, self.facts
        if facts is None:
            return {}
        return cost_card.pace_slots(
            cost_card.Pace(
                run.step,
                run.total_steps,
                facts.n_examples,
                config.batch_size,
                run.seconds_played,
                run.seconds_per_update,
                run.steps_per_second(),
            )
        )

    def summary(self, run: AnyRun, config: TrainingConfig) -> RunSummary | None:
        """The run in numbers; None before its model is built."""
        return None if self.facts is None else summary_of(run, self.setup, self.facts, config)

    @property
    def background(self) -> object:
        """The state of what is computed and downloaded beside the run, in a form that changes as it moves on."""
        return self._downloaded, self._landscape.finding

    @property
    def _reads_layers(self) -> bool:
        return any(chart.reads_layers for chart in self._visible_charts().values())

    def _visible_charts(self) -> dict[str, ModelChart]:
        return self._charts.among(self._visible)

    def follow(self, run: RemoteRun) -> None:
        """Takes over what the process that trains has found out about data and model."""
        self.facts, self._downloaded = run.facts or self.facts, run.published.downloaded

    def _download(self, share: float) -> None:
        self._downloaded = share
        self._on_progress()


def _limit(moment: ModelMoment) -> tuple[int, float | None] | None:
    """The stability limit by the largest eigenvalue, with the step where that was found; None before it was.

    It is the newest one, or where the loss rose beyond all bounds the one from where it did.
    """
    found = moment.found(CURVATURE)
    if found is None or not len(found.steps):
        return None
    rise = blow_up(moment.rows) if moment.diverged else None
    if rise is None:
        return moment.findings[CURVATURE.name].step, found.limit
    return found.limit_at(rise.step, rise.until) or (rise.step, None)
