"""The page without a browser: when it begins, what is built ahead, and that closing ends it."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from core.runs.status import Status
from tests.support.browser import ROOT
from tests.support.page_without_browser import PANELS, PATIENCE, choose, has_control, mount, until, widgets_in
from widgets.dashboard import Dashboard

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_dashboard_is_built_without_tensorflow_and_without_a_thread() -> None:
    code = (
        "import sys, threading\n"
        "from widgets.dashboard import Dashboard\n"
        "Dashboard()\n"
        "print(threading.active_count(), sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1", "[]"]


def test_the_page_stands_before_it_is_greeted(dash: Dashboard) -> None:
    css_classes = {css_class for widget in widgets_in(dash) for css_class in widget._dom_classes}
    assert {"dl-root", "dl-controls", "dl-transport", "dl-strip", "dl-formula"} <= css_classes
    assert [panel["id"] for panel in dash._board.board["panels"]] == PANELS
    assert "descent-lab-run" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("show", [lambda dash: dash._greet(""), mount], ids=["greeted", "charts on a screen"])
def test_training_is_prepared_when_somebody_looks(dash: Dashboard, show: Callable[[Dashboard], None]) -> None:
    assert dash._session.run.status is Status.PREPARING
    show(dash)
    until(dash, lambda: dash._session.run.status is Status.PAUSED)


def test_what_models_need_is_built_once_the_page_has_drawn_a_frame_and_not_before(
    dash: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(dash._board, "send", lambda content, buffers=None: sent.append(content))
    config = dash.config
    mount(dash)
    until(dash, lambda: bool(sent))
    assert not has_control(dash, "family")
    dash._board._receive({"kind": "ack", "frame": sent[0]["frame"], "drawn": True})
    dash._stage.draw()
    for thread in threading.enumerate():
        if thread.name == "descent-lab-ahead":
            thread.join(PATIENCE)
    assert has_control(dash, "family")
    assert dash.config == config
    built = {widget.model_id for widget in widgets_in(dash._controls.widget)}
    choose(dash, "problem", "digits")
    assert {widget.model_id for widget in widgets_in(dash._controls.widget)} == built


def test_closing_ends_all_threads(build: None) -> None:
    before = set(threading.enumerate())
    dash = Dashboard()
    dash._greet("")
    mount(dash)
    started = set(threading.enumerate()) - before
    assert {thread.name for thread in started} == {"descent-lab-run", "descent-lab-frames", "descent-lab-recorder"}
    dash.close()
    for thread in started:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in started)
