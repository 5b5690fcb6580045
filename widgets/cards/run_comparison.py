"""How runs differ, in words: the settings in which they do, and what the newer one bought and cost."""

from __future__ import annotations

from collections.abc import Sequence

from core.config.relevance import relevant_fields
from core.config.training_config import FIELDS
from core.learning.setup import METRIC_NAMES
from core.number_format import format_number
from core.runs.run_summary import RunSummary
from widgets.number_text import metric_text, significant

SHOWN_APART = {"problem", "family"}  # as the name of the model and its data


def differences(present: RunSummary, past: Sequence[RunSummary]) -> list[str]:
    """For each run, the present one first: its values of the settings in which past runs differ from that.

    Of a past run those in which it differs itself are told, of the present one those in which any does.
    """
    differing = [_differing(present, run) for run in past]
    of_past = [settings_text(run, names) for run, names in zip(past, differing, strict=True)]
    return [settings_text(present, set().union(*differing)), *of_past]


def settings_text(run: RunSummary, names: set[str]) -> str:
    """The values of those settings that mean something in the run: "model size 1 000, optimizer Adam".

    Lines break between words of a label, not before its value.
    """
    told = names & relevant_fields(run.config)
    return ", ".join(_setting_text(run, name) for name in FIELDS if name in told)


def comparison(newer: RunSummary, past: Sequence[RunSummary]) -> str:
    """What `newer` bought and cost against the last run on the same held-out examples; "" if nothing can be said."""
    older = next((run for run in past if run.held_out == newer.held_out), None)
    if older is None or (newer.steps == 0 and newer.parameters == older.parameters):
        return ""
    parts = [part for part in (_metric_part(newer, older), *_cost_parts(newer, older)) if part]
    return f"{_size_part(newer, older)} the last run on the same data: {', '.join(parts)}." if parts else ""


def _differing(present: RunSummary, past: RunSummary) -> set[str]:
    """The settings that differ, or did for a part of either run."""
    changed = {*present.config.changed(past.config), *present.changed_at, *past.changed_at}
    return changed - SHOWN_APART


def _setting_text(run: RunSummary, name: str) -> str:
    setting, value = FIELDS[name], getattr(run.config, name)
    if value is None:
        text = setting.empty
    elif setting.kind == "choice":
        text = next(label for label, choice in setting.options if choice == value)
    else:
        text = format_number(value)
    since = f" since step {format_number(run.changed_at[name])}" if name in run.changed_at else ""
    return f"{_uncapitalized(setting.label)}\u00a0{text}{since}"


def _uncapitalized(label: str) -> str:
    """A label as it stands within a sentence: "learning rate", but "L1"."""
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def _size_part(newer: RunSummary, older: RunSummary) -> str:
    if newer.parameters == older.parameters:
        return "As many parameters as"
    return f"{_times(newer.parameters / older.parameters, 3)} times the parameters of"


def _metric_part(newer: RunSummary, older: RunSummary) -> str:
    if newer.best_metric is None or older.best_metric is None:
        return ""
    values = " against ".join(metric_text(run.best_metric, run.metric) for run in (newer, older))
    return f"best {METRIC_NAMES[newer.metric]} {values} ({_steps_text(newer.steps, older.steps)})"


def _steps_text(newer: int, older: int) -> str:
    if newer == older:
        return f"after {format_number(newer)} steps each"
    return f"after {format_number(newer)} steps against {format_number(older)}"


def _cost_parts(newer: RunSummary, older: RunSummary) -> list[str]:
    """How many times as long an update and an answer take, of those that were measured in both runs."""
    measured = (
        (newer.seconds_per_update, older.seconds_per_update, "the time per update"),
        (newer.answer_ms.get(1), older.answer_ms.get(1), "the time to answer 1 example"),
        (newer.answer_ms.get(256), older.answer_ms.get(256), "the time to answer 256"),
    )
    return [f"{_times(new / old, 2)} times {what}" for new, old, what in measured if new and old]


def _times(ratio: float, digits: int) -> str:
    return format_number(round(ratio)) if ratio >= 100 else significant(ratio, digits)
