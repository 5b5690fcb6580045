"""The upload without a browser: real messages with real files, and with everything that is none."""

from __future__ import annotations

import json
import math
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest

from core.delimited.text_table import LARGEST_FILE
from core.tables.csv_reader import ReadingChoices, read_csv
from core.tables.preparation import Prepared, prepare
from tests.support.pseudo_locale import in_use
from widgets.controls import upload as upload_module
from widgets.controls.upload import FAULT, Upload
from widgets.controls.upload_requests import NO_CHOICE, NO_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from core.datasets.dataset import Dataset
    from core.tables.table import Table

PATIENCE = 20.0  # seconds; a bound for a busy machine, not a wait
TOO_LARGE = "The file is larger than 5 MB, which is the limit."
SPECIES = ("setosa", "virginica")
IRIS = ("petal,sepal,species\n" + "".join(f"{i},{i % 7}.5,{SPECIES[i % 2]}\n" for i in range(30))).encode()


class Desk:
    """An upload whose owner remembers what it was told."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.sentences: list[str] = []
        self.sent: list[object] = []
        self.upload = Upload(self.tables.append, self.sentences.append)
        self.upload.send = self.sent.append

    def send(self, content: object, buffers: Any = ()) -> None:
        """A custom message of the page, dealt with."""
        self.post(content, buffers)
        self.settle()

    def post(self, content: object, buffers: Any = ()) -> None:
        """What the kernel gets when a page sends a custom message."""
        data = {"method": "custom", "content": content}
        self.upload._handle_msg({"content": {"data": data}, "buffers": list(buffers)})

    def settle(self) -> None:
        assert self.upload._worker.join(PATIENCE)

    def file(self, data: bytes, name: object = "flowers.csv") -> None:
        self.post_file(data, name)
        self.settle()

    def post_file(self, data: bytes, name: object = "flowers.csv") -> None:
        self.post({"kind": "file", "name": name}, [memoryview(data)])

    def good(self) -> Dataset:
        dataset = self.upload.dataset()
        assert dataset is not None
        return dataset

    def notes(self) -> str:
        return " ".join(self.upload.shown["notes"])


def test_a_good_file_becomes_a_data_set_with_guessed_target_and_task() -> None:
    desk = Desk()
    desk.file(IRIS)
    assert [table.names for table in desk.tables] == [("petal", "sepal", "species")]
    assert desk.upload.shown == {
        "name": "flowers.csv",
        "summary": "flowers.csv: 30 rows × 3 columns",
        "columns": ["petal", "sepal", "species"],
        "preview": [
            {"name": "petal", "kind": "number", "used": True, "cells": [str(i) for i in range(8)]},
            {"name": "sepal", "kind": "number", "used": True, "cells": [f"{i % 7}.5" for i in range(8)]},
            {"name": "species", "kind": "category", "used": True, "cells": [*SPECIES] * 4},
        ],
        "encoding": "UTF-8",
        "has_names": True,
        "notes": [],
        "target": "species",
        "task": "classification",
        "tasks": ["classification"],
    }
    assert desk.good().classes == ("setosa", "virginica")
    assert desk.good().load().x_train.shape == (24, 2)
    assert desk.sentences == []


def test_before_a_file_there_is_no_data_set_and_nothing_to_show() -> None:
    desk = Desk()
    assert (desk.upload.dataset(), desk.upload.shown) == (None, {})


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


BAD_FILES = {
    "empty": (b"", "The file is empty."),
    "only spaces": (b" \n \n", "The file is empty."),
    "one row": (b"a,b\n1,2\n", "There is one row to learn from; 10 are needed."),
    "names only": (b"a,b\n", "The file has names of columns but no rows."),
    "one column": (b"a\n1\n2\n", "The file has only one column; two are needed, one of them to predict."),
    "binary": (bytes(range(256)) * 20, "The file is not text; save the table as CSV first."),
    "workbook": (
        b"PK\x03\x04" + b"x" * 99,
        "The file is an Excel workbook or a zip archive, not text; save the table as CSV first.",
    ),
    "cut UTF-16": (b"\xff\xfea", "The file is not text; save the table as CSV first."),
    "10 000 columns": (
        ",".join(f"c{i}" for i in range(10_000)).encode() + b"\n" + b",".join([b"1"] * 10_000),
        "The file has 10\u00a0000 columns; at most 1\u00a0000 can be used.",
    ),
    "all infinite": (b"a,b\n" + b"1,inf\n" * 20, "There are 0 rows to learn from; 10 are needed."),
    "5 MB and a byte": (b"1" * (LARGEST_FILE + 1), TOO_LARGE),
}


@pytest.mark.parametrize(("data", "sentence"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_gets_one_sentence_and_the_last_good_table_stays(data: bytes, sentence: str) -> None:
    desk = Desk()
    desk.file(IRIS)
    before = desk.upload.dataset(), desk.upload.shown
    desk.file(data)
    assert desk.sentences == [sentence]
    assert (desk.upload.dataset(), desk.upload.shown) == before
    assert len(desk.tables) == 1


def test_utf_16_is_read_like_any_other_text() -> None:
    desk = Desk()
    desk.file(IRIS.decode().encode("utf-16"))
    assert desk.good().target == "species"
    assert desk.sentences == []


def test_cells_without_a_usable_number_are_reported() -> None:
    desk = Desk()
    rows = [f"{cell},{i},{i * 0.5}" for i, cell in enumerate(["NaN", "inf", *map(str, range(28))])]
    desk.file(("a,b,c\n" + "\n".join(rows)).encode())
    assert "Infinite or huge numbers in a count as missing." in desk.notes()
    assert math.isfinite(desk.good().load().x_train.sum())


def test_names_made_of_signs_stay_as_they_are_and_doubled_ones_get_a_number() -> None:
    desk = Desk()
    rows = "".join(f"{i},{i * i},{i % 3}\n" for i in range(20))
    desk.file(f"<img src=x onerror=alert(1)>,=HYPERLINK(0),=HYPERLINK(0)\n{rows}".encode())
    assert desk.upload.shown["columns"] == ["<img src=x onerror=alert(1)>", "=HYPERLINK(0)", "=HYPERLINK(0) (2)"]
    assert "A number was added to the name of one column" in desk.notes()


def test_exactly_five_megabytes_are_read() -> None:
    desk = Desk()
    desk.file(IRIS.ljust(LARGEST_FILE, b"\n"))
    assert desk.good().examples == 30


NO_NAMES: list[object] = [None, 5, [], {}, "", " \n"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<b>x</b>.csv", "<b>x</b>.csv"),
        ("=cmd|' /C calc'!A0.csv", "=cmd|' /C calc'!A0.csv"),
        ("a" * 10_000, "a" * 39 + "…"),
        ("\u202egpj.csv", "gpj.csv"),
        *[(odd, "Your file") for odd in NO_NAMES],
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_files_name_is_shown_as_one_short_line_of_text(name: object, shown: str) -> None:
    desk = Desk()
    desk.file(IRIS, name)
    assert desk.upload.shown["name"] == shown
    assert desk.sentences == []


def test_a_file_that_the_page_found_too_large_needs_no_bytes_to_be_refused() -> None:
    desk = Desk()
    desk.send({"kind": "too-large", "size": 10**12})
    assert desk.sentences == [TOO_LARGE]


HOSTILE: dict[str, tuple[object, list[Any]]] = {
    "no kind": ({}, []),
    "a kind of another type": ({"kind": ["file"]}, []),
    "an unknown kind": ({"kind": "__class__"}, []),
    "no buffer": ({"kind": "file", "name": "a.csv"}, []),
    "two buffers": ({"kind": "file", "name": "a.csv"}, [b"a,b", b"c"]),
    "a text for a buffer": ({"kind": "file", "name": "a.csv"}, ["a,b"]),
    "a choice before there is a table": ({"kind": "choose", "target": "a"}, []),
}


@pytest.mark.parametrize(("content", "buffers"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_file_gets_one_sentence(
    content: object, buffers: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk()
    desk.send(content, buffers)
    assert desk.sentences == [NO_FILE]
    assert desk.tables == []
    assert caplog.records == []


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


@pytest.mark.parametrize("content", [None, 5, "file", [1]], ids=repr)
def test_a_message_without_content_is_dropped_without_a_word(content: object, caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    desk.send(content)
    assert (desk.sentences, caplog.records) == ([], [])


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


@pytest.mark.parametrize("name", ["texts", "shown", "reading", "largest", "_esm", "layout", "_dom_classes"])
def test_a_page_can_set_nothing(name: str) -> None:
    desk = Desk()
    before = getattr(desk.upload, name)
    data = {"method": "update", "state": {name: {"name": "hostile"}}}
    desk.upload._handle_msg({"content": {"data": data}, "buffers": []})
    assert getattr(desk.upload, name) == before


def test_every_message_is_answered_so_that_the_page_stops_saying_reading() -> None:
    desk = Desk()
    desk.file(IRIS)
    desk.file(b"")
    desk.send({"kind": "choose", "target": "petal"})
    assert desk.sent == [{"kind": "answered"}] * 3


class SlowReading:
    """A `read_csv` that does not return before it is released, and remembers which files it was given."""

    def __init__(self) -> None:
        self.files: list[bytes] = []
        self.begun, self.released = threading.Event(), threading.Event()

    def __call__(self, data: bytes, choices: ReadingChoices) -> Table:
        self.files.append(data)
        self.begun.set()
        assert self.released.wait(PATIENCE)
        return read_csv(data, choices)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowReading:
    slow = SlowReading()
    monkeypatch.setattr(upload_module, "read_csv", slow)
    return slow


def test_a_message_returns_while_its_file_is_still_read_and_the_page_shows_that(slow: SlowReading) -> None:
    desk = Desk()
    desk.post_file(IRIS)
    assert slow.begun.wait(PATIENCE)
    assert (desk.upload.reading, desk.upload.shown, desk.tables) == ("flowers.csv", {}, [])
    slow.released.set()
    desk.settle()
    assert (desk.upload.reading, desk.upload.shown["name"], len(desk.tables)) == ("", "flowers.csv", 1)


def test_a_target_is_chosen_out_of_the_callback_too(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    desk.file(IRIS)
    threads: list[str] = []

    def prepare_here(*given: Any) -> Prepared:
        threads.append(threading.current_thread().name)
        return prepare(*given)

    monkeypatch.setattr(upload_module, "prepare", prepare_here)
    desk.send({"kind": "choose", "target": "petal"})
    assert threads == ["descent-lab-upload"]
    assert desk.good().target == "petal"


def test_of_files_sent_while_one_is_read_only_the_newest_counts(slow: SlowReading) -> None:
    desk = Desk()
    desk.post_file(IRIS, "first.csv")
    assert slow.begun.wait(PATIENCE)
    desk.post_file(IRIS.replace(b"petal", b"second"), "second.csv")
    desk.post_file(IRIS.replace(b"petal", b"third"), "third.csv")
    slow.released.set()
    desk.settle()
    assert [b"second" in data for data in slow.files] == [False, False]
    assert [table.names[0] for table in desk.tables] == ["third"]
    assert desk.upload.shown["name"] == "third.csv"


def test_a_bad_file_is_not_complained_of_once_a_newer_one_is_there(slow: SlowReading) -> None:
    desk = Desk()
    desk.post_file(b"a\n1\n2\n")
    assert slow.begun.wait(PATIENCE)
    desk.post_file(IRIS)
    slow.released.set()
    desk.settle()
    assert (desk.sentences, len(desk.tables)) == ([], 1)


def test_a_choice_does_not_take_the_place_of_a_file_that_waits(slow: SlowReading) -> None:
    desk = Desk()
    desk.post_file(IRIS)
    assert slow.begun.wait(PATIENCE)
    desk.post_file(IRIS.replace(b"petal", b"second"))
    desk.post({"kind": "choose", "target": "sepal"})
    slow.released.set()
    desk.settle()
    assert desk.good().features == ("second", "sepal")


def test_a_fault_is_logged_gives_one_sentence_and_leaves_the_last_good_table(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk()
    desk.file(IRIS)
    before = desk.upload.dataset(), desk.upload.shown

    def fail(_data: bytes, _choices: ReadingChoices) -> Table:
        raise ZeroDivisionError("a detail that is no visitor's business")

    monkeypatch.setattr(upload_module, "read_csv", fail)
    desk.file(b"a,b\n1,2\n")
    assert desk.sentences == [FAULT]
    assert (desk.upload.dataset(), desk.upload.shown, desk.upload.reading) == (*before, "")
    assert [record.exc_info is not None for record in caplog.records] == [True]
    monkeypatch.undo()
    desk.file(IRIS, "mended.csv")
    assert desk.upload.shown["name"] == "mended.csv"


def test_what_is_shown_is_plain_json_of_a_bearable_length() -> None:
    desk = Desk()
    names = ",".join("n" * 200 + str(i) for i in range(1000))
    desk.file((names + "\n" + "\n".join(",".join(str(i * k % 11) for k in range(1000)) for i in range(20))).encode())
    assert len(json.dumps(desk.upload.shown)) < 100_000


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
