"""Every text that people read can be collected, translated as a whole sentence and filled by name."""

from __future__ import annotations

import ast

import pytest

from tests.support.texts import (
    Mark,
    bound_names,
    calls_at_import,
    collected,
    hover_places,
    marked_as,
    marks,
    places,
    sources,
)

SOURCES = sources()
MARKS = [mark for file, source in SOURCES.items() for mark in marks(file, source)]
LITERAL = [mark for mark in MARKS if mark.is_literal]
FILLED_BY_PAGE = {  # these hand texts to JavaScript
    "widgets/board/own_texts.py",
    "widgets/compare/run_list.py",
    "widgets/compress/desk.py",
    "widgets/controls/header.py",
    "widgets/controls/upload_view.py",
    "widgets/serve/serve_desk.py",
    "widgets/sweep/sweep_desk.py",
}
WHAT_IT_SEES = """
from core.language import N_, _, ngettext as plural

LABEL = N_("Rate")
def f(n, _, label=_("at import")):
    for _ in range(n):
        pass
    return lambda: _(f"{n}"), plural("One", "{count} of {all}", n, all=3), _("in a function"), {_("a"): 1}
"""


def test_marks_are_found_with_their_arguments_and_where_they_run() -> None:
    found = list(marks("f.py", WHAT_IT_SEES))
    literal = {mark.key: mark.given for mark in found if mark.is_literal}
    assert literal == {
        (None, "Rate"): set(),
        (None, "at import"): set(),
        (None, "in a function"): set(),
        (None, "a"): set(),
        (None, ("One", "{count} of {all}")): {"count", "all"},
    }
    assert len(found) == 6
    assert [call.lineno for call in calls_at_import(WHAT_IT_SEES)] == [5, 4]
    assert list(bound_names(WHAT_IT_SEES)).count("_") == 2


def test_the_places_of_a_text_are_told_by_name_or_shown_to_have_none() -> None:
    assert places("{label} of {value:.2f}, {{not one}}") == {"label", "value"}
    assert places("{} of {1}") == {"", "1"}
    assert places("step %{x} of {total}") == {"total"}
    assert hover_places("step %{x} of {total}, %{y:.4g}") == {"%{x}", "%{y:.4g}"}


def test_there_are_texts() -> None:
    assert len(MARKS) > 100


def test_every_text_is_a_literal_which_is_all_that_babel_can_read() -> None:
    assert [mark.where for mark in MARKS if not mark.is_literal] == []


def test_babel_collects_every_text_that_is_marked_and_none_else() -> None:
    assert {*collected()} - {(None, "English")} == {mark.key for mark in LITERAL} | {
        ("this language's own name", "English")  # core/language.py's own
    }


def test_every_place_of_a_text_has_a_name_and_no_format_of_its_own() -> None:
    named = [(mark.where, name) for mark in LITERAL for form in mark.forms for name in places(form)]
    assert [(where, name) for where, name in named if not name.isidentifier()] == []


def is_filled(mark: Mark) -> bool:
    """True if its values are those that its places ask for, by all that can be read."""
    if mark.given is None or (mark.file in FILLED_BY_PAGE and not mark.given):
        return True
    return places(mark.forms[-1]) | ({"count"} & mark.given) == mark.given


def test_every_place_is_filled_and_every_value_has_a_place() -> None:
    assert [mark.where for mark in LITERAL if not is_filled(mark)] == []


def test_the_singular_has_no_place_that_the_plural_lacks() -> None:
    plurals = [mark for mark in LITERAL if len(mark.forms) == 2]
    assert [mark.where for mark in plurals if not places(mark.forms[0]) <= places(mark.forms[1])] == []


@pytest.mark.parametrize("file", [file for file, source in SOURCES.items() if "_" in marked_as(ast.parse(source))])
def test_a_file_that_translates_uses_underscore_for_nothing_else(file: str) -> None:
    assert "_" not in set(bound_names(SOURCES[file]))


@pytest.mark.parametrize("file", [file for file, source in SOURCES.items() if marked_as(ast.parse(source))])
def test_a_text_made_at_import_is_marked_for_later_unless_it_has_places_or_a_context(file: str) -> None:
    at_import = {(call.lineno, call.col_offset) for call in calls_at_import(SOURCES[file])}
    made = [mark for mark in marks(file, SOURCES[file]) if (mark.call.lineno, mark.call.col_offset) in at_import]
    assert [mark.where for mark in made if mark.name in ("_", "ngettext") and not mark.given] == []
