"""The text that a character model writes: a card of HTML whose slots frames fill, as text and never as markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from widgets.charts.finding_update import awaited, dated
from widgets.charts.model_moment import ModelMoment
from widgets.plain_text import visible

if TYPE_CHECKING:
    from core.findings.results import GeneratedText

CANDIDATES = 6  # for the next character, the likeliest first
NOTE = "one character after the other"
PARTS = (("prompt", "Prompt"), ("sampled", "Drawn at temperature 0.8"), ("greedy", "Always the likeliest"))


class TextCard:
    """The prompt, how the model goes on, and what it holds likely to come first."""

    id = "text"
    needs = frozenset({"text"})

    def html(self) -> str:
        """The card before anything was written."""
        parts = "".join(
            f'<dt>{label}</dt><dd class="dl-written" data-dl-slot="text-{name}">–</dd>' for name, label in PARTS
        )
        candidates = "".join(_candidate_html(place) for place in range(CANDIDATES))
        return (
            '<section class="dl-card dl-text-card" aria-label="Generated text">'
            '<header class="dl-card-head"><h3 class="dl-card-title">Generated text</h3>'
            f'<span class="dl-card-note" data-dl-slot="text-note">{NOTE}</span></header>'
            f'<dl class="dl-text-parts">{parts}<dt>Next character</dt>'
            f'<dd class="dl-candidates">{candidates}</dd></dl></section>'
        )

    def slots(self, moment: ModelMoment) -> dict[str, Any]:
        """What the card says at `moment`."""
        text: GeneratedText | None = moment.found("text")
        if text is None:
            return {**self.blank_slots(), "text-note": awaited(NOTE, "text", moment)}
        return {
            "text-note": dated(NOTE, moment.findings["text"], moment),
            **{f"text-{name}": getattr(text, name) for name, _ in PARTS},
            **_candidate_slots(text.candidates),
        }

    def blank_slots(self) -> dict[str, Any]:
        """The card before anything was written, or after a reset."""
        return {"text-note": NOTE, **{f"text-{name}": "–" for name, _ in PARTS}, **_candidate_slots(())}


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
        slots[f"text-probability-{place}"] = f"{100 * probability:.1f} %" if known else ""
    return slots
