"""A cell that is run again ends the pages of its last run, and no others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from core.config.training_config import TrainingConfig
from core.runs.status import Status
from widgets import cell_pages
from widgets.cell_pages import CellPages, present_cell_run
from widgets.dashboard import Dashboard

if TYPE_CHECKING:
    import pytest


class Page:
    closed = False

    def close(self) -> None:
        self.closed = True


def test_only_the_pages_of_an_earlier_run_of_the_same_cell_end() -> None:
    pages, (first, second, other, again) = CellPages(), [Page() for _ in range(4)]
    pages.add(first, ("a", "1"))
    pages.add(second, ("a", "1"))
    pages.add(other, ("b", "2"))
    assert not first.closed
    pages.add(again, ("a", "3"))
    assert [page.closed for page in (first, second, other, again)] == [True, True, False, False]


def test_in_a_script_nothing_ends() -> None:
    assert present_cell_run() is None
    pages, page = CellPages(), Page()
    pages.add(page, None)
    pages.add(Page(), None)
    assert not page.closed


def test_the_front_end_says_which_cell_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = {"metadata": {"cellId": "a"}, "header": {"msg_id": "1"}}
    shell = SimpleNamespace(kernel=SimpleNamespace(get_parent=lambda channel: parent))
    monkeypatch.setattr(cell_pages, "get_ipython", lambda: shell)
    assert present_cell_run() == ("a", "1")


def test_a_page_that_is_made_again_ends_the_run_of_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = iter(["1", "2"])
    monkeypatch.setattr("widgets.page.page.present_cell_run", lambda: ("cell", next(runs)))
    old = Dashboard(TrainingConfig(epochs=1_000_000_000))
    old.play()
    new = Dashboard(TrainingConfig(epochs=1_000_000_000))
    try:
        assert old._session.run.join(60)
        assert old._session.run.status is Status.STOPPED
        assert new._session.run.status is not Status.STOPPED
    finally:
        new.close()
