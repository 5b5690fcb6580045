"""Paired seeds on the Compare tab: two settings over several seeds, with a verdict that bears being looked at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from core.experiments.paired_seeds import SeedComparison, compare_seeds
from core.experiments.seed_curves import seed_curves
from core.language import _
from core.number_text import significant
from widgets.experiments.experiment_part import ExperimentPart
from widgets.experiments.seeds_chart import seeds_panels, seeds_update
from widgets.experiments.seeds_setup import SeedsSetup, seeds_fields, seeds_setup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.config.training_config import TrainingConfig
    from core.engines.pool import EnginePool
    from core.experiments.background_experiment import BackgroundExperiment
    from core.store.kept_run import KeptRun
    from widgets.board.panel import Panel
    from widgets.experiments.experiment_form import FormField


class SeedsPart(ExperimentPart[SeedsSetup, SeedComparison]):
    """The form, the charts and the verdict."""

    def _texts(self) -> dict[str, str]:
        return {
            "title": _("Is one setting really better?"),
            "about": _("Both train with the same seeds: the same data, first weights and order of examples. You may "
                       "look and stop after every pair; the verdict allows for it."),
            "start": _("Compare over seeds"),
        }  # fmt: skip

    def _fields(self, runs: Sequence[KeptRun]) -> list[FormField]:
        return seeds_fields(runs)

    def _setup_of(self, values: Mapping[str, str], runs: Sequence[KeptRun]) -> SeedsSetup:
        return seeds_setup(values, runs)

    def _runs_of(self, setup: SeedsSetup) -> int:
        return 2 * setup.planned

    def _measure(self, setup: SeedsSetup, pool: EnginePool) -> Iterator[SeedComparison]:
        for comparison in compare_seeds(*setup.configs, pool, setup.planned):
            yield comparison
            if comparison.is_decided:
                return

    def _run_name(self, setup: SeedsSetup, config: TrainingConfig) -> str:
        first = setup.configs[0]
        side = setup.names[0 if config.replace(seed=first.seed) == first else 1]
        return _("{run}, seed {seed}", run=side, seed=config.seed)

    def _panels(self, setup: SeedsSetup) -> list[Panel]:
        return seeds_panels(setup.names, setup.colours)

    def _update(self, _setup: SeedsSetup, result: SeedComparison) -> dict[str, dict[str, Any]]:
        curves = seed_curves(result.pairs)
        return {} if curves is None else seeds_update(curves)

    def _sentences(self, setup: SeedsSetup, experiment: BackgroundExperiment[SeedComparison]) -> list[str]:
        comparison = experiment.latest
        if comparison is None:
            is_over = experiment.is_cancelled
            return [_("Cancelled before the first pair had ended.") if is_over else _("The first pair trains.")]
        said = [comparison.sentence(*setup.names), _evidence(comparison, setup)]
        detectable = comparison.verdict.detectable
        if math.isfinite(detectable):
            said.append(
                _("The smallest true difference that so many pairs show in four of five cases: {d}.",
                  d=significant(detectable, 3))
            )  # fmt: skip
        return said


def _evidence(comparison: SeedComparison, setup: SeedsSetup) -> str:
    done, planned = len(comparison.pairs), setup.planned
    if setup.configs[0].learns:
        return _("By the validation loss at the end, after {done} of {planned} pairs.", done=done, planned=planned)
    return _("By the loss at the end, after {done} of {planned} pairs.", done=done, planned=planned)
