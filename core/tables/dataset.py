"""A visitor's table as a data set."""

from __future__ import annotations

from core.datasets.dataset import CSV, Dataset
from core.tables.table import Prepared


def csv_dataset(prepared: Prepared) -> Dataset:
    """A visitor's table, prepared for what it is to predict, as a data set."""
    return Dataset(
        name=CSV,
        label="Your CSV",
        task=prepared.task,
        kind="table",
        make=lambda: prepared.examples,
        input_shape=(len(prepared.features),),
        target=prepared.target,
        source="your own file",
        licence="yours",
        classes=prepared.classes,
        features=prepared.features,
        examples=len(prepared.examples.x),
    )
