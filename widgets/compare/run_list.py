"""The list of kept runs: a table that a person sorts, filters and marks.

The kernel sorts and filters, and sends only the rows that are shown, so that a thousand runs are as quick as ten.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from core.language import N_, _, ngettext, shown
from core.metric import metric
from core.number_format import format_number
from core.number_text import count_text, metric_text, significant, time_text
from core.store.run_filter import LONGEST, NAMES
from widgets.compare.run_texts import choice_text, parent_text, state_text
from widgets.controls.validated_widgets import ValidatedWidget
from widgets.front_end import joined_module

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.store.kept_run import KeptRun

OnEvent = Callable[[str, dict[str, Any]], None]

COLUMNS: tuple[tuple[str, str, Callable[[KeptRun], str]], ...] = (  # column to sort by, heading, what stands there
    ("problem", N_("Problem"), lambda run: choice_text(run, "problem")),
    ("family", N_("Model"), lambda run: choice_text(run, "family") if run.metric else ""),
    ("optimizer", N_("Optimizer"), lambda run: choice_text(run, "optimizer")),
    ("learning_rate", N_("Learning rate"), lambda run: format_number(float(f"{run.settings['learning_rate']:.6g}"))),
    ("steps", N_("Steps"), lambda run: format_number(run.steps)),
    ("best_loss", N_("Lowest loss"), lambda run: significant(run.best_loss)),
    ("best_validation_loss", N_("Lowest valid. loss"), lambda run: _loss_text(run.best_validation_loss)),
    ("best_metric", N_("Best on validation"), lambda run: _metric_text(run)),
    ("parameters", N_("Parameters"), lambda run: count_text(run.parameters)),
    ("seconds", N_("Time trained"), lambda run: time_text(run.seconds)),
    ("state", N_("State"), state_text),
    ("parent_number", N_("Branched off"), parent_text),
)
ALWAYS = frozenset({"problem", "optimizer", "learning_rate", "steps", "best_loss", "seconds", "state"})
MOST_ROWS, MOST_IDS, LONGEST_NAME = 5000, 5000, 200
MARKS = {"starred": bool, "hidden": bool, "pinned": bool, "name": str}


def _loss_text(loss: float | None) -> str:
    return "" if loss is None else significant(loss)


def _metric_text(run: KeptRun) -> str:
    if run.best_metric is None:
        return ""
    return _("{metric} {value}", metric=metric(run.metric).label, value=metric_text(run.best_metric, run.metric))


class RunList(ValidatedWidget, anywidget.AnyWidget):
    """The list as the page shows it; `table` is all that it needs."""

    _esm = joined_module(Path(__file__).with_suffix(".js"))

    table = t.Dict().tag(sync=True)

    def __init__(self, on_event: OnEvent) -> None:
        """`on_event(kind, payload)` is called for what a person asks for, checked.

        "filter" {"text"}, "sort" {"by"}: a column, with a minus if it is to fall, "more" {"rows"}: how many to show,
        "open" {"id"}, "mark" {"ids", and one of starred, hidden, pinned, name}, "delete" {"ids"}, "undelete" {}.
        """
        self._on_event = on_event
        super().__init__()
        self.on_msg(self._receive)

    def show(self, runs: Sequence[KeptRun], **more: Any) -> None:
        """Shows `runs`; `more` are `total`, `rows`, `filter`, `sort`, `refusal`, `can_undelete` and `notice`."""
        columns = [column for column in COLUMNS if column[0] in ALWAYS or any(column[2](run) for run in runs)]
        rows = [
            {
                "id": run.id, "title": run.title, "name": run.name, "colour": run.colour, "starred": run.starred,
                "hidden": run.hidden, "pinned": run.pinned, "cells": [text(run) for _key, _label, text in columns],
            }
            for run in runs[: more["rows"]]
        ]  # fmt: skip
        heads = [[key, shown(label)] for key, label, _text in columns]
        self.table = {**more, "columns": heads, "rows": rows, "found": len(runs), "texts": _texts(len(runs), more)}

    def say_opened(self) -> None:
        """Has the page show the Train tab."""
        self.send({"kind": "opened"})

    def _receive(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        kind, payload = content.get("kind"), {name: value for name, value in content.items() if name != "kind"}
        if isinstance(kind, str) and (test := _TESTS.get(kind)) is not None and test(payload):
            self._on_event(kind, payload)


def _are_ids(ids: object) -> bool:
    return isinstance(ids, list) and len(ids) <= MOST_IDS and all(isinstance(id, str) and len(id) == 32 for id in ids)


def _is_mark(payload: dict[str, Any]) -> bool:
    marks = {name: value for name, value in payload.items() if name != "ids"}
    known = all(name in MARKS and isinstance(value, MARKS[name]) for name, value in marks.items())
    return (
        known and len(marks) == 1 and _are_ids(payload.get("ids")) and len(str(marks.get("name", ""))) <= LONGEST_NAME
    )


def _is_text(payload: dict[str, Any]) -> bool:
    return payload.keys() == {"text"} and isinstance(payload["text"], str) and len(payload["text"]) <= 2 * LONGEST


def _is_sort(payload: dict[str, Any]) -> bool:
    by = payload.get("by")
    return payload.keys() == {"by"} and isinstance(by, str) and by.removeprefix("-") in NAMES


def _is_count(payload: dict[str, Any]) -> bool:
    rows = payload.get("rows")
    return payload.keys() == {"rows"} and type(rows) is int and 0 < rows <= MOST_ROWS


_TESTS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "filter": _is_text,
    "sort": _is_sort,
    "more": _is_count,
    "mark": _is_mark,
    "delete": lambda payload: payload.keys() == {"ids"} and _are_ids(payload["ids"]),
    "undelete": lambda payload: not payload,
    "open": lambda payload: payload.keys() == {"id"} and _are_ids([payload["id"]]),
}


def _texts(found: int, more: dict[str, Any]) -> dict[str, str]:
    """The words of the list, by the names that its JavaScript has for them."""
    total = more["total"]
    counted = ngettext("One run is kept.", "{count} runs are kept.", total, count=format_number(total))
    if found < total:
        counted = _("{found} of {total} runs pass the filter.", found=format_number(found), total=format_number(total))
    nothing = _("No run is kept yet. Press Play on the Train tab: every run is kept from then on.")
    return {
        "title": _("Kept runs"),
        "filter": _("Filter"),
        "filter_hint": _("such as lr < 0.1 and family = mlp"),
        "counted": nothing if total == 0 else counted,
        "name": _("Name"),
        "rename": _("Rename {run}"),
        "star": _("Star {run}"),
        "draw": _("Draw {run}"),
        "pin": _("Pin {run} behind the current loss"),
        "delete": _("Delete {run}"),
        "undelete": _("Undo deletion"),
        "more": _("Show all"),
        "open": _("Open {run} where it stood") if more["can_open"] else "",
        "marks": _("Marks"),
    }
