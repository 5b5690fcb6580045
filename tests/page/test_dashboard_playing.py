"""The page without a browser: play, pause, reset and a click that starts elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.training_config import TrainingConfig
from core.runs.status import Status
from tests.support.page_without_browser import StraightTrainer, choose, click, mount, notice, shown, until
from widgets.scenes import surface_scene as scene_module

if TYPE_CHECKING:
    from widgets.dashboard import Dashboard


def test_the_play_button_says_what_it_would_do(dash: Dashboard) -> None:
    mount(dash)
    until(dash, lambda: dash._session.run.status is Status.PAUSED)
    texts = []
    for _ in range(2):
        click(dash, "dl-play")
        dash._stage.draw()
        texts.append(dash._playback._play.description)
    assert [text.split()[-1] for text in texts] == ["Pause", "Play"]


def test_play_after_the_last_step_starts_again(dash: Dashboard) -> None:
    mount(dash)
    choose(dash, "epochs", "3")
    run = dash._session.run
    click(dash, "dl-play")
    until(dash, lambda: run.status is Status.FINISHED)
    first = run.history
    until(dash, lambda: not dash._playback.offers_pause)
    click(dash, "dl-play")
    until(dash, lambda: run.history is not first and run.status is Status.FINISHED)
    assert run.step == 3


def test_a_press_that_the_end_of_the_run_overtook_was_meant_for_pause_and_loses_nothing(dash: Dashboard) -> None:
    mount(dash)
    choose(dash, "epochs", "30")
    run = dash._session.run
    until(dash, lambda: run.status is Status.PAUSED)
    click(dash, "dl-play")
    dash._stage.draw()
    until(dash, lambda: run.status is Status.FINISHED)
    first = run.history
    click(dash, "dl-play")
    until(dash, lambda: not dash._playback.offers_pause)
    assert run.history is first
    assert not run.wants_to_play


def test_a_press_on_play_that_a_cell_overtook_keeps_the_run_playing(dash: Dashboard) -> None:
    mount(dash)
    choose(dash, "epochs", "1000000000")
    until(dash, lambda: dash._session.run.status is Status.PAUSED)
    dash._session.play()
    click(dash, "dl-play")
    assert dash._session.wants_to_play
    assert dash._playback._play.description == "❚❚ Pause"
    click(dash, "dl-play")
    assert not dash._session.wants_to_play


def test_reset_pauses_at_the_start_and_keeps_the_settings(dash: Dashboard) -> None:
    mount(dash)
    choose(dash, "epochs", "1000000000")
    run = dash._session.run
    click(dash, "dl-play")
    until(dash, lambda: run.step > 0)
    click(dash, "dl-reset")
    until(dash, lambda: run.step == 0 and run.status is Status.PAUSED)
    assert not run.wants_to_play
    assert dash.config.epochs == 1_000_000_000


def test_a_click_on_the_surface_starts_there_without_a_new_run(dash: Dashboard) -> None:
    mount(dash)
    run = dash._session.run
    click(dash, "dl-step")
    until(dash, lambda: run.step == 1)
    dash._board._receive({"kind": "click", "panel": "surface", "x": 2.0, "y": -1.0})
    until(dash, lambda: run.step == 0 and run.observation is not None and run.observation.parameters[0] == 2)
    assert dash._session.run is run
    assert (shown(dash, "start_x"), shown(dash, "start_y")) == ("2", "-1")


def test_a_click_on_another_chart_starts_nowhere(dash: Dashboard) -> None:
    dash._board._receive({"kind": "click", "panel": "loss", "x": 2.0, "y": -1.0})
    assert dash.config == TrainingConfig()


def test_a_run_that_failed_while_it_was_to_play_offers_play(dash: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> StraightTrainer:
        raise ZeroDivisionError

    monkeypatch.setattr(scene_module, "build_trainer", fail)
    mount(dash)
    dash.play()
    until(dash, lambda: notice(dash).startswith("Training stopped. "))
    until(dash, lambda: not dash._playback.offers_pause)
    assert dash._playback._play.description == "▶ Play"


@pytest.mark.parametrize("way_out", ["reset", "play", "start"])
def test_a_run_that_failed_says_so_and_can_be_started_again(
    dash: Dashboard, way_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> StraightTrainer:
        raise ZeroDivisionError

    monkeypatch.setattr(scene_module, "build_trainer", fail)
    mount(dash)
    until(dash, lambda: dash._session.run.status is Status.FAILED)
    assert notice(dash).startswith("Training stopped. ")
    monkeypatch.setattr(scene_module, "build_trainer", StraightTrainer)
    if way_out == "start":
        choose(dash, "start_x", "2")
    else:
        click(dash, f"dl-{way_out}")
    until(dash, lambda: dash._session.run.status in (Status.PAUSED, Status.PLAYING))
    assert dash._session.run.wants_to_play == (way_out == "play")
