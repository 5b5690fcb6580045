"""The choices of a page after its file: target, task, and how the file is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.pseudo_locale import in_use
from widgets.controls.upload_requests import NO_CHOICE

if TYPE_CHECKING:
    from pathlib import Path

from tests.support.upload_desk import IRIS, Desk


def test_another_target_brings_the_task_that_suits_it() -> None:
    desk = Desk()
    desk.file(IRIS)
    desk.send({"kind": "choose", "target": "sepal"})
    assert (desk.good().target, desk.good().task) == ("sepal", "regression")
    assert (desk.upload.shown["target"], desk.upload.shown["task"]) == ("sepal", "regression")
    assert desk.upload.shown["name"] == "flowers.csv"
    assert len(desk.tables) == 2


def test_the_guessed_task_can_be_changed() -> None:
    desk = Desk()
    desk.file(IRIS)
    desk.send({"kind": "choose", "target": "sepal", "task": "classification"})
    assert (desk.good().task, len(desk.good().classes)) == ("classification", 7)


def test_a_task_that_the_target_does_not_allow_is_refused_and_changes_nothing() -> None:
    desk = Desk()
    desk.file(IRIS)
    before = desk.upload.dataset(), desk.upload.shown
    desk.send({"kind": "choose", "target": "species", "task": "regression"})
    assert desk.sentences == ["The column species is text, so it can only be learned as classes."]
    assert (desk.upload.dataset(), desk.upload.shown) == before
    assert len(desk.tables) == 1


@pytest.mark.parametrize("target", ["nobody", None, 3, [], ["petal"], {"petal": 1}, True, "x" * 100_000])
def test_a_target_that_is_not_offered_gets_one_sentence(target: object) -> None:
    desk = Desk()
    desk.file(IRIS)
    desk.send({"kind": "choose", "target": target})
    assert desk.sentences == [NO_CHOICE]
    assert desk.good().target == "species"


@pytest.mark.parametrize("task", ["text", "", 3, [], ["regression"], True])
def test_a_task_that_is_not_offered_gets_one_sentence(task: object) -> None:
    desk = Desk()
    desk.file(IRIS)
    desk.send({"kind": "choose", "target": "sepal", "task": task})
    assert len(desk.sentences) == 1
    assert desk.good().target == "species"


def test_retranslating_changes_every_text_and_not_what_is_chosen(catalogues: Path) -> None:
    desk = Desk()
    desk.file(IRIS)
    desk.send({"kind": "choose", "target": "sepal"})
    with in_use(catalogues):
        desk.upload.retranslate()
        assert [text for text in desk.upload.texts.values() if not re.fullmatch("⟦.*⟧", text)] == []
        assert re.fullmatch(r"⟦flowers\.csv: ⟦30 ro+ws⟧ × ⟦3 co+lu+mns⟧⟧", desk.upload.shown["summary"])
        assert (desk.upload.shown["target"], desk.upload.shown["task"]) == ("sepal", "regression")
    assert (len(desk.tables), desk.sentences) == (2, [])


GERMAN = ("Größe;Ort\n" + "".join(f"{i % 9},5;{('Köln', 'Lübeck')[i % 2]}\n" for i in range(30))).encode("cp1252")


READ_WRONGLY: list[dict[str, object]] = [
    {"encoding": "rot13"},
    {"encoding": 5},
    {"has_names": "yes"},
    {"column": "petal"},
    {},
]


def test_the_encoding_that_was_guessed_can_be_changed() -> None:
    desk = Desk()
    desk.file(GERMAN)
    assert desk.upload.shown["encoding"] == "windows-1252"
    assert "The encoding is a guess: windows-1252." in desk.notes()
    desk.send({"kind": "read", "encoding": "macintosh"})
    assert desk.upload.shown["encoding"] == "macintosh"
    assert desk.good().classes == ("Kˆln", "L¸beck")  # what these bytes are on an old Macintosh
    assert desk.upload.shown["name"] == "flowers.csv"


def test_the_first_row_can_be_made_data_and_names_again() -> None:
    desk = Desk()
    desk.file(IRIS)
    desk.send({"kind": "read", "has_names": False})
    assert (desk.upload.shown["columns"], desk.tables[-1].n_rows) == (["Column 1", "Column 2", "Column 3"], 31)
    desk.send({"kind": "read", "has_names": True})
    assert (desk.upload.shown["columns"], desk.tables[-1].n_rows) == (["petal", "sepal", "species"], 30)


def test_the_kind_of_a_column_can_be_changed_and_the_target_stays() -> None:
    desk = Desk()
    desk.file(IRIS)
    desk.send({"kind": "choose", "target": "petal"})
    desk.send({"kind": "read", "column": "sepal", "as": "id"})
    assert desk.good().features == ("species: setosa", "species: virginica")
    assert [column["used"] for column in desk.upload.shown["preview"]] == [True, False, True]
    assert desk.upload.shown["target"] == "petal"
    assert "Left out, since it only names the row: sepal." in desk.notes()
    desk.send({"kind": "read", "column": "sepal", "as": "category"})
    assert len(desk.good().features) == 9


def test_a_kind_that_the_cells_do_not_have_is_refused_and_changes_nothing() -> None:
    desk = Desk()
    desk.file(IRIS)
    before = desk.upload.dataset(), desk.upload.shown
    desk.send({"kind": "read", "column": "species", "as": "date"})
    assert desk.sentences == ["The column species cannot be read in the kind that was chosen."]
    assert (desk.upload.dataset(), desk.upload.shown) == before


@pytest.mark.parametrize("content", READ_WRONGLY, ids=repr)
def test_a_way_to_read_that_is_not_offered_gets_one_sentence(content: dict[str, object]) -> None:
    desk = Desk()
    desk.file(IRIS)
    desk.send({"kind": "read", **content})
    assert desk.sentences == [NO_CHOICE]
    assert len(desk.tables) == 1
