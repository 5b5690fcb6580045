"""The words of the board itself and of plotly.js, which ships English only, in the language in use.

Of Plotly's those that a person can meet here: the buttons that `chart_card.js` leaves in the mode bar, and what they
report.
"""

from __future__ import annotations

from typing import Any

from core.language import SOURCE, _, language, pgettext


def own_texts() -> dict[str, dict[str, Any]]:
    """Return the traits of `LiveBoard` that hold text."""
    texts = {
        "loading": _("Loading charts…"),
        "not_loaded": _("Charts could not be loaded."),
        # Sentences on a line of a chart, for whoever cannot see it; the page fills them in.
        "fell": _("{line} fell from {first} to {last}; lowest {low}, highest {high}."),
        "rose": _("{line} rose from {first} to {last}; lowest {low}, highest {high}."),
        "level": _("{line} is {last}, as at first; lowest {low}, highest {high}."),
        "about": _("About {name}"),
        "enlarge": _("Enlarge (F)"),
        "more": _("More for this chart"),
        "hide": _("Hide this chart"),
        "earlier": _("Move it forward"),
        "later": _("Move it back"),
        "png": _("Save as PNG"),
        "svg": _("Save as SVG"),
        "at_step": _("Step {step}"),
        "hidden": _("Hidden charts"),
        "diagnostics": _("Diagnostics"),
        "not_drawn": _("This chart could not be drawn."),
        "draw": _("Draw points"),
        "tools": _("What the hand does"),
        "move_tool": pgettext("what a hand does to points", "Move"),
        "draw_tool": _("Draw class {name}"),
        "erase_tool": pgettext("what a hand does to points", "Erase"),
        "undo": _("Undo"),
        "by_keys": _(
            "Plane to draw in. Arrow keys move the cross, with Shift in small steps; Enter draws, erases, takes hold "
            "of the nearest point or lets it go; Escape ends drawing."
        ),
    }
    return {"texts": texts, "plotly_locale": _plotly_locale()}


def _plotly_locale() -> dict[str, Any]:
    """Return plotly.js's configuration of the language in use: `locale`, a tag, and `locales`, its dictionary."""
    if language() == SOURCE:
        return {"locale": "en-US", "locales": {}}
    return {"locale": language(), "locales": {language(): {"dictionary": plotly_words()}}}


def plotly_words() -> dict[str, str]:
    """Return plotly.js's words by its own keys."""
    return {
        "Download plot as a PNG": _("Download the chart as PNG"),
        "Preparing image - this may take a few seconds": _("Preparing the image; this may take a few seconds"),
        "Image download succeeded": _("The image was downloaded"),
        "Sorry, there was a problem downloading your image!": _("The image could not be downloaded."),
        "Zoom": _("Zoom"),
        "Pan": pgettext("move what a chart shows", "Pan"),
        "Reset axes": _("Reset axes"),
        "Reset camera to default": _("Reset the view"),
        "Double-click to zoom back out": _("Double-click to zoom back out"),
        "Double-click on legend to isolate one trace": _("Double-click on the legend to isolate one line"),
        "trace": pgettext("a line of a chart", "trace"),
    }
