"""The card with the traceback of an error in a person's own model or loss."""

from __future__ import annotations

import os
from html import escape

from core.language import _


def fault_html(fault: str | None) -> str:
    """The traceback as HTML; "" where there is none, and in a served app, whose visitors it is nothing for."""
    if fault is None or is_served():
        return ""
    heading = escape(_("Traceback of your own code"))
    title = f'<h2 class="dl-card-title">{heading}</h2>'
    return f'<section class="dl-card dl-fault">{title}<pre tabindex="0">{escape(fault)}</pre></section>'


def is_served() -> bool:
    """True if Voilà runs this kernel for a visitor."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
