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
    share, undo = escape(_("Share that is here")), escape(_("Undo"))
    return (
        '<div class="dl-notice" data-dl-slot="notice" data-level="info" data-waiting="false" role="status">'
        "<details><summary>"
        f'<span class="dl-notice-title" data-dl-slot="notice-title">{title}</span>'
        f'<span class="dl-notice-brief" data-dl-slot="notice-text">{text}</span>'
        '</summary><div class="dl-notice-reasons">'
        f'<div class="dl-notice-text" data-dl-slot="notice-text">{text}</div>'
        f'<progress class="dl-notice-share" data-dl-slot="notice-share" max="1" aria-label="{share}"></progress>'
        "</div></details>"
        f'<button type="button" class="dl-undo" data-dl-slot="undo" style="display: none">{undo}</button></div>'
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


def undo_slots(offer: str | None) -> dict[str, Any]:
    """The button beside the notice that takes a change back, with what it says of that; out of sight for None."""
    return {
        "undo": {"attrs": {"title": offer or ""}, "style": {"display": "none" if offer is None else "inline-block"}}
    }
