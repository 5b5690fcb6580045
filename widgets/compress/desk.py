"""The desk of the Compress tab: the changes that are asked for, and the list of artifacts. See desk.js."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets as t

from core.artifacts.change import CHANGES, MOST_STEPS
from core.language import _, shown
from core.number_format import format_number
from widgets.compress.kept_subjects import LONGEST_ID
from widgets.desk import Desk, Test
from widgets.front_end import joined_module

if TYPE_CHECKING:
    from core.field import Field

LONGEST = 40  # characters of a setting


def _are_steps(payload: dict[str, Any]) -> bool:
    steps = payload.get("steps")
    return (
        payload.keys() == {"steps"}
        and isinstance(steps, list)
        and len(steps) <= MOST_STEPS
        and all(map(_is_step, steps))
    )


def _is_step(step: object) -> bool:
    if not isinstance(step, list) or len(step) != 2:
        return False
    name, values = step
    if not isinstance(name, str) or name not in CHANGES or not isinstance(values, dict):
        return False
    return values.keys() <= {each.name for each in CHANGES[name].fields} and all(map(_is_short, values.values()))


def _is_short(text: object) -> bool:
    return isinstance(text, str) and len(text) <= LONGEST


def _is_live(payload: dict[str, Any]) -> bool:
    live = {name for kind in CHANGES.values() for name in kind.live}
    return payload.keys() == {"name", "value"} and payload["name"] in live and _is_short(payload["value"])


def _is_number(payload: dict[str, Any]) -> bool:
    return payload.keys() == {"number"} and type(payload["number"]) is int


def _is_run(payload: dict[str, Any]) -> bool:
    return payload.keys() == {"run"} and isinstance(payload["run"], str) and len(payload["run"]) <= LONGEST_ID


_TESTS: dict[str, Test] = {
    "subject": _is_run,
    "make": _are_steps,
    "live": _is_live,
    "choose": _is_number,
    "cancel": _is_number,
    "delete": _is_number,
    "star": lambda payload: (
        payload.keys() == {"number", "starred"}
        and type(payload["number"]) is int
        and isinstance(payload["starred"], bool)
    ),
}


class CompressDesk(Desk):
    """Form and list; `desk` is all that the page needs to show them, `kinds` the changes that there are.

    The messages: "subject" {"run": the id of a kept run or ""}, "make" {"steps": [[name, {setting: text}], ...]},
    "live" {"name": setting, "value": text}, "choose" {"number"}, "cancel" {"number"}, "delete" {"number"},
    "star" {"number", "starred"}.
    """

    _esm = joined_module(Path(__file__).with_suffix(".js"))
    tests = _TESTS

    kinds: Any = t.List().tag(sync=True)


def kinds_of_change() -> list[dict[str, Any]]:
    """All changes with their settings, as the form needs them."""
    return [
        {
            "name": name, "label": shown(kind.label), "about": shown(kind.about),
            "fields": [_field(each, each.name in kind.live) for each in kind.fields],
        }
        for name, kind in CHANGES.items()
    ]  # fmt: skip


def _field(field: Field, live: bool) -> dict[str, Any]:
    default = "" if field.default is None else field.default
    low, high = field.slider_range
    return {
        "name": field.name, "label": shown(field.label), "help": shown(field.help), "live": live,
        "default": default if isinstance(default, str) else format_number(default),
        "options": [[value, shown(label)] for label, value in field.options],
        "low": low, "high": high, "log": field.scale == "log", "whole": field.kind == "int",
        "empty": shown(field.empty) if field.optional else "",
    }  # fmt: skip


def desk_texts() -> dict[str, str]:
    """The words of the desk, by the names that its JavaScript has for them."""
    return {
        "title": _("Compress the trained model"),
        "subject": _("Which model"),
        "change": _("Change"),
        "add": _("Then another change"),
        "remove": _("Remove this change"),
        "make": _("Make"),
        "artifacts": _("Artifacts"),
        "open": _("Show {name}"),
        "star": _("Keep {name}"),
        "unstar": _("No longer keep {name}"),
        "cancel": _("Cancel {name}"),
        "delete": _("Delete {name}"),
    }
