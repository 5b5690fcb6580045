"""What a person asks to be compared over seeds: two kept runs, or one and a change of one of its settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config.relevance import relevant_fields
from core.config.training_config import FIELDS
from core.datasets.dataset import CSV
from core.experiments.paired_verdict import LEVEL_OF_A_LOOK
from core.field import ConfigError
from core.language import _, shown
from core.store.run_title import value_text
from widgets.experiments.experiment_form import FormField

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.config.training_config import TrainingConfig
    from core.store.kept_run import KeptRun

CHANGED = "changed"  # in the place of a second run
MOST_RUNS = 100  # in a menu
SEEDS = tuple(LEVEL_OF_A_LOOK)
NOT_CHANGED = frozenset({"problem", "seed", "points"})


@dataclass(frozen=True)
class SeedsSetup:
    """Two settings by names and colours, and over how many seeds at most they are compared."""

    configs: tuple[TrainingConfig, TrainingConfig]
    names: tuple[str, str]
    colours: tuple[str, str]
    planned: int


def seeds_fields(runs: Sequence[KeptRun]) -> list[FormField]:
    """The fields of the form, with the newest of `runs` to choose from."""
    known = tuple((run.id, run.title) for run in runs[:MOST_RUNS])
    other = (CHANGED, _("the same with another setting"))
    settings = tuple((name, shown(field.label)) for name, field in FIELDS.items() if name not in NOT_CHANGED)
    seeds = tuple((str(count), str(count)) for count in SEEDS)
    return [
        FormField("first", _("First"), known[0][0] if known else "", known or (("", "–"),)),
        FormField("second", _("Second"), CHANGED, (other, *known)),
        FormField("setting", _("Setting"), "learning_rate", settings, "second", CHANGED),
        FormField("value", _("Value of the second"), "0.1", (), "second", CHANGED),
        FormField("seeds", _("Seeds, at most"), "8", seeds),
    ]


def seeds_setup(values: Mapping[str, str], runs: Sequence[KeptRun]) -> SeedsSetup:
    """What the `values` of the form ask for; raises ConfigError, one sentence, where that cannot be compared."""
    by_id = {run.id: run for run in runs}
    first = _run(by_id, values["first"])
    config = repeatable_config(first)
    if values["second"] == CHANGED:
        name = values["setting"]
        other = _changed(config, name, values["value"])
        second, colour = f"{shown(FIELDS[name].label)} {value_text(name, getattr(other, name))}", first.colour
    else:
        run = _run(by_id, values["second"])
        other, second, colour = repeatable_config(run), run.title, run.colour
    if other.problem != config.problem:
        raise ConfigError(_("These runs are of two problems, whose losses cannot be compared."))
    if other == config.replace(seed=other.seed):
        raise ConfigError(_("Both have the same settings; choose another value or another run."))
    if colour == first.colour:
        colour = (colour + 1) % 10
    colours = tuple(f"var(--dl-run-{number})" for number in (first.colour, colour))
    return SeedsSetup((config, other), (first.title, second), (colours[0], colours[1]), int(values["seeds"]))


def repeatable_config(run: KeptRun) -> TrainingConfig:
    """The settings of a kept run; raises ConfigError where it cannot be trained again from these alone."""
    config = run.config
    if config.problem == CSV or (run.data and not config.learns):
        raise ConfigError(_("{run} learned from data of your own, which are not kept with it.", run=run.title))
    return config


def _run(runs: Mapping[str, KeptRun], id: str) -> KeptRun:
    if id not in runs:
        raise ConfigError(_("That run is kept no longer."))
    return runs[id]


def _changed(config: TrainingConfig, name: str, text: str) -> TrainingConfig:
    if name not in relevant_fields(config):
        raise ConfigError(_("{label} changes nothing in this run.", label=shown(FIELDS[name].label)))
    return config.replace(**{name: _option(name, text)})


def _option(name: str, text: str) -> object:
    """The value that `text` names: a choice by its label too, nothing by an empty text."""
    field = FIELDS[name]
    if field.kind != "choice":
        return text.strip() or None
    wanted = text.strip().casefold()
    return next(
        (value for label, value in field.options if wanted in (str(value).casefold(), shown(label).casefold())), text
    )
