"""An upload that takes long: the page goes on meanwhile, and only the newest file counts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from core.tables.csv_reader import ReadingChoices, read_csv
from core.tables.preparation import Prepared, prepare
from widgets.controls import upload as upload_module
from widgets.controls.upload import FAULT

if TYPE_CHECKING:
    from core.tables.table import Table
from tests.support.upload_desk import IRIS, PATIENCE, Desk


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
