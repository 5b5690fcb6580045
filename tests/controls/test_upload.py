"""The files that a page uploads, without a browser: good ones, bad ones, and what is no file."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from core.delimited.text_table import LARGEST_FILE
from tests.support.upload_desk import IRIS, SPECIES, TOO_LARGE, Desk
from widgets.controls.upload_requests import A_MODEL, NO_FILE


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


@pytest.mark.parametrize("name", ["net.keras", "NET.H5", "net.onnx", "net.tflite", "net.pt", "net.pkl"])
def test_a_model_from_elsewhere_is_never_loaded_and_it_is_said_why(name: str) -> None:
    desk = Desk()
    desk.file(IRIS, name)  # whatever is in it
    assert desk.sentences == [A_MODEL]
    assert desk.tables == []


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


@pytest.mark.parametrize("content", [None, 5, "file", [1]], ids=repr)
def test_a_message_without_content_is_dropped_without_a_word(content: object, caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    desk.send(content)
    assert (desk.sentences, caplog.records) == ([], [])


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


def test_what_is_shown_is_plain_json_of_a_bearable_length() -> None:
    desk = Desk()
    names = ",".join("n" * 200 + str(i) for i in range(1000))
    desk.file((names + "\n" + "\n".join(",".join(str(i * k % 11) for k in range(1000)) for i in range(20))).encode())
    assert len(json.dumps(desk.upload.shown)) < 100_000
