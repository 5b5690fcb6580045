"""Trials that are pressed in the charts of a sweep, in a browser: each says which one it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from core.config.training_config import TrainingConfig
from core.sweeps.setting_range import SettingRange, read_range
from core.sweeps.trial import State, Trial
from tests.support.board_page import BoardPage
from widgets.sweep.sweep_charts import sweep_panels

if TYPE_CHECKING:
    from playwright.sync_api import Page

RATE = read_range("learning_rate", "0.01 0.1")
NOISE = read_range("noise", "1 2")
SAMPLES = read_range("samples", "10 to 90")
PLACE = """([panel, x, y]) => {
  const chart = document.querySelector(`[data-panel=${panel}]`);
  const { left, top } = chart.getBoundingClientRect();
  const { xaxis, yaxis } = chart._fullLayout;
  return [left + xaxis._offset + xaxis.d2p(x), top + yaxis._offset + yaxis.d2p(y)];
}"""


def sweep(*ranges: SettingRange, **more: Any) -> Any:
    """Four trials of two rates and two noises; the last one diverged."""
    trials = []
    for number, (rate, noise) in enumerate(((0.01, 1.0), (0.01, 2.0), (0.1, 1.0), (0.1, 2.0))):
        given = {"learning_rate": rate, "noise": noise, "samples": 20 + 20 * number}
        state: State = "diverged" if number == 3 else "finished"
        settings = {each.name: given[each.name] for each in ranges}
        trials.append(Trial(number, settings, TrainingConfig(), state, 1.0 + number, number, number + 1.0))
    return SimpleNamespace(trials=tuple(trials), plan=SimpleNamespace(ranges=ranges), began=0.0, **more)


def pressed(page: Page) -> list[int]:
    return page.evaluate("model.said.filter(({ kind }) => kind === 'press').map(({ number }) => number)")


def press_at(page: Page, panel: str, x: float, y: float) -> None:
    left, top = page.evaluate(PLACE, [panel, x, y])
    page.mouse.move(left - 2, top - 2)
    page.mouse.move(left, top)
    page.locator(f"[data-panel={panel}] .hoverlayer > *").first.wait_for()
    page.mouse.click(left, top)


@pytest.fixture
def wide(page: Page) -> Page:
    page.set_viewport_size({"width": 1200, "height": 1800})
    return page


def test_a_cell_of_the_map_is_its_trial_anywhere_in_it_and_so_is_a_cross(wide: Page) -> None:
    BoardPage(wide, sweep_panels(sweep(RATE, NOISE)))
    press_at(wide, "sweep-values", 0.012, 1.2)
    press_at(wide, "sweep-values", 0.1, 2.0)
    assert pressed(wide) == [0, 3]


def test_a_point_of_a_sweep_over_one_setting_is_its_trial(wide: Page) -> None:
    BoardPage(wide, sweep_panels(sweep(SAMPLES)))
    press_at(wide, "sweep-values", 40, 2.0)
    assert pressed(wide) == [1]


def test_a_bar_of_the_timeline_is_its_trial(wide: Page) -> None:
    BoardPage(wide, sweep_panels(sweep(RATE, NOISE)))
    press_at(wide, "sweep-times", 2.5, 0.1)
    assert pressed(wide) == [2]


def test_a_line_of_parallel_coordinates_is_its_trial_for_a_press_beside_it_too(wide: Page) -> None:
    BoardPage(wide, sweep_panels(sweep(RATE, NOISE, SAMPLES)))
    axes = [axis.bounding_box() for axis in wide.locator("[data-panel=sweep-values] .axis .domain").all()]
    noise, samples = axes[1], axes[2]
    assert noise is not None
    assert samples is not None
    x = (noise["x"] + samples["x"] + samples["width"]) / 2
    # Half way from a noise of 1 or 2, the ends of the one axis, to 20 or 40 samples, an eighth and three of the other.
    bottom, height = samples["y"] + samples["height"], samples["height"]
    wide.mouse.click(x, bottom - height * 0.125 / 2 - 4)
    wide.mouse.click(x, bottom - height * (1 + 0.375) / 2)
    wide.mouse.click(x, bottom - height * 0.9)
    assert pressed(wide) == [0, 1]


def test_dragging_along_an_axis_of_parallel_coordinates_presses_nothing(wide: Page) -> None:
    BoardPage(wide, sweep_panels(sweep(RATE, NOISE, SAMPLES)))
    axis = wide.locator("[data-panel=sweep-values] .axis-brush").nth(2).bounding_box()
    assert axis is not None
    x = axis["x"] + axis["width"] / 2
    wide.mouse.move(x, axis["y"] + 0.2 * axis["height"])
    wide.mouse.down()
    wide.mouse.move(x, axis["y"] + 0.8 * axis["height"], steps=4)
    wide.mouse.up()
    assert pressed(wide) == []
    left = wide.locator("[data-panel=sweep-values] .axis .domain").nth(1).bounding_box()
    assert left is not None
    middle, bottom = (left["x"] + x) / 2, left["y"] + left["height"]
    wide.mouse.click(middle, bottom - left["height"] * 0.125 / 2)  # of the trial that was brushed away
    wide.mouse.click(middle, bottom - left["height"] * (1 + 0.375) / 2)
    assert pressed(wide) == [1]
