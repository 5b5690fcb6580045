"""The law of size and data on the Compare tab: is a budget better spent on data or on a larger model?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.language import _
from core.laws.foretelling import keep_grades
from core.laws.size_data_grid import GridProgress, measure_size_data_law
from core.laws.size_data_plan import SizeDataPlan
from core.laws.size_law import RATE_FACTORS
from core.number_text import count_text, significant
from widgets.experiments.experiment_part import ExperimentPart
from widgets.experiments.prediction_texts import foretold_text, graded_text, score_texts
from widgets.experiments.size_data_chart import size_data_panel, size_data_update
from widgets.experiments.size_data_setup import size_data_fields, size_data_setup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.config.training_config import TrainingConfig
    from core.engines.pool import EnginePool
    from core.experiments.background_experiment import BackgroundExperiment
    from core.laws.size_data_law import Gain, SizeDataLaw
    from core.store.kept_run import KeptRun
    from widgets.board.panel import Panel
    from widgets.experiments.experiment_form import FormField


class SizeDataPart(ExperimentPart[SizeDataPlan, GridProgress]):
    """The form, the chart, and the answer with both gains."""

    def _texts(self) -> dict[str, str]:
        return {
            "title": _("More data or a larger model?"),
            "about": _("Models of growing size train on growing amounts of data for the same epochs, so that compute "
                       "grows with both. The law of their losses says what a budget gains, spent on either; "
                       "it foretells each larger run before it trains. Runs of a seed are judged by the same held-out "
                       "examples, however few they train on."),
            "start": _("Measure the law of size and data"),
        }  # fmt: skip

    def _fields(self, runs: Sequence[KeptRun]) -> list[FormField]:
        return size_data_fields(runs)

    def _setup_of(self, values: Mapping[str, str], runs: Sequence[KeptRun]) -> SizeDataPlan:
        return size_data_setup(values, runs)

    def _runs_of(self, setup: SizeDataPlan) -> int:
        tested = {*setup.sizes, *(size for size, _examples in setup.checks)}
        pairs = len(setup.sizes) * len(setup.amounts) + len(setup.checks)
        return len(tested) * len(RATE_FACTORS) + pairs * setup.seeds

    def _measure(self, setup: SizeDataPlan, pool: EnginePool) -> Iterator[GridProgress]:
        store, kept = self._store(), 0
        for progress in measure_size_data_law(setup, pool):
            keep_grades(store, "size and data", progress.graded[kept:])
            kept = len(progress.graded)
            yield progress

    def _run_name(self, setup: SizeDataPlan, config: TrainingConfig) -> str:
        if config.epochs != setup.config.epochs or config.train_examples is None:
            return ""  # of a rate test
        return _("{count} parameters, {examples} examples, seed {seed}", count=count_text(config.size),
                 examples=count_text(config.train_examples), seed=config.seed)  # fmt: skip

    def _panels(self, setup: SizeDataPlan) -> list[Panel]:
        return [size_data_panel(setup.all_amounts)]

    def _update(self, setup: SizeDataPlan, result: GridProgress) -> dict[str, dict[str, Any]]:
        return size_data_update(result, setup)

    def _sentences(self, setup: SizeDataPlan, experiment: BackgroundExperiment[GridProgress]) -> list[str]:
        progress = experiment.latest
        if progress is None or progress.law is None or progress.gains is None or progress.best_split is None:
            done, pairs = 0 if progress is None else len(progress.cells), len(setup.sizes) * len(setup.amounts)
            return [_("{done} of {all} pairs of size and data have trained; a law needs three of each.",
                      done=done, all=pairs)]  # fmt: skip
        gains, (larger, more) = progress.gains, progress.best_split
        said = [
            _answer(gains.advice),
            _("{factor} times the compute of the largest run: a model {factor} times as large lowers the loss by "
              "{model}, {factor} times the data by {data}.", factor=significant(setup.budget, 1),
              model=_gain_text(gains.model), data=_gain_text(gains.data)),
            _law_text(progress.law), _floor_text(progress.law),
        ]  # fmt: skip
        if larger >= 1 and more >= 1:
            said.insert(2, _("By the law the budget is spent best on both: a model {larger} times as large and {more} "
                             "times the data.", larger=significant(larger, 2), more=significant(more, 2)))  # fmt: skip
        return [
            *said, *_check_texts(setup, progress), *map(foretold_text, progress.foretold),
            *map(graded_text, progress.graded[-setup.seeds * max(1, len(setup.checks)) :]),
            *score_texts(self._store().predictions.of("size and data")),
        ]  # fmt: skip


def _check_texts(setup: SizeDataPlan, progress: GridProgress) -> list[str]:
    """What a larger model and more data have really brought, once both have trained."""
    means = {(cell.size, cell.examples): np.mean(cell.losses) for cell in progress.cells}
    brought = [means[setup.sizes[-1], setup.amounts[-1]] - means[pair] for pair in setup.checks if pair in means]
    if len(brought) < 2 or not np.isfinite(brought).all():
        return []
    growth = setup.sizes[-1] / setup.sizes[-2]
    return [_("Then measured: a model {factor} times as large lowered the loss by {model}, {factor} times the data by "
              "{data}.", factor=significant(growth, 1), model=significant(float(brought[0]), 2),
              data=significant(float(brought[1]), 2))]  # fmt: skip


def _answer(advice: str) -> str:
    if advice == "model":
        return _("A larger model: it gains more than more data do, beyond the scatter of these runs.")
    if advice == "data":
        return _("More data: they gain more than a larger model does, beyond the scatter of these runs.")
    return _("Not decided: these runs do not tell which of both gains more.")


def _gain_text(gain: Gain) -> str:
    return _("{gain} ({low} to {high})", gain=significant(gain.gain, 2), low=significant(gain.low, 2),
             high=significant(gain.high, 2))  # fmt: skip


def _law_text(law: SizeDataLaw) -> str:
    size, data = law.exponents
    return _("The loss falls with size by the exponent {size} and with data by {data}.", size=significant(size, 2),
             data=significant(data, 2))  # fmt: skip


def _floor_text(law: SizeDataLaw) -> str:
    if not law.floor_is_known:
        return _("The floor that no size and no data get below is unknown: these runs do not show one.")
    low, high = law.floor_interval
    return _("No size and no data get below {floor} ({low} to {high}).", floor=significant(law.floor, 3),
             low=significant(low, 3), high=significant(high, 3))  # fmt: skip
