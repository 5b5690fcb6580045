"""What the server shows where there is no dashboard: while a page loads, and when none can be opened.

Voilà's own templates say these in English, with the numbers of cells. Jinja takes the first template of a name that it
finds, so a folder that comes before Voilà's replaces them. The server does not know a visitor's language: a page has
each text in all languages, and the browser leaves its own.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from core import language
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ERROR_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Descent Lab</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ display: grid; place-content: center; min-height: 90vh; margin: 0; padding: 1em; text-align: center;
    font: 17px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }}
</style>
</head>
<body>
<h1>Descent Lab</h1>
{{% if status_code in (403, 404) %}}
{missing}
{{% else %}}
{failed}
{{% endif %}}
<script>
  const texts = [...document.querySelectorAll("p[lang]")];
  const own = texts.filter((text) => text.lang === navigator.language.split("-")[0].toLowerCase());
  if (own.length) for (const text of texts) text.hidden = !own.includes(text);
</script>
</body>
</html>
"""

SPINNER = """{% macro css() %}
<style>
  #loading { display: grid; place-content: center; height: 75vh; }
  .dl-loading { width: 3em; height: 3em; border: 4px solid #8884; border-top-color: #0072b2; border-radius: 50%;
    animation: dl-loading 1s infinite linear; }
  @keyframes dl-loading { to { transform: rotate(1turn); } }
</style>
{% endmacro %}
{% macro html() %}
<div id="loading"><div class="dl-loading"></div></div>
{% endmacro %}
"""


def write_templates(folder: Path) -> None:
    """Write the templates that replace Voilà's of the same names; `folder` is made."""
    folder.mkdir(parents=True, exist_ok=True)
    error_page = ERROR_PAGE.format(missing=in_all_languages(_missing), failed=in_all_languages(_failed))
    (folder / "error.html").write_text(error_page, "utf-8")
    (folder / "404.html").write_text(error_page, "utf-8")
    (folder / "spinner.macro.html.j2").write_text(SPINNER, "utf-8")


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
