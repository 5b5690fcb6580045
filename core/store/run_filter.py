"""Filters of runs as a person types them: "lr < 0.1 and family = mlp"."""

from __future__ import annotations

import math
import operator
import re
from typing import TYPE_CHECKING, Any

from core.config.training_config import FIELDS
from core.field import ConfigError
from core.language import _
from core.number_parsing import readings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.store.kept_run import KeptRun

    Test = Callable[[KeptRun], bool]

SHORT = {
    "lr": "learning_rate",
    "bs": "batch_size",
    "model": "family",
    "val_loss": "validation_loss",
    "acc": "best_metric",
    "parent": "left_number",
    "parent_number": "left_number",
    "parent_step": "left_at",
}
NUMBERS = (
    "number", "steps", "seconds", "examples", "parameters", "flops", "loss", "best_loss", "validation_loss",
    "best_validation_loss", "validation_metric", "best_metric", "started", "left_number", "left_at",
)  # fmt: skip
TEXTS = ("name", "state", "data", "metric")
MARKS = ("starred", "pinned", "hidden")
NAMES = frozenset({*SHORT, *NUMBERS, *TEXTS, *MARKS, *FIELDS})
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le, ">=": operator.ge, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "=": operator.eq,
    "~": operator.contains,
}  # fmt: skip
ALIKE = {"≤": "<=", "≥": ">=", "≠": "!=", "==": "="}
PART = re.compile(r"""\s*(?:(?P<op><=|>=|!=|==|[<>=≤≥≠~])|"(?P<quoted>[^"]*)"|(?P<word>[^\s<>=!≤≥≠~"]+))""")
LONGEST = 500  # characters


def parse_filter(text: str) -> Test:
    """The test that `text` describes: comparisons joined by "and" and "or", of which "and" binds closer.

    A comparison is the name of a setting or result, one of < <= = != >= > and a value; a mark such as `starred` stands
    alone, and "not starred" too. Texts are compared by =, != and ~, which finds a part of a text, all without regard to
    case. A run that has no such value passes no comparison but "!=". "" lets all runs pass.

    Raises:
        ConfigError: One sentence that says what cannot be read.
    """
    words = _words(text)
    if not words:
        return lambda run: True
    choices = [[_comparison(part) for part in _split(choice, "and")] for choice in _split(words, "or")]
    return lambda run: any(all(test(run) for test in tests) for tests in choices)


def value_of(run: KeptRun, name: str) -> Any:
    """The setting or result of `run` that filters and columns call `name`; None if it has none."""
    name = SHORT.get(name, name)
    return run.settings.get(name) if name in FIELDS else getattr(run, name)


def sorted_runs(runs: Sequence[KeptRun], sort: str) -> list[KeptRun]:
    """`runs` by the column `sort`, which falls if a minus stands before it; those without a value of it come last.

    Raises:
        ConfigError: There is no such column.
    """
    name, falls = sort.removeprefix("-"), sort.startswith("-")
    if name not in NAMES:
        raise ConfigError(_("Runs have nothing called {name}.", name=name[:40]))
    known = [run for run in runs if not _is_nothing(value_of(run, name))]
    unknown = [run for run in runs if _is_nothing(value_of(run, name))]
    return [*sorted(known, key=lambda run: value_of(run, name), reverse=falls), *unknown]


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _words(text: str) -> list[str]:
    """The parts of `text`: names, signs and values."""
    if len(text) > LONGEST:
        raise ConfigError(_("A filter may have {count} characters at most.", count=LONGEST))
    words, place = [], 0
    while text[place:].strip():
        found = PART.match(text, place)
        if found is None:
            raise ConfigError(_("The filter cannot be read from “{rest}” on.", rest=text[place:].strip()[:40]))
        op = found["op"]
        words.append(ALIKE.get(op, op) if op else found["quoted"] if found["word"] is None else found["word"])
        place = found.end()
    return words


def _split(words: list[str], by: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word.lower() == by:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _comparison(words: list[str]) -> Test:
    names = [word.lower() for word in words]
    if len(words) == 1 and names[0] in MARKS:
        return lambda run: getattr(run, names[0])
    if len(words) == 2 and names[0] == "not" and names[1] in MARKS:
        return lambda run: not getattr(run, names[1])
    if len(words) < 3 or words[1] not in COMPARE:
        said = " ".join(words)[:40]
        raise ConfigError(_("“{said}” is no comparison; write one such as lr < 0.1.", said=said))
    name = SHORT.get(names[0], names[0])
    if name not in NAMES:
        raise ConfigError(_("Runs have nothing called {name}.", name=words[0][:40]))
    return _test(name, words[1], " ".join(words[2:]))


def _test(name: str, sign: str, value: str) -> Test:
    if name in TEXTS or (name in FIELDS and FIELDS[name].kind in ("choice", "text")):
        return _text_test(name, sign, value.casefold())
    if sign == "~":
        raise ConfigError(_("{name} is a number; compare it by =, < or >.", name=name))
    number, compare = _number(name, value), COMPARE[sign]

    def passes(run: KeptRun) -> bool:
        found = value_of(run, name)
        return sign == "!=" if found is None else compare(found, number)

    return passes


def _text_test(name: str, sign: str, value: str) -> Test:
    if sign not in ("=", "!=", "~"):
        raise ConfigError(_("{name} is a text; compare it by =, != or ~.", name=name))
    compare = COMPARE[sign]
    return lambda run: compare(str(value_of(run, name) or "").casefold(), value)


def _number(name: str, value: str) -> float:
    found = readings(value.removesuffix("%"))
    if len(found) != 1:
        raise ConfigError(_("{name} is a number; “{value}” is none.", name=name, value=value[:40]))
    return found[0] / (100 if value.endswith("%") else 1)
