"""Lines of a Python script that a person takes away: comments, constants, and what all scripts begin and end with."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from core.language import _, shown
from core.optimizers.registry import OPTIMIZERS
from core.runs.past.setting_changes import TOTAL_STEPS
from core.versions import versions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.runs.saved_run import SavedRun

LINE = 100  # characters
ALMOST_NONE = 1e-30  # Keras' SGD forgets its velocity while its momentum is 0, which a run here does not


def comment(text: str) -> list[str]:
    """`text` as a comment that ends where it should: whatever ends a line, or is not seen, is a space.

    >>> comment("a name" + chr(10) + "import os")
    ['# a name import os']
    """
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return [f"# {line}" for line in textwrap.wrap(plain, LINE, break_long_words=False, break_on_hyphens=False)]


def heading(run: SavedRun, title: str, more: Iterable[str] = ()) -> list[str]:
    """The comment that a script begins with: what it does, what it needs, and which run it repeats."""
    sentences = (
        title,
        _("It makes the same run again in plain Keras: the same data, the same start, the same updates."),
        *more,
        _("It needs tensorflow; the run was made with {packages}.", packages=_packages()),
        _("The run's settings as a link has them: {query}", query=run.config.to_query() or "-"),
    )
    return [line for sentence in sentences for line in comment(sentence)]


def constants(**values: object) -> list[str]:
    r"""A line for each of `values`, its name in capitals.

    >>> constants(seed=3, name="it's")
    ['SEED = 3', 'NAME = "it\'s"']
    """
    return [f"{name.upper()} = {value!r}" for name, value in values.items()]


def optimizer_line(run: SavedRun) -> str:
    """The line that makes the optimizer, with the settings that the run began with."""
    settings = vars(run.config) | run.start
    if _changes_momentum(run):
        settings["momentum"] = settings["momentum"] or ALMOST_NONE
    code = OPTIMIZERS[run.config.optimizer].code(settings)
    if run.config.learns and run.config.clip_norm is not None:
        code = code.removesuffix(")") + f", global_clipnorm={run.config.clip_norm!r})"
    return f"optimizer = {code}"


def changes_table(run: SavedRun) -> list[str]:
    """The settings that were changed on the way, by update; nothing where there were none."""
    if not run.changes:
        return []
    by_step: dict[int, dict[str, float]] = {}
    for change in run.changes:
        nothing = ALMOST_NONE if change.name == "momentum" else 0.0
        by_step.setdefault(change.step, {})[change.name] = change.new or nothing
    said = comment(_("The settings that were changed while it ran: update -> setting -> value."))
    rows = [f"    {step}: {dict(new)!r}," for step, new in by_step.items()]
    return ["", *said, "CHANGES = {", *rows, "}"]


def _changes_momentum(run: SavedRun) -> bool:
    return any(change.name == "momentum" for change in run.changes)


def first_total(run: SavedRun) -> float | None:
    """The length that the run had at first, in updates, where that was changed on the way; else None."""
    return run.start.get(TOTAL_STEPS)


def optimizer_title(run: SavedRun) -> str:
    """The optimizer's name."""
    return shown(OPTIMIZERS[run.config.optimizer].label)


def _packages() -> str:
    return ", ".join(f"{name} {said}" for name, said in versions().items())
