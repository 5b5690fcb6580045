"""What the server shows where there is no dashboard: while a page loads, and when none can be opened.

Voilà's own templates say these in English, with the numbers of cells. Jinja takes the first template of a name that it
finds, so a folder that comes before Voilà's replaces them. The server does not know a visitor's language: a page has
each text in all languages, and the browser leaves its own.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

from core import language
from core.language import _, ngettext
from core.number_format import format_number
from widgets.board.plotly_file import early_script

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from widgets.server.waiting_line import Wait

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{head}<title>Descent Lab</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ display: grid; place-content: center; min-height: 90vh; margin: 0; padding: 1em; text-align: center;
    font: 17px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }}
</style>
</head>
<body>
<h1>Descent Lab</h1>
{body}
<script>
  const texts = [...document.querySelectorAll("p[lang]")];
  const wanted = [new URLSearchParams(location.search).get("lang"), navigator.language];
  const tags = wanted.map((tag) => (tag ?? "").split(/[-_]/)[0].toLowerCase());
  const tag = tags.find((tag) => texts.some((text) => text.lang === tag));
  if (tag) for (const text of texts) text.hidden = text.lang !== tag;
</script>
</body>
</html>
"""

ERROR = """{{% if status_code in (403, 404) %}}
{missing}
{{% else %}}
{failed}
{{% endif %}}"""

SPINNER = """{% macro css() %}
<style>
  #loading { display: grid; place-content: center; height: 75vh; }
  .dl-loading { width: 3em; height: 3em; border: 4px solid #8884; border-top-color: #0072b2; border-radius: 50%;
    animation: dl-loading 1s infinite linear; }
  @keyframes dl-loading { to { transform: rotate(1turn); } }
</style>
EARLY_SCRIPT
{% endmacro %}
{% macro html() %}
<div id="loading"><div class="dl-loading"></div></div>
{% endmacro %}
"""


def write_templates(folder: Path) -> None:
    """Write the templates that replace Voilà's of the same names; `folder` is made."""
    folder.mkdir(parents=True, exist_ok=True)
    error = ERROR.format(missing=in_all_languages(_missing), failed=in_all_languages(_failed))
    error_page = PAGE.format(head="", body=error)
    (folder / "error.html").write_text(error_page, "utf-8")
    (folder / "404.html").write_text(error_page, "utf-8")
    (folder / "spinner.macro.html.j2").write_text(SPINNER.replace("EARLY_SCRIPT", early_script()), "utf-8")


def waiting_page(wait: Wait) -> str:
    """Return the page of somebody for whom there is no room yet; it asks again by itself."""
    sentences = [_cause(wait), lambda: _position(wait), lambda: _duration(wait), _stay]
    refresh = f'<meta http-equiv="refresh" content="{wait.retry_seconds}">\n'
    return PAGE.format(head=refresh, body="\n".join(map(in_all_languages, sentences)))


@cache
def refusal_page(text: Callable[[], str]) -> str:
    """Return the page that says `text`, one of those at the end of this file."""
    return PAGE.format(head="", body=in_all_languages(text))


def in_all_languages(text: Callable[[], str]) -> str:
    """Return a paragraph for each language, English first, with what `text()` is in it."""
    before = language.language()
    paragraphs = []
    for tag in language.languages():
        language.use(tag)
        paragraphs.append(f'<p lang="{tag}">{escape(text())}</p>')
    language.use(before)
    return "\n".join(paragraphs)


def _missing() -> str:
    return _("There is no such page here.")


def _failed() -> str:
    return _("The page could not be opened. Reload it in a moment; the server's log says what went wrong.")


def _cause(wait: Wait) -> Callable[[], str]:
    return _full if wait.for_memory else _busy


def _full() -> str:
    return _("All places are taken: the server has no memory for a further visitor at the moment.")


def _busy() -> str:
    return _("Several people are opening the page at this moment, and their pages are prepared first.")


def _position(wait: Wait) -> str:
    return _("You are number {position} in line.", position=format_number(wait.position))


def _duration(wait: Wait) -> str:
    if wait.seconds is None:
        return _unknown(wait)
    if wait.seconds < 58:  # of five-second steps, the last before a minute
        seconds = max(round(wait.seconds / 5) * 5, 5)
        return _("Judging by the last visitors, it will take about {seconds} seconds.", seconds=seconds)
    minutes = round(wait.seconds / 60)
    return ngettext(
        "Judging by the last visitors, it will take about one minute.",
        "Judging by the last visitors, it will take about {count} minutes.",
        minutes,
        count=format_number(minutes),
    )


def _unknown(wait: Wait) -> str:
    if wait.for_memory:
        return _("How long it will take is not known: nobody has left since the server was started.")
    return _("How long it will take is not known: no page has been prepared since the server was started.")


def _stay() -> str:
    return _("Keep this page open: it keeps your place, and opens the dashboard as soon as there is room.")


def unknown_host() -> str:
    """The address bar shows a name that is not this server's."""
    return _(
        "This server does not go by the name in the address bar. Whoever runs it can add the name to its settings."
    )


def foreign() -> str:
    """A page of another site asked for something of ours."""
    return _("This page can be opened by a link, but not from within a page of another site.")


def too_many_requests() -> str:
    """One address asks too often."""
    return _("Too many requests come from your network address. Wait a moment, then reload the page.")


def too_many_pages() -> str:
    """One address has too many pages."""
    return _("Too many pages are open from your network address. Close one of them, then reload this one.")


def too_many_uploads() -> str:
    """The server receives as many bodies as it may."""
    return _("The server is receiving too many uploads. Wait a moment, then reload the page.")
