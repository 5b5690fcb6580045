"""The difference between runs in words: the settings in which they differ, and what the newer one bought and cost."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from core.config.relevance import relevant_fields
from core.config.training_config import FIELDS
from core.language import _, shown
from core.metric import metric
from core.number_format import format_number
from core.number_text import metric_text, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.runs.run_summary import RunSummary

SHOWN_APART = {"problem", "family"}  # as the name of the model and its data


def differences(present: RunSummary, past: Sequence[RunSummary]) -> list[str]:
    """The settings in which past runs differ from the present one, with their values, for each run, that one first.

    Of a past run those are told in which it differs itself, of the present one those in which any does.
    """
    differing = [_differing(present, run) for run in past]
    of_past = [settings_text(run, names) for run, names in zip(past, differing, strict=True)]
    return [settings_text(present, set().union(*differing)), *of_past]


def settings_text(run: RunSummary, names: set[str]) -> str:
    """The values of those settings that mean something in the run: "Model size 1 000 · Optimizer Adam".

    Lines break between words of a label, not before its value.
    """
    told = names & relevant_fields(run.config)
    return " · ".join(_setting_text(run, name) for name in FIELDS if name in told)


def comparison(newer: RunSummary, past: Sequence[RunSummary]) -> str:
    """Sentences about `newer` against the last run on the same held-out examples; "" if there is nothing to say."""
    older = next((run for run in past if run.held_out == newer.held_out), None)
    if older is None or (newer.steps == 0 and newer.parameters == older.parameters):
        return ""
    measured = [*_metric_sentences(newer, older), *_cost_sentences(newer, older)]
    return reduce(_joined, measured, _size_sentence(newer, older)) if measured else ""


def _differing(present: RunSummary, past: RunSummary) -> set[str]:
    """The settings that differ, or did for a part of either run."""
    changed = {*present.config.changed(past.config), *present.changed_at, *past.changed_at}
    return changed - SHOWN_APART


def _setting_text(run: RunSummary, name: str) -> str:
    label, value = FIELDS[name].label, _value_text(run, name)
    if name not in run.changed_at:
        return _("{setting}\u00a0{value}", setting=label, value=value)
    step = format_number(run.changed_at[name])
    return _("{setting}\u00a0{value} since step {step}", setting=label, value=value, step=step)


def _value_text(run: RunSummary, name: str) -> str:
    setting, value = FIELDS[name], getattr(run.config, name)
    if value is None:
        return shown(setting.empty)
    if setting.kind == "choice":
        return shown(next(label for label, choice in setting.options if choice == value))
    return format_number(value)


def _size_sentence(newer: RunSummary, older: RunSummary) -> str:
    if newer.parameters == older.parameters:
        return _("As many parameters as the last run on the same data.")
    times = ratio(newer.parameters / older.parameters, 3)
    return _("{times} times the parameters of the last run on the same data.", times=times)


def _metric_sentences(newer: RunSummary, older: RunSummary) -> list[str]:
    """The best metrics and after how many steps; none where one of the runs was not evaluated."""
    if newer.best_metric is None or older.best_metric is None:
        return []
    values = {
        "metric": metric(newer.metric).label,
        "now": metric_text(newer.best_metric, newer.metric),
        "before": metric_text(older.best_metric, older.metric),
        "steps": format_number(newer.steps),
    }
    if newer.steps == older.steps:
        return [_("Best {metric} {now} against {before}, after {steps} steps each.", **values)]
    steps_before = format_number(older.steps)
    return [
        _("Best {metric} {now} after {steps} steps, against {before} after {steps_before}.",
          **values, steps_before=steps_before)
    ]  # fmt: skip


def _cost_sentences(newer: RunSummary, older: RunSummary) -> list[str]:
    """Sentences about the times of an update and an answer, of those that were measured in both runs."""
    sentences: list[str] = []
    if times := _times(newer.seconds_per_update, older.seconds_per_update):
        sentences.append(_("{times} times the time per update.", times=times))
    if times := _times(newer.answer_ms.get(1), older.answer_ms.get(1)):
        sentences.append(_("{times} times the time to answer 1 example.", times=times))
    if times := _times(newer.answer_ms.get(256), older.answer_ms.get(256)):
        sentences.append(_("{times} times the time to answer 256 examples.", times=times))
    return sentences


def _times(new: float | None, old: float | None) -> str:
    return ratio(new / old, 2) if new and old else ""


def _joined(before: str, after: str) -> str:
    # Translators: two sentences one after the other; some languages set no space between them.
    return _("{before} {after}", before=before, after=after)
