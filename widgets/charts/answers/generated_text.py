"""The text that a character model writes: HTML whose slots frames fill, as text and never as markup."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from core.language import N_, _, shown
from core.number_format import format_number
from core.number_text import UNKNOWN, percent
from core.probes.registry import TEXT
from widgets.board.panel import Role
from widgets.charts.finding_update import awaited, dated
from widgets.charts.model_chart import ModelChart
from widgets.plain_text import visible

if TYPE_CHECKING:
    from widgets.board.panel import Panel
    from widgets.charts.chart import Update
    from widgets.charts.model_moment import ModelMoment

CANDIDATES = 6  # for the next character, the likeliest first
NOTE = N_("one character after the other")
PARTS = (
    ("prompt", N_("Prompt")),
    ("sampled", N_("Drawn at temperature 0.8")),
    ("greedy", N_("Always the likeliest")),
)


class GeneratedTextChart(ModelChart):
    """The prompt, how the model goes on, and the characters that it holds likely to come first."""

    id = "text"
    title = N_("Generated text")
    shows = N_("How the model goes on with a text.")
    advice = N_("Play, and watch letters turn into words.")
    role = Role.LEAD
    probe = TEXT

    def panel(self) -> Panel:
        """The card before anything was written."""
        parts = "".join(_part_html(name, label) for name, label in PARTS)
        candidates = "".join(map(_candidate_html, range(CANDIDATES)))
        title = escape(_("Next character"))
        html = f'<dl class="dl-text-parts">{parts}<dt>{title}</dt><dd class="dl-candidates">{candidates}</dd></dl>'
        return self.card(go.Figure(), shown(NOTE), html=html)

    def update(self, moment: ModelMoment) -> Update:
        """The card's words at `moment`."""
        text = moment.found(TEXT)
        if text is None:
            return {"slots": _blank_slots(), "note": awaited(NOTE, TEXT, moment), "is_empty": True}
        parts = {f"text-{name}": _written_slot(getattr(text, name)) for name, _label in PARTS}
        return {
            "slots": {**parts, **_candidate_slots(text.candidates)},
            **dated(NOTE, moment.findings[TEXT.name], moment),
        }


def _blank_slots() -> dict[str, Any]:
    """The slots before anything was written, or after a reset."""
    return {**{f"text-{name}": _slot(UNKNOWN) for name, _label in PARTS}, **_candidate_slots(())}


def _written_slot(written: str) -> dict[str, Any]:
    """A text as it is, letter for letter; one that leaves no mark in words."""
    if written.strip():
        return _slot(written)
    count = format_number(len(written))
    if set(written) == {" "}:
        return _slot(_("{count} spaces, and nothing else", count=count), is_words=True)
    if set(written) == {"\n"}:
        return _slot(_("{count} line breaks, and nothing else", count=count), is_words=True)
    return _slot(_("{count} spaces and line breaks, and nothing else", count=count), is_words=True)


def _slot(text: str, is_words: bool = False) -> dict[str, Any]:
    """A place with `text`, in another face where those are the page's own words and not the model's."""
    return {"text": text, "attrs": {"data-words": "true" if is_words else "false"}}


def _part_html(name: str, label: str) -> str:
    return (
        f'<dt>{escape(shown(label))}</dt><dd class="dl-written" tabindex="0" data-dl-slot="text-{name}">{UNKNOWN}</dd>'
    )


def _candidate_html(place: int) -> str:
    return (
        f'<span class="dl-candidate" data-dl-slot="text-candidate-{place}">'
        f'<b data-dl-slot="text-character-{place}"></b> <span data-dl-slot="text-probability-{place}"></span></span>'
    )


def _candidate_slots(candidates: tuple[tuple[str, float], ...]) -> dict[str, Any]:
    """Each candidate with its probability, which is also the width of the bar under it; the rest is hidden."""
    slots: dict[str, Any] = {}
    for place in range(CANDIDATES):
        known = place < len(candidates)
        character, probability = candidates[place] if known else ("", 0.0)
        slots[f"text-candidate-{place}"] = {
            "style": {"--dl-share": f"{100 * probability:.1f}%", "visibility": "visible" if known else "hidden"}
        }
        slots[f"text-character-{place}"] = visible(character) if known else ""
        slots[f"text-probability-{place}"] = percent(probability) if known else ""
    return slots
