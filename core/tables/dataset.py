"""A visitor's table as a data set."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from core.datasets.dataset import CSV, Dataset
from core.field import ConfigError
from core.language import N_, _

if TYPE_CHECKING:
    from core.datasets.split import Examples
    from core.tables.preparation import Prepared


def _no_table() -> Examples:
    raise ConfigError(_("There is no table yet: upload a CSV file to train on it."))


# The data set before a file was uploaded; its arrays cannot be had.
NO_TABLE = Dataset(
    name=CSV,
    label=N_("Your CSV"),
    task="regression",
    kind="table",
    make=_no_table,
    input_shape=(1,),
    target="",
    source=N_("your own file"),
    licence=N_("yours"),
    suggested={"learning_rate": 0.003},
)


def csv_dataset(prepared: Prepared) -> Dataset:
    """The data set of a visitor's table, prepared for what it is to predict."""
    of_table = replace(
        NO_TABLE,
        task=prepared.task,
        make=partial(_examples_of, prepared),
        input_shape=prepared.examples.x.shape[1:],
        target=prepared.target,
        classes=prepared.classes,
        features=prepared.features,
        examples=len(prepared.examples.x),
    )
    if prepared.series is None:
        return of_table
    return replace(of_table, kind="sequence", target=prepared.features[0], ordered=True, forecast=prepared.series)


def _examples_of(prepared: Prepared) -> Examples:
    """The examples of `prepared`; a named function, since a data set travels to the process that trains."""
    return prepared.examples
