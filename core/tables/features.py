"""The columns of a table as features: numbers as they are, a category as one feature a value, a date as its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.columns.date_cells import date_features
from core.columns.sentences import listed
from core.field import ConfigError
from core.language import _, ngettext
from core.number_format import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.columns.column import Column
    from core.tables.table import Table

MOST_FEATURES = 1_000


def features_of(table: Table, target: str, kept: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """The features float64 (rows, features), nan for missing numbers, and their names.

    Args:
        table: the table.
        target: the column that is to be predicted and so is none of them.
        kept: the indices of the rows that are used.

    Raises:
        ConfigError: no other column can be learned from, or they make more than 1000 features.
    """
    parts: list[np.ndarray] = []
    names: list[str] = []
    for column in table.columns:
        if column.name == target or not column.is_used:
            continue
        if column.texts is not None and len(names) + column.n_values > MOST_FEATURES:
            raise ConfigError(_too_many())
        made = _features_of(column, kept)
        parts += made.values()
        names += made
    if len(names) > MOST_FEATURES:
        raise ConfigError(_too_many())
    if not parts:
        raise ConfigError(_("No other column is left from which to predict {target}.", target=target))
    return np.column_stack(parts), tuple(names)


def _too_many() -> str:
    limit = format_number(MOST_FEATURES)
    return _("The columns make more than {limit} features; leave some out.", limit=limit)


def _features_of(column: Column, kept: np.ndarray) -> dict[str, np.ndarray]:
    if column.numbers is not None:
        return {column.name: column.numbers[kept]}
    if column.dates is not None:
        made = date_features(column.dates)
        return {_part_name(column.name, part): values[kept] for part, values in made.items()}
    codes = column.codes[kept]
    return {f"{column.name}: {label}": (codes == code).astype(float) for code, label in enumerate(column.labels)}


def _part_name(name: str, part: str) -> str:
    """The name of a date's part; a plain str, for it names the feature whatever language comes later."""
    names = {
        "days": _("{column}: days since the first", column=name),
        "month": _("{column}: month", column=name),
        "day": _("{column}: day of the month", column=name),
        "weekday": _("{column}: day of the week", column=name),
        "hour": _("{column}: hour", column=name),
    }
    return str(names[part])


def notes_on_features(table: Table, target: str) -> list[str]:
    """Sentences on what is left out and what is made of the columns that are used."""
    others = [column for column in table.columns if column.name != target]
    of_kind = {kind: [c.name for c in others if c.kind == kind and c.n_values > 1] for kind in ("id", "text", "date")}
    constant = [column.name for column in others if column.n_values < 2]
    categories = [column.name for column in others if column.kind == "category" and column.n_values > 1]
    missing = [c.name for c in others if c.kind in ("number", "date") and c.n_values > 1 and c.missing]
    return [
        *_note(of_kind["id"], _left_out_ids),
        *_note(of_kind["text"], _left_out_texts),
        *_note(constant, _left_out_constant),
        *_note(of_kind["date"], _of_dates),
        *_note([c.name for c in table.columns if c.dates and c.dates.order == "either"], _of_doubtful_days),
        *_note([c.name for c in table.columns if c.dates and c.dates.short_years], _of_short_years),
        *_note(categories, _of_categories),
        *_note(missing, _of_missing),
    ]


def _note(names: Sequence[str], sentence: Callable[[Sequence[str]], str]) -> Iterable[str]:
    return [sentence(names)] if names else []


def _left_out_ids(names: Sequence[str]) -> str:
    return _("Left out, since it only names the row: {names}.", names=listed(names))


def _left_out_texts(names: Sequence[str]) -> str:
    return _("Left out, since it is text of many different values: {names}.", names=listed(names))


def _left_out_constant(names: Sequence[str]) -> str:
    return _("Left out, since it is the same in every row or empty: {names}.", names=listed(names))


def _of_dates(names: Sequence[str]) -> str:
    return _("Dates become days, months, weekdays and hours, as far as these vary: {names}.", names=listed(names))


def _of_doubtful_days(names: Sequence[str]) -> str:
    return _(
        "No cell tells day and month apart; they are read day first where points part them, else month first: {names}.",
        names=listed(names),
    )


def _of_short_years(names: Sequence[str]) -> str:
    return _("Years of two digits are read as 1930 to 2029: {names}.", names=listed(names))


def _of_categories(names: Sequence[str]) -> str:
    return ngettext(
        "One column of categories becomes one feature for each value: {names}.",
        "{count} columns of categories become one feature for each value: {names}.",
        len(names),
        names=listed(names),
    )


def _of_missing(names: Sequence[str]) -> str:
    return ngettext(
        "Missing values count as the mean in one column: {names}.",
        "Missing values count as the mean in {count} columns: {names}.",
        len(names),
        names=listed(names),
    )
