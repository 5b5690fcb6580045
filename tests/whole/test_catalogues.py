"""Every language has all texts of the code, whole and with the same places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

from core.language import DOMAIN, FURTHER, SOURCE, languages
from tests.support.texts import ROOT, Key, collected, hover_places, places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog
    from babel.messages.catalog import Message as Entry

FILES = sorted((ROOT / "core" / "locale").glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
LANGUAGES = [path.parts[-3] for path in FILES]


@pytest.fixture(params=FILES, ids=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with request.param.open("rb") as file:
        return read_po(file, locale=request.param.parts[-3])


def entries(catalogue: Catalog) -> Iterator[tuple[Key, Entry]]:
    """Every entry but the header, by context and message."""
    for entry in catalogue:
        if entry.id:
            yield (entry.context, entry.id if isinstance(entry.id, str) else tuple(entry.id)), entry


def forms(message: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """The text, or each of its plural forms."""
    return [message] if isinstance(message, str) else list(message or ())


def test_there_is_a_language_beside_english_and_each_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FURTHER, raising=False)  # pages of other tests are served with a pseudo-language
    assert LANGUAGES
    assert languages() == (SOURCE, *LANGUAGES)


def test_a_catalogue_has_every_text_of_the_code_and_none_besides(catalogue: Catalog) -> None:
    known, wanted = {key for key, _ in entries(catalogue)}, set(collected())
    assert {"missing": wanted - known, "unused": known - wanted} == {"missing": set(), "unused": set()}


def test_every_text_is_translated(catalogue: Catalog) -> None:
    assert [key for key, entry in entries(catalogue) if not all(form.strip() for form in forms(entry.string))] == []


def test_no_translation_is_a_guess_or_a_leftover(catalogue: Catalog) -> None:
    assert [key for key, entry in entries(catalogue) if entry.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_a_translation_has_the_places_of_its_source(catalogue: Catalog) -> None:
    unlike = [
        (entry.id, form)
        for _, entry in entries(catalogue)
        for form in forms(entry.string)
        if form and not same_places(forms(entry.id), form)
    ]
    assert unlike == []


def same_places(source: list[str], form: str) -> bool:
    """True if `form` has the places of the text, or of its plural; a plural's {count} may be left out, as in "One"."""
    optional = {"count"} if len(source) == 2 else set()
    same = places(source[-1]) - optional <= places(form) <= places(source[-1])
    return same and hover_places(form) == hover_places(source[-1])


def test_places_are_compared_by_name() -> None:
    assert same_places(["{label} of {total}"], "{total} {label}")
    assert not same_places(["{label} of {total}"], "{label}")
    assert not same_places(["{label}"], "{label} {more}")
    assert same_places(["One of {all}", "{count} of {all}"], "{all}")
    assert not same_places(["One of {all}", "{count} of {all}"], "{count}")
    assert not same_places(["loss %{y:.4g}"], "loss %{y}")
