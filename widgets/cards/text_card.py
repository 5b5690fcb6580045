"""The text that a character model writes: a card of HTML whose slots frames fill, as text and never as markup."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from core.language import N_, _, shown
from core.number_text import UNKNOWN, percent
from core.probes.registry import TEXT
from widgets.charts.finding_update import awaited, dated
from widgets.plain_text import visible

if TYPE_CHECKING:
    from widgets.charts.model_moment import ModelMoment

CANDIDATES = 6  # for the next character, the likeliest first
NOTE = N_("one character after the other")
PARTS = (
    ("prompt", N_("Prompt")),
    ("sampled", N_("Drawn at temperature 0.8")),
    ("greedy", N_("Always the likeliest")),
)


class TextCard:
    """The prompt, how the model goes on, and the characters that it holds likely to come first."""

    id = "text"
    probe = TEXT

    def html(self) -> str:
        """The card before anything was written."""
        title, candidates_title = escape(_("Generated text")), escape(_("Next character"))
        parts = "".join(_part_html(name, label) for name, label in PARTS)
        candidates = "".join(map(_candidate_html, range(CANDIDATES)))
        return (
            f'<section class="dl-card dl-text-card" aria-label="{title}">'
            f'<header class="dl-card-head"><h3 class="dl-card-title">{title}</h3>'
            f'<span class="dl-card-note" data-dl-slot="text-note">{escape(shown(NOTE))}</span></header>'
            f'<dl class="dl-text-parts">{parts}<dt>{candidates_title}</dt>'
            f'<dd class="dl-candidates">{candidates}</dd></dl></section>'
        )

    def slots(self, moment: ModelMoment) -> dict[str, Any]:
        """The card's words at `moment`."""
        text = moment.found(TEXT)
        if text is None:
            return {**self.blank_slots(), "text-note": awaited(NOTE, TEXT, moment)}
        return {
            "text-note": dated(NOTE, moment.findings[TEXT.name], moment),
            **{f"text-{name}": getattr(text, name) for name, _label in PARTS},
            **_candidate_slots(text.candidates),
        }

    def blank_slots(self) -> dict[str, Any]:
        """The card before anything was written, or after a reset."""
        parts = {f"text-{name}": UNKNOWN for name, _label in PARTS}
        return {"text-note": shown(NOTE), **parts, **_candidate_slots(())}


def _part_html(name: str, label: str) -> str:
    return f'<dt>{escape(shown(label))}</dt><dd class="dl-written" data-dl-slot="text-{name}">{UNKNOWN}</dd>'


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
