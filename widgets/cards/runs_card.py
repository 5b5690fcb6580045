"""Runs side by side: a table of what the last runs on this page came to and cost, the one in progress at its top.

Rows of past runs do not change: they are written once in a language. Frames fill the first row, the settings
that differ, and the sentence.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from core.language import N_, _, language, shown
from core.metric import metric
from core.number_format import format_number
from core.number_text import UNKNOWN, bytes_text, count_text, metric_text, milliseconds, significant, time_text
from widgets.cards.run_comparison import comparison, differences

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.runs.run_summary import RunSummary

NOTHING_PAST = N_(
    "When a setting or Reset starts another run, what this one came to and cost stays here beside it."
)  # fmt: skip


def _model_text(run: RunSummary) -> str:
    return _("{model} on {data}", model=run.family, data=run.data)


def _steps_text(run: RunSummary) -> str:
    steps = format_number(run.steps)
    return _("{steps}, diverged", steps=steps) if run.diverged else steps


def _metric_text(run: RunSummary) -> str:
    if run.best_metric is None:
        return UNKNOWN
    value = metric_text(run.best_metric, run.metric)
    return _("{metric} {value}", metric=metric(run.metric).label, value=value)


def _rate_text(run: RunSummary) -> str:
    rate = run.examples_per_second
    return count_text(None if rate is None else round(rate))


def _answer_text(run: RunSummary, batch: int) -> str:
    measured = run.answer_ms.get(batch)
    return milliseconds(None if measured is None else measured / 1000)


COLUMNS: tuple[tuple[str, str, Callable[[RunSummary], str]], ...] = (  # slot, heading, what stands there
    ("runs-parameters", N_("Parameters"), lambda run: format_number(run.parameters)),
    ("runs-steps", N_("Steps"), _steps_text),
    ("runs-time", N_("Time trained"), lambda run: time_text(run.seconds)),
    ("runs-metric", N_("Best on validation"), _metric_text),
    ("runs-loss", N_("Lowest valid. loss"), lambda run: significant(run.lowest_loss)),
    ("runs-update", N_("Time per update"), lambda run: milliseconds(run.seconds_per_update)),
    ("runs-rate", N_("Examples per second"), _rate_text),
    ("runs-flops", N_("FLOPs per example"), lambda run: count_text(run.flops)),
    ("runs-bytes", N_("Weights"), lambda run: bytes_text(run.weight_bytes)),
    ("runs-answer-1", N_("Answer to 1: p50"), lambda run: _answer_text(run, 1)),
    ("runs-answer-256", N_("Answer to 256: p50"), lambda run: _answer_text(run, 256)),
)


class RunsCard:
    """The table with the rows of `past`, the newest first."""

    def __init__(self, past: tuple[RunSummary, ...]) -> None:
        self.past = past
        self._html: tuple[object, str] = (None, "")
        self._differing: tuple[object, dict[str, str]] = (None, {})

    @property
    def html(self) -> str:
        """The card before frames fill it, in the language in use."""
        if self._html[0] != language():
            self._html = (language(), _card_html(self.past))
        return self._html[1]

    def slots(self, present: RunSummary | None) -> dict[str, str]:
        """The texts of the slots while `present` is the run in progress; None before its model is built."""
        if present is None:
            return self.blank_slots()
        return {
            "runs-model": _model_text(present),
            **{slot: text(present) for slot, _heading, text in COLUMNS},
            **self._settings_slots(present),
            "runs-sentence": comparison(present, self.past),
        }

    def blank_slots(self) -> dict[str, str]:
        """The texts of the slots before anything is known of the run in progress."""
        settings = {_settings_slot(place): "" for place in range(len(self.past) + 1)}
        numbers = {slot: UNKNOWN for slot, _heading, _text in COLUMNS}
        return {"runs-model": UNKNOWN, **numbers, **settings, "runs-sentence": ""}

    def _settings_slots(self, present: RunSummary) -> dict[str, str]:
        """The settings of each row; they change only when a person changes one, or the language."""
        known = (present.config, present.changed_at, language())
        if self._differing[0] != known:
            texts = enumerate(differences(present, self.past))
            self._differing = (known, {_settings_slot(place): text for place, text in texts})
        return self._differing[1]


def _settings_slot(place: int) -> str:
    return f"runs-settings-{place}"


def _card_html(past: tuple[RunSummary, ...]) -> str:
    title = escape(_("Runs side by side"))
    head = f'<h3 class="dl-runs-title">{title}</h3>'
    if not past:
        return f'<div class="dl-runs">{head}<p class="dl-runs-note">{escape(shown(NOTHING_PAST))}</p></div>'
    note = escape(_("the newest first; settings where they differ from this run's"))
    headings = "".join(f'<th scope="col">{escape(text)}</th>' for text in _headings())
    rows = "".join(_past_row(place, run) for place, run in enumerate(past, start=1))
    return (
        f'<div class="dl-runs">{head}<p class="dl-runs-note">{note}</p>'
        '<p class="dl-runs-sentence" data-dl-slot="runs-sentence"></p>'
        f'<div class="dl-runs-scroll" role="region" aria-label="{title}" tabindex="0"><table>'
        f"<thead><tr>{headings}</tr></thead><tbody>{_present_row()}{rows}</tbody></table></div></div>"
    )


def _headings() -> list[str]:
    return [_("Model"), *(shown(heading) for _slot, heading, _text in COLUMNS)]


def _present_row() -> str:
    now = escape(_("Now"))
    cells = "".join(f'<td data-dl-slot="{slot}">{UNKNOWN}</td>' for slot, _heading, _text in COLUMNS)
    name = f'<span class="dl-runs-now">{now}</span> <span data-dl-slot="runs-model">{UNKNOWN}</span>'
    return f'<tr class="dl-runs-present">{_name_html(0, name)}{cells}</tr>'


def _past_row(place: int, run: RunSummary) -> str:
    cells = "".join(f"<td>{escape(text(run))}</td>" for _slot, _heading, text in COLUMNS)
    return f"<tr>{_name_html(place, escape(_model_text(run)))}{cells}</tr>"


def _name_html(place: int, name: str) -> str:
    """The cell that a row is called by: the model and its data, and under it the settings that differ."""
    settings = f'<div class="dl-runs-settings" data-dl-slot="{_settings_slot(place)}"></div>'
    return f'<th scope="row"><div>{name}</div>{settings}</th>'
