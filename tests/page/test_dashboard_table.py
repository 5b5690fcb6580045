"""The page without a browser: a visitor's table takes the place of the run."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.support.page_without_browser import PATIENCE, choose, click, from_page, mount, notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.dashboard import Dashboard


class CountedLock:
    """A lock that counts how often it was taken."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.times = 0

    def __enter__(self) -> None:
        self._lock.acquire()
        self.times += 1

    def __exit__(self, *_: object) -> None:
        self._lock.release()


FLOWERS = b"petal,sepal,species\n" + b"".join(b"%d,%d,%s\n" % (i, i % 7, (b"a", b"b")[i % 2]) for i in range(30))


def upload(dash: Dashboard, data: bytes) -> None:
    """Sends a file as a page does, and waits until it was read."""
    content = {"kind": "file", "name": "flowers.csv"}
    message = {"content": {"data": {"method": "custom", "content": content}}, "buffers": [data]}
    dash._upload._handle_msg(message)
    assert dash._upload._worker.join(PATIENCE)


def test_a_table_read_in_a_thread_replaces_the_run_while_no_callback_is_under_way(
    dash: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(dash, "problem", "csv")
    dash._session.run.play()
    before, others_could = dash._session.staged, []
    begin_anew = dash._session.begin_anew

    def begin_here(**of_what: None) -> None:
        with ThreadPoolExecutor(1) as other:
            others_could.append(other.submit(dash._turn.acquire, blocking=False).result())
        begin_anew(**of_what)

    monkeypatch.setattr(dash._session, "begin_anew", begin_here)
    upload(dash, FLOWERS)
    assert others_could == [False]
    assert dash._session.staged is not before
    assert dash._session.run.wants_to_play


def test_a_bad_table_leaves_the_run_as_it_was_and_says_why(dash: Dashboard) -> None:
    choose(dash, "problem", "csv")
    upload(dash, FLOWERS)
    before = dash._session.staged
    upload(dash, b"a\n1\n2\n")
    assert dash._session.staged is before
    assert notice(dash).startswith("Kept as it was. The file has only one column")
    upload(dash, FLOWERS)
    assert "Kept" not in notice(dash)


def test_a_table_that_is_read_when_the_page_is_closed_starts_nothing(dash: Dashboard) -> None:
    choose(dash, "problem", "csv")
    before = dash._session.staged
    dash.close()
    upload(dash, FLOWERS)
    assert dash._session.staged is before


@pytest.mark.parametrize("name", ["dl-play", "dl-step", "dl-reset", "problem", "speed", "mounted", "greeting"])
def test_whatever_a_person_does_waits_for_a_table_that_is_being_taken(
    dash: Dashboard, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts: dict[str, Callable[[], None]] = {
        "problem": lambda: choose(dash, "problem", "bowl"),
        "speed": lambda: from_page(dash._playback._speed, index=0),
        "mounted": lambda: mount(dash),
        "greeting": lambda: dash._greet("problem=bowl"),
    }
    act = acts.get(name, lambda: click(dash, name))
    turn = CountedLock()
    for part in (dash, dash._playing, dash._changes):
        monkeypatch.setattr(part, "_turn", turn)
    act()
    assert turn.times > 0
