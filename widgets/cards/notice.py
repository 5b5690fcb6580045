"""The notice: the verdict in one line of the bar, and its reasons under it when it is opened."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from core.language import _, shown

if TYPE_CHECKING:
    from core.notices.notice import Notice


def notice_html(notice: Notice | None = None) -> str:
    """The notice before the first frame; without a `notice` it says that the charts are on their way."""
    if notice is None:
        title, text = escape(_("Getting ready.")), escape(_("The charts are on their way."))
    else:
        title, text = escape(shown(notice.title)), escape(shown(notice.sentence))
    share = escape(_("Share that is here"))
    undo, redo, dismiss = (escape(word) for word in (_("Undo"), _("Redo"), _("Dismiss this notice")))
    return (
        '<div class="dl-notice" data-dl-slot="notice" data-level="info" data-waiting="false" role="status">'
        "<details><summary>"
        f'<span class="dl-notice-title" data-dl-slot="notice-title">{title}</span>'
        f'<span class="dl-notice-brief" data-dl-slot="notice-text">{text}</span>'
        '</summary><div class="dl-notice-reasons">'
        f'<div class="dl-notice-text" data-dl-slot="notice-text">{text}</div>'
        f'<progress class="dl-notice-share" data-dl-slot="notice-share" max="1" aria-label="{share}"></progress>'
        "</div></details>"
        f'<button type="button" class="dl-undo" data-dl-slot="undo" style="display: none">{undo}</button>'
        f'<button type="button" class="dl-redo" data-dl-slot="redo" style="display: none">{redo}</button>'
        f'<button type="button" class="dl-dismiss" data-dl-slot="dismiss" data-answer="false" aria-label="{dismiss}" '
        f'title="{dismiss}">✕</button></div>'
    )


def notice_slots(notice: Notice) -> dict[str, Any]:
    """The notice's words and its level, and a bar where what is waited for can be measured."""
    waiting = "false" if notice.share is None else "true"
    return {
        "notice": {"attrs": {"data-level": notice.level, "data-waiting": waiting}},
        "notice-title": shown(notice.title),
        "notice-text": shown(notice.sentence),
        "notice-share": {"attrs": {"value": f"{notice.share or 0:.2f}"}},
    }


def undo_slots(offer: str | None, can_redo: bool = False, is_answer: bool = False) -> dict[str, Any]:
    """The buttons beside the notice.

    One takes a change back, with what it `offer`s by that, one makes it again, and one takes away a notice that
    `is_answer` to something a person did; reasons that are open can always be dismissed.
    """
    return {
        "undo": {"attrs": {"title": offer or ""}, "style": _displayed(offer is not None)},
        "redo": {"attrs": {"title": _("Redo (Ctrl+Shift+Z)")}, "style": _displayed(can_redo)},
        "dismiss": {"attrs": {"data-answer": "true" if is_answer else "false"}},
    }


def _displayed(is_in_sight: bool) -> dict[str, str]:
    return {"display": "inline-block" if is_in_sight else "none"}
