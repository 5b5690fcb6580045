"""The law of size and data on the Compare tab: is a budget better spent on data or on a larger model?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.experiments.size_data_grid import GridProgress, measure_size_data_law
from core.experiments.size_law import RATE_FACTORS
from core.language import _
from core.number_text import count_text, significant
from widgets.experiments.experiment_part import ExperimentPart
from widgets.experiments.size_data_chart import size_data_panel, size_data_update
from widgets.experiments.size_data_setup import SizeDataSetup, size_data_fields, size_data_setup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.config.training_config import TrainingConfig
    from core.engines.pool import EnginePool
    from core.experiments.background_experiment import BackgroundExperiment
    from core.experiments.size_data_law import Gain, SizeDataLaw
    from core.store.kept_run import KeptRun
    from widgets.board.panel import Panel
    from widgets.experiments.experiment_form import FormField


class SizeDataPart(ExperimentPart[SizeDataSetup, GridProgress]):
    """The form, the chart, and the answer with both gains."""

    def _texts(self) -> dict[str, str]:
        return {
            "title": _("More data or a larger model?"),
            "about": _("Models of growing size train on growing amounts of data for the same epochs, so that compute "
                       "grows with both. The law of their losses says what a budget gains, spent on either."),
            "start": _("Measure the law of size and data"),
        }  # fmt: skip

    def _fields(self, runs: Sequence[KeptRun]) -> list[FormField]:
        return size_data_fields(runs)

    def _setup_of(self, values: Mapping[str, str], runs: Sequence[KeptRun]) -> SizeDataSetup:
        return size_data_setup(values, runs)

    def _runs_of(self, setup: SizeDataSetup) -> int:
        return len(setup.sizes) * (len(RATE_FACTORS) + len(setup.amounts) * setup.seeds)

    def _measure(self, setup: SizeDataSetup, pool: EnginePool) -> Iterator[GridProgress]:
        return measure_size_data_law(setup.config, setup.sizes, setup.amounts, pool, setup.seeds, setup.budget)

    def _run_name(self, setup: SizeDataSetup, config: TrainingConfig) -> str:
        if config.epochs != setup.config.epochs or config.examples is None:
            return ""  # of a rate test
        return _("{count} parameters, {examples} examples, seed {seed}", count=count_text(config.size),
                 examples=count_text(config.examples), seed=config.seed)  # fmt: skip

    def _panels(self, setup: SizeDataSetup) -> list[Panel]:
        return [size_data_panel(setup.amounts)]

    def _update(self, _setup: SizeDataSetup, result: GridProgress) -> dict[str, dict[str, Any]]:
        return size_data_update(result)

    def _sentences(self, setup: SizeDataSetup, experiment: BackgroundExperiment[GridProgress]) -> list[str]:
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
        return said


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
