"""What a teacher would say of a table before anything is learned from it."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from core.columns.sentences import listed
from core.language import _, ngettext
from core.number_format import format_number, shortest
from core.number_text import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.columns.column import Column
    from core.tables.table import Table

OVERWHELMING = 0.95  # share of one class, of which accuracy says little
FEWEST_TIMES = 3  # that a sign for a missing value occurs, and
FEWEST_SHARE = 0.002  # of the rows
FEWEST_DIFFERENT = 8  # values beside which a sign can stand out
FEWEST_BESIDE_ZERO = 20  # values, among which counts of things are rare
ZEROS_GAP = 2.5  # times the mean step between the other values
MOST_SUMMANDS = 60  # columns among which a sum is looked for
ROWS_SUMMED = 1_000
MOST_TERMS = 3  # columns of which the target is made with any weights
WIDE = 10.0  # standard deviation of whole numbers that may be rounded sums
ROUNDING = 0.01  # of the target's standard deviation

_SIGN_LIKE = re.compile(
    r"-?(9+|9+8|8+|7+)|-(1|[1-9]0+)|32767|-32768|-?1(0{15,}|e\+?\d\d)"
)  # the last of climate models
_NINES = re.compile(r"-?(9+|8+|7+)")


def remarks_on(table: Table, target: str, classifies: bool) -> list[str]:
    """Sentences on what may make the result look better or worse than it is."""
    column = table.column(target)
    return [
        *_on_signs(table),
        *_on_sums(table, column),
        *_on_copies(table),
        *(_on_classes(column) if classifies else []),
    ]


# ---- signs for missing values


def _on_signs(table: Table) -> list[str]:
    """Values such as -999, which stand for a missing one and would be learned from as numbers."""
    found: dict[str, list[str]] = {}
    for column in table.columns:
        sign = sign_for_missing(column) if column.kind == "number" else None
        if sign is not None:
            found.setdefault(shortest(sign), []).append(column.name)
    return [
        _(
            "{value} in {names} lies far from all other values there: if it stands for a missing one, leave those cells"
            " empty in the file.",
            value=value,
            names=listed(names),
        )
        for value, names in found.items()
    ]


def sign_for_missing(column: Column) -> float | None:
    """The lowest or highest value if it is such as -200 or 9999, occurs often and lies far from the others."""
    assert column.numbers is not None
    known = column.numbers[column.known]
    different, counts = np.unique(known, return_counts=True)
    if len(different) < FEWEST_DIFFERENT:
        return None
    often = max(FEWEST_TIMES, FEWEST_SHARE * len(known))
    for place, rest in ((0, different[1:]), (-1, different[:-1])):
        if counts[place] >= often and _stands_out(float(different[place]), rest):
            return float(different[place])
    return 0.0 if different[0] == 0 and counts[0] >= often and _is_far_from_zero(different[1:]) else None


def _is_far_from_zero(rest: np.ndarray) -> bool:
    """True for values that begin beyond a gap: the blood pressure of a patient from whom none was taken is no 0."""
    steps = (rest[-1] - rest[0]) / max(len(rest) - 1, 1)
    return len(rest) >= FEWEST_BESIDE_ZERO and bool(rest[0] > ZEROS_GAP * steps)


def _stands_out(value: float, rest: np.ndarray) -> bool:
    text = shortest(value)
    if not _SIGN_LIKE.fullmatch(text):
        return False
    if value < 0 <= rest[0]:
        return True
    gap, spread = np.abs(rest - value).min(), rest[-1] - rest[0]
    return bool(gap > (0.5 if _NINES.fullmatch(text) else 1.0) * spread)


# ---- sums


def _on_sums(table: Table, target: Column) -> list[str]:
    """Columns that are known only when the target is."""
    if target.numbers is None:
        return []
    others = [c for c in table.columns if c.numbers is not None and c.kind == "number" and c is not target]
    same = [
        c.name for c in others if c.numbers is not None and np.array_equal(c.numbers, target.numbers, equal_nan=True)
    ]
    if same:
        return [
            _(
                "{names} says the same as {target}, so that the answer is given away: change its kind to leave it out.",
                names=listed(same),
                target=target.name,
            )
        ]
    numbers = {c.name: c.numbers for c in others if c.numbers is not None}
    names = summands_of(target.numbers, numbers)
    if not names:
        terms = terms_of(target.numbers, numbers)
        return [_given_away(terms, target.name)] if terms and _others_remain(table, target, terms) else []
    return [
        _(
            "{names} add up to {target}, so that the answer is given away: change their kind to leave them out.",
            names=listed(names),
            target=target.name,
        )
    ]


def _given_away(names: Sequence[str], target: str) -> str:
    return ngettext(
        "{target} can be worked out from {names} alone, so that the answer is given away: change its kind to leave it "
        "out.",
        "{target} can be worked out from {names} alone, so that the answer is given away: change their kind to leave "
        "them out.",
        len(names),
        target=target,
        names=listed(names),
    )


def _others_remain(table: Table, target: Column, names: Sequence[str]) -> bool:
    """True if something else could be learned from: in a table of y = 2 x + 1 nothing is given away."""
    return any(column.is_used and column is not target and column.name not in names for column in table.columns)


def terms_of(target: np.ndarray, others: dict[str, np.ndarray]) -> tuple[str, ...]:
    """The names of up to three columns of which the target is a c + b, a sum of multiples and a constant; or ()."""
    names = [name for name in list(others)[:MOST_SUMMANDS] if np.nanstd(others[name]) > 0]
    y, x = _known_rows(target, [others[name] for name in names])
    if len(y) < max(10, 3 * len(names)) or not names or not y.std():
        return ()
    weights = _least_squares(y, x)
    chosen = np.flatnonzero(np.abs(weights) * x.std(axis=0) > 0.02 * y.std())
    if not 0 < len(chosen) <= MOST_TERMS:
        return ()
    fitted = (x[:, chosen] - x[:, chosen].mean(axis=0)) @ _least_squares(y, x[:, chosen]) + y.mean()
    return tuple(names[place] for place in chosen) if _agree(fitted, y) else ()


def _least_squares(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The weights of the columns, beside a constant."""
    weights: np.ndarray = np.linalg.lstsq(x - x.mean(axis=0), y - y.mean(), rcond=None)[0]
    return weights


