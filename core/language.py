"""The language that people read: texts are written in English and shown in the language that is in use.

A text is written where it belongs, whole, with named places:

    raise ConfigError(_("{label} must be between {low} and {high}.", label=field.label, low=low, high=high))
    ngettext("One row is left out.", "{count} rows are left out.", count)

Texts of registries and constants, which exist before anybody has chosen a language, are marked with `N_` and
passed through `shown` where they reach the page. `shown` also renders a text anew after the language has changed:
a `Text` remembers what it was made of. One process has one language, as it has one page.
"""

from __future__ import annotations

import gettext as catalogues
import os
from functools import cache
from pathlib import Path
from typing import Any

DOMAIN = "descent_lab"
FOLDER = Path(__file__).parent / "locale"
FURTHER = "DESCENT_LAB_LOCALE"  # environment variable: a folder of further catalogues, laid out as `FOLDER` is
SOURCE = "en"  # the language that texts are written in


class Text(str):
    """A text in the language that was in use when it was made; `shown` renders it in the one in use now."""

    message: str
    plural: str | None
    context: str | None
    number: int
    values: dict[str, Any]

    def __new__(
        cls,
        rendered: str,
        message: str = "",
        plural: str | None = None,
        context: str | None = None,
        number: int = 1,
        values: dict[str, Any] | None = None,
    ) -> Text:
        """Return the text `rendered`, which was made of `message` and, to be made anew, of all the rest."""
        text = super().__new__(cls, rendered)
        text.message, text.plural, text.context = message or rendered, plural, context
        text.number, text.values = number, values or {}
        return text


def _(message: str, /, **values: Any) -> Text:
    """Return `message` in the language in use, its places filled with `values`; texts among them are translated too.

    >>> _("{label} must be a number.", label="Momentum")
    'Momentum must be a number.'
    """
    return _rendered(Text(message, message, values=values))


def ngettext(singular: str, plural: str, count: int, /, **values: Any) -> Text:
    """Return the form that `count` takes in the language in use; {count} holds `count` unless it is given.

    >>> [str(ngettext("One row is left out.", "{count} rows are left out.", n)) for n in (1, 3)]
    ['One row is left out.', '3 rows are left out.']
    """
    return _rendered(Text(singular, singular, plural, None, count, {"count": count, **values}))


def pgettext(context: str, message: str, /, **values: Any) -> Text:
    """As `_`, for a word that another language has several words for: `context` says which is meant."""
    return _rendered(Text(message, message, None, context, 1, values))


def N_(message: str, /) -> Text:
    """`message` marked for translation and left in English, for registries and constants: see `shown`."""
    return Text(message)


def shown(text: str) -> str:
    """`text` in the language in use now, if it is a `Text`; any other string as it is."""
    return _rendered(text) if isinstance(text, Text) else text


def in_every_language(text: str) -> tuple[str, ...]:
    """`text` as it reads in each of the languages, in which a person may look for it; any other string as it is."""
    return tuple(_rendered(text, tag) for tag in languages()) if isinstance(text, Text) else (text,)


def language() -> str:
    """The language in use, such as "en" or "zh"."""
    return _language


def use(language: str) -> str:
    """Shows all texts in `language` from now on, or in the nearest there is; returns that one.

    `language` may be any tag that a browser or a link gives: "zh-CN" and "zh_Hans" are "zh", "pt-BR" is "en"
    where there is no Portuguese.
    """
    global _language
    _language = nearest(language)
    return _language


def nearest(tag: str) -> str:
    """The language of the catalogues that `tag` asks for; English where there is none."""
    base = tag.strip().replace("_", "-").split("-")[0].lower()
    return base if base in languages() else SOURCE


def languages() -> tuple[str, ...]:
    """The languages there are, English first."""
    found = {path.parts[-3] for folder in _folders() for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return (SOURCE, *sorted(found - {SOURCE}))


def own_name(language: str) -> str:
    """What those who speak `language` call it: "English", "简体中文"."""
    return _catalogue(language).pgettext("this language's own name", "English")


def _rendered(text: Text, tag: str | None = None) -> Text:
    """`text` in the language `tag`, by default the one in use."""
    catalogue = _catalogue(tag or _language)
    if text.plural is not None:
        pattern = catalogue.ngettext(text.message, text.plural, text.number)
    elif text.context is not None:
        pattern = catalogue.pgettext(text.context, text.message)
    else:
        pattern = catalogue.gettext(text.message)
    values = {name: _rendered(v, tag) if isinstance(v, Text) else v for name, v in text.values.items()}
    rendered = pattern.format(**values) if values else pattern
    return Text(rendered, text.message, text.plural, text.context, text.number, text.values)


def _folders() -> list[Path]:
    further = os.environ.get(FURTHER)
    return [FOLDER, *([Path(further)] if further else [])]


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    for folder in _folders():
        if catalogues.find(DOMAIN, folder, [language]):
            return catalogues.translation(DOMAIN, folder, [language])
    return catalogues.NullTranslations()


_language = SOURCE
