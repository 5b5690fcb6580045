"""The column that a person would want predicted from a table, and as what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from core.columns.column import USED
from core.columns.column_kind import is_id_name

if TYPE_CHECKING:
    from core.columns.column import Column
    from core.tables.table import Table

TableTask = Literal["classification", "regression", "forecast"]
TASKS: tuple[TableTask, ...] = get_args(TableTask)

MOST_CLASSES = 50  # of a target
WHOLE_CLASSES = 20  # a target of whole numbers with at most so many values is guessed to be classes
LARGEST_LABEL = 50  # of classes that are numbers
MOST_MISSING = 0.3  # of a target's cells, where another column has more


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words in the names of columns that are there to be foretold, in a few languages.
_CERTAIN = _words(
    "target targets label labels class classes y outcome output response result diagnosis species"
    " ziel klasse clase classe cible 类别 标签 目标 结果 分类结果 класс цель метка クラス"
)
_EVENTS = _words(
    "survived survival churn churned exited attrition default defaulted readmitted purchased bought subscribed deposit"
    " fraud isfraud spam approved admitted admit died death dead stroke disease cancer malignant toxic failure failed"
    " click clicked converted cancelled canceled left hired passed accepted success bad loan_status status satisfied"
    " satisfaction potability cardio heartdisease recurrence 好瓜 合格 是否合格 违约 是否违约 流失 存活"
)
_AMOUNTS = _words(
    "price saleprice sales cost value charges amount salary wage income revenue profit rent medv mpg quality rating"
    " score grade count cnt total demand consumption strength rings yield close betrag preis umsatz miete prix ventes"
    " precio ventas цена продажи зарплата 价格 房价 销量 销售额 工资 成绩 売上 価格"
    " τιμή cena precios prezzo prijs pris 가격 매출 價格 銷量 銷售額 工資"
)
_KINDS = _words("type kind category variety group cluster segment art sorte typ 种类 品种 类型 分类 種別 тип вид")
_SIDE = re.compile(
    r"(^|[_\s.])(unc|uncertainty|std|sd|se|stderr|err|error|flag|note|notes|comment|weight|lat|lon|latitude|longitude"
    r"|unnamed|index|year|month|day|date|time|hour|country|region|city|state|zip|name|age|sex|gender)([_\s.]|$)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+")


def suggest_target(table: Table) -> str:
    """The column to predict: one whose name says so, or else the last that a model could tell.

    Names of rows, free texts and columns of one value are no target; of the others a name such as "target" counts
    most, then one for an event of two values, such as "Survived", then one for an amount, such as "price".
    """
    candidates = [column for column in table.columns if _is_possible(column)]
    if not candidates:
        return table.names[-1]
    if {"x", "z"} <= {name.lower() for name in table.names}:  # then "y" is a place
        candidates = [column for column in candidates if column.name.lower() != "y"] or candidates
    best = max(enumerate(candidates), key=lambda pair: (_claim(pair[1], pair[0], len(candidates)), pair[0]))
    return best[1].name


def _is_possible(column: Column) -> bool:
    known = len(column.known) - column.missing
    if column.n_values < 2 or column.kind not in USED or column.dates is not None:
        return False
    return column.numbers is not None or (column.n_values <= MOST_CLASSES and known >= 2 * column.n_values)


def _claim(column: Column, place: int, count: int) -> float:
    """How much speaks for a column as the target; a name counts more than a place."""
    words, whole = _words_of(column.name), column.name.strip().lower()
    claim = 0.0
    if words & _CERTAIN:
        claim += 6 if whole in _CERTAIN else 3
    if words & _EVENTS:
        claim += 5 if column.n_values <= 3 else 2
    if words & _AMOUNTS:
        many = column.numbers is not None and column.n_values > WHOLE_CLASSES // 2
        claim += (4 if whole in _AMOUNTS else 3) if many else 1
    if words & _KINDS and column.n_values <= MOST_CLASSES and column.n_values >= 2:
        claim += 2.5
    if _SIDE.search(column.name) or is_id_name(column.name):
        claim -= 3
    if column.missing > MOST_MISSING * len(column.known):
        claim -= 3
    last, first = place == count - 1, place == 0
    return claim + (2.5 if last else 0.5 if first and column.texts is not None and column.n_values < 10 else 0)


def _words_of(name: str) -> set[str]:
    """The words of a name in lower case, together and apart: "Loan_Status" is loan, status and loan_status."""
    plain = name.strip().lower()
    return {plain, plain.replace(" ", "_"), *(word.lower() for word in _PARTS.findall(name))}


def suggest_task(column: Column) -> TableTask:
    """Classes where the target is text, or whole numbers of few values that come again and again."""
    if column.numbers is None:
        return "classification"
    known = column.numbers[column.known]
    n_values = column.n_values
    few = n_values <= 2 or (n_values <= WHOLE_CLASSES and len(known) >= 5 * n_values and _are_labels(known))
    return "classification" if few and np.all(known == np.round(known)) else "regression"


def _are_labels(values: np.ndarray) -> bool:
    """True for small numbers, as people number classes and marks; 100, 110 and 120 are a quantity."""
    return bool(np.all(np.abs(values) <= LARGEST_LABEL))


def tasks_for(table: Table, column: Column) -> tuple[TableTask, ...]:
    """The tasks that the column allows as a target, in the order of a menu."""
    quantity = column.numbers is not None
    classes: tuple[TableTask, ...] = ("classification",) if column.n_values <= MOST_CLASSES or not quantity else ()
    amounts: tuple[TableTask, ...] = ("regression",) if quantity else ()
    series: tuple[TableTask, ...] = ("forecast",) if quantity and table.times() is not None else ()
    return (*classes, *amounts, *series)