def _known_rows(target: np.ndarray, columns: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The first rows in which all is known: of the target (n,) and of the columns (n, columns)."""
    x = np.column_stack([target, *columns])
    rows = np.flatnonzero(~np.isnan(x).any(axis=1))[:ROWS_SUMMED]
    return x[rows, 0], x[rows, 1:]


def summands_of(target: np.ndarray, others: dict[str, np.ndarray]) -> tuple[str, ...]:
    """The names of the columns whose sum or mean is the target, but for rounding; () if there are none."""
    names = list(others)[:MOST_SUMMANDS]
    if len(names) < 2:
        return ()
    y, x = _known_rows(target, [others[name] for name in names])
    if len(y) < 10 or not y.std():
        return ()
    pair = _pair(y, x)
    chosen = pair or _weights(y, x)
    return tuple(names[place] for place in chosen)


def _pair(y: np.ndarray, x: np.ndarray) -> tuple[int, ...]:
    for first, second in combinations(range(x.shape[1]), 2):
        if abs(x[0, first] + x[0, second] - y[0]) > _rounding(y):  # most pairs are told by one row
            continue
        if x[:, first].any() and x[:, second].any() and _agree(x[:, first] + x[:, second], y):
            return (first, second)
    return ()


def _weights(y: np.ndarray, x: np.ndarray) -> tuple[int, ...]:
    """The columns whose weights in a least-squares fit are all 1, or all 1/k of k columns, the others' being 0."""
    if len(y) < 2 * x.shape[1]:
        return ()
    weights = np.linalg.lstsq(x, y, rcond=None)[0]
    chosen = np.flatnonzero(np.abs(weights) > 0.02)
    if len(chosen) < 2:
        return ()
    equal = [np.ones(len(chosen)), np.full(len(chosen), 1 / len(chosen))]
    alike = any(np.allclose(weights[chosen], even, atol=0.02) and _agree(x[:, chosen] @ even, y) for even in equal)
    return tuple(chosen.tolist()) if alike else ()


def _agree(sums: np.ndarray, y: np.ndarray) -> bool:
    return bool(np.mean(np.abs(sums - y) <= _rounding(y)) > 0.99)


def _rounding(y: np.ndarray) -> float:
    """By how much the target may be off: whole numbers of a wide range may have been rounded."""
    whole = 0.5 if np.all(y == np.round(y)) and y.std() > WIDE else 0.0
    return max(ROUNDING * float(y.std()), whole)


# ---- copies


def _on_copies(table: Table) -> list[str]:
    copies = copies_in(table)
    if not copies:
        return []
    note = ngettext(
        "One row is a copy of an earlier one; the two may stand in the training and in the validation part.",
        "{count} rows are copies of earlier ones; copies may stand in the training and in the validation part.",
        copies,
        count=format_number(copies),
    )
    return [note]


def copies_in(table: Table) -> int:
    """The number of rows that are the same as an earlier one in all columns but those that name the row."""
    mixer = np.random.default_rng(1)
    rows = np.zeros(table.n_rows, np.uint64)
    for column in table.columns:
        if column.kind == "id":
            continue
        if column.texts is not None:
            values = np.fromiter(map(hash, column.texts), np.int64, table.n_rows)
        elif column.numbers is not None:
            values = (column.numbers + 0.0).view(np.int64)
        else:
            assert column.dates is not None
            values = column.dates.times.astype(np.int64)
        mixed = (values.view(np.uint64) ^ mixer.integers(1 << 63, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        rows = rows * np.uint64(31) + (mixed ^ (mixed >> np.uint64(29)))
    return table.n_rows - len(np.unique(rows))


# ---- classes


def _on_classes(column: Column) -> list[str]:
    counts = np.bincount(column.codes[column.known])
    share = counts.max() / counts.sum()
    if share < OVERWHELMING or len(counts) < 2:
        return []
    return [
        _(
            "{share} of the rows are {name}: always saying so is right as often, and accuracy tells little.",
            share=percent(float(share)),
            name=column.labels[int(counts.argmax())],
        )
    ]
