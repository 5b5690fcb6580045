"""The law of model size on the Compare tab: it foretells the next larger model before that trains, and is graded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.language import _
from core.laws.foretelling import keep_grades
from core.laws.law_progress import RUNS_OF_A_RATE_TEST, LawProgress, climb
from core.number_format import format_number
from core.number_text import count_text, significant
from widgets.experiments.experiment_part import ExperimentPart
from widgets.experiments.law_chart import law_panel, law_update
from widgets.experiments.law_setup import LawSetup, law_fields, law_setup
from widgets.experiments.prediction_texts import foretold_text, graded_text, score_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.config.training_config import TrainingConfig
    from core.engines.pool import EnginePool
    from core.experiments.background_experiment import BackgroundExperiment
    from core.laws.power_law import ScalingLaw
    from core.store.kept_run import KeptRun
    from widgets.board.panel import Panel
    from widgets.experiments.experiment_form import FormField


class LawPart(ExperimentPart[LawSetup, LawProgress]):
    """The form, the chart, what the law says, and the running score of its predictions."""

    def _texts(self) -> dict[str, str]:
        return {
            "title": _("What would a larger model gain?"),
            "about": _("Models of growing size train, each at the best rate of a small test. From the fourth on, their "
                       "loss is foretold by the law of the smaller ones before they train."),
            "start": _("Measure the law of size"),
        }  # fmt: skip

    def _fields(self, runs: Sequence[KeptRun]) -> list[FormField]:
        return law_fields(runs)

    def _setup_of(self, values: Mapping[str, str], runs: Sequence[KeptRun]) -> LawSetup:
        return law_setup(values, runs)

    def _runs_of(self, setup: LawSetup) -> int:
        return len(setup.sizes) * (RUNS_OF_A_RATE_TEST + setup.seeds)

    def _measure(self, setup: LawSetup, pool: EnginePool) -> Iterator[LawProgress]:
        store = self._store()
        for progress in climb(setup.config, setup.sizes, pool, setup.seeds):
            keep_grades(store, "size", progress.rungs[-1].graded)
            yield progress

    def _run_name(self, setup: LawSetup, config: TrainingConfig) -> str:
        if config.epochs != setup.config.epochs:
            return ""  # of a rate test
        return _("{count} parameters, seed {seed}", count=count_text(config.size), seed=config.seed)

    def _panels(self, _setup: LawSetup) -> list[Panel]:
        return [law_panel()]

    def _update(self, _setup: LawSetup, result: LawProgress) -> dict[str, dict[str, Any]]:
        return law_update(result)

    def _sentences(self, setup: LawSetup, experiment: BackgroundExperiment[LawProgress]) -> list[str]:
        progress = experiment.latest
        if progress is None or progress.law is None:
            done = 0 if progress is None else len(progress.rungs)
            return [_("{done} of {all} sizes have trained; a law needs three.", done=done, all=len(setup.sizes))]
        said = [_law_text(progress.law), _floor_text(progress.law)]
        graded = [run for rung in progress.rungs for run in rung.graded]
        if progress.foretold is not None:
            said.append(foretold_text(progress.foretold))
        said += map(graded_text, graded[-setup.seeds :])
        return [*said, *score_texts(self._store().predictions.of("size"))]


def _law_text(law: ScalingLaw) -> str:
    share, exponent = format_number(round(100 * (1 - 2**-law.exponent))), significant(law.exponent, 2)
    return _("The loss above its floor falls by {share} % with each doubling (exponent {exponent}).",
             share=share, exponent=exponent)  # fmt: skip


def _floor_text(law: ScalingLaw) -> str:
    if not law.floor_is_known:
        return _("The floor that no size gets below is unknown: these runs do not show one.")
    low, high = law.floor_interval
    return _("No size gets below {floor} ({low} to {high}).", floor=significant(law.floor, 3),
             low=significant(low, 3), high=significant(high, 3))  # fmt: skip
