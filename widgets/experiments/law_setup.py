"""What a person asks a law to be measured of: a kept run's settings at growing sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.field import ConfigError
from core.language import _
from widgets.experiments.experiment_form import FormField
from widgets.experiments.seeds_setup import MOST_RUNS, repeatable_config

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.config.training_config import TrainingConfig
    from core.store.kept_run import KeptRun

GROWTHS, COUNTS, SEEDS = ("2", "3", "4"), ("4", "5", "6", "7"), ("1", "2", "3", "5")


@dataclass(frozen=True)
class LawSetup:
    """The settings but for their size, the sizes in parameters, and how many seeds train at each."""

    config: TrainingConfig
    sizes: tuple[int, ...]
    seeds: int


def law_fields(runs: Sequence[KeptRun]) -> list[FormField]:
    """The fields of the form, with the newest of `runs` of models to choose from."""
    known = runs_of_models(runs)
    return [
        FormField("run", _("Model and data of"), known[0][0] if known else "", known or (("", "–"),)),
        FormField("smallest", _("Parameters of the smallest"), "100"),
        FormField("growth", _("Each larger by"), "2", numbers(GROWTHS)),
        FormField("count", _("Sizes"), "5", numbers(COUNTS)),
        FormField("seeds", _("Seeds a size"), "3", numbers(SEEDS)),
    ]


def law_setup(values: Mapping[str, str], runs: Sequence[KeptRun]) -> LawSetup:
    """What the `values` of the form ask for; raises ConfigError, one sentence, where there can be no law."""
    run = next((run for run in runs if run.id == values["run"]), None)
    if run is None:
        raise ConfigError(_("A law of size needs a run of a model: train one first."))
    config = repeatable_config(run)
    if not config.learns:
        raise ConfigError(_("A law of size needs a run of a model: train one first."))
    smallest, growth = config.replace(size=values["smallest"]).size, int(values["growth"])
    sizes = tuple(smallest * growth**place for place in range(int(values["count"])))
    config.replace(size=sizes[-1])  # refuses what is too large
    return LawSetup(config, sizes, int(values["seeds"]))


def runs_of_models(runs: Sequence[KeptRun]) -> tuple[tuple[str, str], ...]:
    """The newest of `runs` that trained a model, as the options of a menu."""
    return tuple((run.id, run.title) for run in runs if run.metric)[:MOST_RUNS]


def numbers(options: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Numbers as the options of a menu."""
    return tuple((option, option) for option in options)
