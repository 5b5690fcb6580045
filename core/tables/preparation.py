"""One column of a table becomes the target and the others features; `notes` say what was decided on the way.

Missing numbers stay nan here: standardizing replaces them by the training mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.datasets.series import Series
from core.datasets.split import Examples
from core.field import ConfigError
from core.language import _, ngettext
from core.number_format import format_number
from core.tables.features import features_of, notes_on_features
from core.tables.forecast import FEWEST_TIMES, forecast_of
from core.tables.remarks import remarks_on
from core.tables.target import MOST_CLASSES, TASKS, TableTask, suggest_target, suggest_task

if TYPE_CHECKING:
    from core.columns.column import Column
    from core.datasets.series import SeriesForecast
    from core.tables.table import Table

FEWEST_ROWS = 10


@dataclass(frozen=True)
class Prepared:
    """A table ready to be learned: x float64 (n, features) with nan for missing, y as the task needs it.

    `notes` are sentences on what was left out or replaced. A forecast has a `series` and examples made of it.
    """

    examples: Examples
    task: TableTask
    target: str
    features: tuple[str, ...]
    classes: tuple[str, ...]
    notes: tuple[str, ...]
    series: SeriesForecast | None = None


def prepare(table: Table, target: str | None = None, task: str | None = None) -> Prepared:
    """The table as examples that predict the column `target` as `task`; both are guessed where None.

    Rows whose target is missing are left out.

    Raises:
        ConfigError: nothing could be learned, for there is no such column, there are fewer than 10 rows or no
            features, or the target has one value, too many classes or no numbers.
    """
    target = suggest_target(table) if target is None else target
    column = table.column(target)
    task = suggest_task(column) if task is None else task
    learned = next((known for known in TASKS if known == task), None)
    if learned is None:
        raise ConfigError(_("A table can be learned as classification, as regression or as a forecast."))
    kept = np.flatnonzero(column.known)
    notes = [*table.notes, *_notes_on_target(column, table.n_rows - len(kept))]
    if len(kept) < FEWEST_ROWS:
        raise ConfigError(_too_few(len(kept)))
    if column.n_values < 2:
        raise ConfigError(_("Every row has the same {target}, so there is nothing to predict.", target=target))
    if learned == "forecast":
        return _forecast(table, column, notes)
    classifies = learned == "classification"
    y, classes = _classes_of(column, kept) if classifies else (_quantities_of(column, kept), ())
    x, features = features_of(table, target, kept)
    notes += [*remarks_on(table, target, classifies), *notes_on_features(table, target)]
    return Prepared(Examples(x, y), learned, target, features, classes, tuple(notes))


def _forecast(table: Table, column: Column, notes: list[str]) -> Prepared:
    times = table.times()
    if times is None or len(times) < FEWEST_TIMES:
        raise ConfigError(
            _("A forecast needs a column of dates or years that rise from row to row, at least {fewest} of them.",
              fewest=FEWEST_TIMES)
        )  # fmt: skip
    levels = _quantities_of(column, np.arange(table.n_rows))
    known = np.isfinite(levels)
    filled = np.interp(np.arange(len(levels)), np.flatnonzero(known), levels[known])
    series = forecast_of(Series(times, filled))
    name = str(_("change of {target}", target=column.name))
    notes.append(
        ngettext(
            "The next change of {target} is predicted from the one before; the end of the series is held out.",
            "The next change of {target} is predicted from the {count} before; the end of the series is held out.",
            series.window,
            target=column.name,
        )
    )
    return Prepared(series.examples(), "forecast", column.name, (name,), (), tuple(notes), series)


def _too_few(rows: int) -> str:
    return ngettext(
        "There is one row to learn from; {fewest} are needed.",
        "There are {count} rows to learn from; {fewest} are needed.",
        rows,
        fewest=FEWEST_ROWS,
    )


def _notes_on_target(column: Column, dropped: int) -> list[str]:
    if not dropped:
        return []
    note = ngettext(
        "One row is left out, because {target} has no usable value there.",
        "{count} rows are left out, because {target} has no usable value there.",
        dropped,
        count=format_number(dropped),
        target=column.name,
    )
    return [note]


def _classes_of(column: Column, kept: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    if column.n_values > MOST_CLASSES:
        raise ConfigError(_too_many_classes(column))
    return column.codes[kept].astype(np.int32), column.labels


def _too_many_classes(column: Column) -> str:
    return _(
        "The column {name} has {count} different values; at most {limit} classes can be told apart.",
        name=column.name,
        count=format_number(column.n_values),
        limit=MOST_CLASSES,
    )


def _quantities_of(column: Column, kept: np.ndarray) -> np.ndarray:
    if column.numbers is None:
        raise ConfigError(_("The column {name} is text, so it can only be learned as classes.", name=column.name))
    return column.numbers[kept]
