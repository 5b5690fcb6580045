"""Texts: written once in English, shown in the language that is in use, and again in another."""

from __future__ import annotations

import copy
import io
import pickle
from typing import TYPE_CHECKING

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core import language
from core.language import DOMAIN, FURTHER, N_, Text, _, ngettext, pgettext, shown, use

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLISH = r"""
msgid ""
msgstr ""
"Language: pl\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

msgid "Learning rate"
msgstr "Tempo uczenia"

msgid "{label} must be at least {low}."
msgstr "Co najmniej {low}: {label}."

msgid "One row"
msgid_plural "{count} rows"
msgstr[0] "{count} wiersz"
msgstr[1] "{count} wiersze"
msgstr[2] "{count} wierszy"

msgctxt "of a run"
msgid "Step"
msgstr "Krok"

msgctxt "this language's own name"
msgid "English"
msgstr "polski"
"""


@pytest.fixture(autouse=True)
def polish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language with three plurals, in a folder of further catalogues."""
    compiled = tmp_path / "pl" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, read_po(io.StringIO(POLISH), locale="pl"))
    monkeypatch.setenv(FURTHER, str(tmp_path))
    before = language.language()
    language._catalogue.cache_clear()
    yield
    language._catalogue.cache_clear()
    use(before)


def test_a_text_is_shown_in_the_language_in_use_and_in_english_without_one() -> None:
    assert _("Learning rate") == "Learning rate"
    use("pl")
    assert _("Learning rate") == "Tempo uczenia"
    assert _("A text that nobody has translated") == "A text that nobody has translated"


def test_places_are_filled_in_the_order_of_the_translation_and_texts_in_them_translated() -> None:
    label = N_("Learning rate")
    use("pl")
    assert _("{label} must be at least {low}.", label=label, low="0.1") == "Co najmniej 0.1: Tempo uczenia."


COUNTS = [(1, "1 wiersz"), (3, "3 wiersze"), (5, "5 wierszy"), (22, "22 wiersze")]


@pytest.mark.parametrize(("count", "expected"), COUNTS)
def test_a_count_takes_the_form_that_the_language_has_for_it(count: int, expected: str) -> None:
    use("pl")
    assert ngettext("One row", "{count} rows", count) == expected


def test_a_count_is_written_as_it_is_given() -> None:
    assert ngettext("One row", "{count} rows", 2000, count="2 000") == "2 000 rows"


def test_a_word_with_a_context_is_that_contexts_word() -> None:
    use("pl")
    assert pgettext("of a run", "Step") == "Krok"
    assert pgettext("of a staircase", "Step") == "Step"


def test_a_text_is_rendered_anew_after_the_language_has_changed() -> None:
    text = _("{label} must be at least {low}.", label=N_("Learning rate"), low=1)
    use("pl")
    assert text == "Learning rate must be at least 1."
    assert shown(text) == "Co najmniej 1: Tempo uczenia."
    use("en")
    assert shown(shown(text)) == text


def test_any_other_string_is_shown_as_it_is() -> None:
    use("pl")
    assert shown("Learning rate") == "Learning rate"


def test_braces_without_values_are_left_alone() -> None:
    assert _("f = {x}") == "f = {x}"


@pytest.mark.parametrize("through", [copy.deepcopy, lambda text: pickle.loads(pickle.dumps(text))])
def test_a_text_that_was_copied_can_still_be_translated(through: object) -> None:
    text = ngettext("One row", "{count} rows", 3)
    assert callable(through)
    copied = through(text)
    use("pl")
    assert isinstance(copied, Text)
    assert shown(copied) == "3 wiersze"


@pytest.mark.parametrize(
    ("tag", "meant"),
    [("pl", "pl"), ("PL", "pl"), ("pl-PL", "pl"), ("pl_PL", "pl"), ("xx", "en"), ("", "en"), ("../pl", "en")],
)
def test_a_browsers_tag_chooses_the_nearest_language(tag: str, meant: str) -> None:
    assert use(tag) == meant
    assert language.language() == meant


def test_chinese_ships_and_calls_itself_by_its_own_name() -> None:
    assert {"en", "zh", "pl"} <= set(language.languages())
    assert [language.own_name(name) for name in ("en", "zh", "pl")] == ["English", "简体中文", "polski"]
    assert use("zh-CN") == "zh"
