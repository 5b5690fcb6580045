"""What a person asks a law of size and data to be measured of: a kept run's settings on a grid of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.field import ConfigError
from core.language import _
from core.laws.size_data_plan import SizeDataPlan
from widgets.experiments.experiment_form import FormField
from widgets.experiments.law_setup import law_setup, numbers, runs_of_models

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.store.kept_run import KeptRun

GROWTHS, COUNTS, SEEDS = ("2", "3", "4"), ("3", "4", "5"), ("1", "2", "3")
BUDGETS = ("2", "4", "10", "100")  # times the compute of the largest run


def size_data_fields(runs: Sequence[KeptRun]) -> list[FormField]:
    """The fields of the form, with the newest of `runs` of models to choose from."""
    known = runs_of_models(runs)
    return [
        FormField("run", _("Model and data of"), known[0][0] if known else "", known or (("", "–"),)),
        FormField("smallest", _("Parameters of the smallest"), "100"),
        FormField("fewest", _("Examples of the fewest"), "50"),
        FormField("growth", _("Each larger by"), "2", numbers(GROWTHS)),
        FormField("count", _("Sizes, and amounts of data"), "4", numbers(COUNTS)),
        FormField("seeds", _("Seeds a pair"), "2", numbers(SEEDS)),
        FormField("budget", _("Compute budget, times the largest run"), "4", numbers(BUDGETS)),
    ]


def size_data_setup(values: Mapping[str, str], runs: Sequence[KeptRun]) -> SizeDataPlan:
    """What the `values` of the form ask for; raises ConfigError, one sentence, where there can be no law."""
    of_size = law_setup(values, runs)
    config, growth = of_size.config, int(values["growth"])
    fewest = config.replace(train_examples=values["fewest"]).train_examples
    if fewest is None:
        raise ConfigError(_("Say how many examples the smallest amount of data has."))
    amounts = tuple(fewest * growth**place for place in range(int(values["count"])))
    return SizeDataPlan.of(config, of_size.sizes, amounts, of_size.seeds, float(values["budget"]))
