"""Runs side by side: a table of what the last runs on this page came to and cost, the one in progress at its top.

What is past does not change: its rows are written once. Frames fill the first row, which settings differ,
and the sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from core.learning.setup import METRIC_NAMES
from core.number_format import format_number
from core.runs.run_summary import RunSummary
from widgets.cards.run_comparison import comparison, differences
from widgets.number_text import bytes_text, count_text, metric_text, milliseconds, significant, time_text

TITLE = "Runs side by side"
NOTE = "the newest first; settings where they differ from this run's"
NOTHING_PAST = "When a setting or Reset starts another run, what this one came to and cost stays here beside it."


def _model_text(run: RunSummary) -> str:
    return f"{run.family} on {run.data}"


def _steps_text(run: RunSummary) -> str:
    return f"{format_number(run.steps)}, diverged" if run.diverged else format_number(run.steps)


def _metric_text(run: RunSummary) -> str:
    if run.best_metric is None:
        return "–"
    return f"{METRIC_NAMES[run.metric]} {metric_text(run.best_metric, run.metric)}"


def _rate_text(run: RunSummary) -> str:
    rate = run.examples_per_second
    return count_text(None if rate is None else round(rate))


def _answer_text(run: RunSummary, batch: int) -> str:
    measured = run.answer_ms.get(batch)
    return milliseconds(None if measured is None else measured / 1000)


COLUMNS: tuple[tuple[str, str, Callable[[RunSummary], str]], ...] = (  # slot, heading, what stands there
    ("runs-parameters", "Parameters", lambda run: format_number(run.parameters)),
    ("runs-steps", "Steps", _steps_text),
    ("runs-time", "Time trained", lambda run: time_text(run.seconds)),
    ("runs-metric", "Best on validation", _metric_text),
    ("runs-loss", "Lowest valid. loss", lambda run: significant(run.lowest_loss)),
    ("runs-update", "Time per update", lambda run: milliseconds(run.seconds_per_update)),
    ("runs-rate", "Examples per second", _rate_text),
    ("runs-flops", "FLOPs per example", lambda run: count_text(run.flops)),
    ("runs-bytes", "Weights", lambda run: bytes_text(run.weight_bytes)),
    ("runs-answer-1", "Answer to 1: p50", lambda run: _answer_text(run, 1)),
    ("runs-answer-256", "Answer to 256: p50", lambda run: _answer_text(run, 256)),
)


class RunsCard:
    """The table with the rows of `past`, the newest first. `html` is its markup before frames fill it."""

    def __init__(self, past: tuple[RunSummary, ...]) -> None:
        self.past = past
        self.html = _card_html(past)
        self._differing: tuple[object, dict[str, str]] = (None, {})

    def slots(self, present: RunSummary | None) -> dict[str, str]:
        """What frames fill in while `present` is the run in progress; None before its model is built."""
        if present is None:
            return self.blank_slots()
        return {
            "runs-model": _model_text(present),
            **{slot: text(present) for slot, _, text in COLUMNS},
            **self._settings_slots(present),
            "runs-sentence": comparison(present, self.past),
        }

    def blank_slots(self) -> dict[str, str]:
        """What frames fill in before anything is known of the run in progress."""
        settings = {_settings_slot(place): "" for place in range(len(self.past) + 1)}
        return {"runs-model": "–", **{slot: "–" for slot, _, _ in COLUMNS}, **settings, "runs-sentence": ""}

    def _settings_slots(self, present: RunSummary) -> dict[str, str]:
        """The settings of each row; they change only when a person changes one."""
        known = (present.config, present.changed_at)
        if self._differing[0] != known:
            texts = enumerate(differences(present, self.past))
            self._differing = (known, {_settings_slot(place): text for place, text in texts})
        return self._differing[1]


def _settings_slot(place: int) -> str:
    return f"runs-settings-{place}"


def _card_html(past: tuple[RunSummary, ...]) -> str:
    head = f'<h4 class="dl-runs-title">{TITLE}</h4>'
    if not past:
        return f'<div class="dl-runs">{head}<p class="dl-runs-note">{NOTHING_PAST}</p></div>'
    headings = "".join(f'<th scope="col">{heading}</th>' for heading in ("Model", *(c[1] for c in COLUMNS)))
    rows = "".join(_past_row(place, run) for place, run in enumerate(past, start=1))
    return (
        f'<div class="dl-runs">{head}<p class="dl-runs-note">{NOTE}</p>'
        '<p class="dl-runs-sentence" data-dl-slot="runs-sentence"></p>'
        f'<div class="dl-runs-scroll" role="region" aria-label="{TITLE}" tabindex="0"><table>'
        f"<thead><tr>{headings}</tr></thead><tbody>{_present_row()}{rows}</tbody></table></div></div>"
    )


def _present_row() -> str:
    cells = "".join(f'<td data-dl-slot="{slot}">–</td>' for slot, _, _ in COLUMNS)
    name = '<span class="dl-runs-now">Now</span> <span data-dl-slot="runs-model">–</span>'
    return f'<tr class="dl-runs-present">{_name_html(0, name)}{cells}</tr>'


def _past_row(place: int, run: RunSummary) -> str:
    cells = "".join(f"<td>{escape(text(run))}</td>" for _, _, text in COLUMNS)
    return f"<tr>{_name_html(place, escape(_model_text(run)))}{cells}</tr>"


def _name_html(place: int, name: str) -> str:
    """The cell that a row is called by: the model and its data, and under it the settings that differ."""
    settings = f'<div class="dl-runs-settings" data-dl-slot="{_settings_slot(place)}"></div>'
    return f'<th scope="row"><div>{name}</div>{settings}</th>'
