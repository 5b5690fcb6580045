"""Links, reloads and losses, in Voilà and in JupyterLab alike: each test needs a page and a kernel of its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from core.config.training_config import FIELDS
from tests.support.browser import READY, READY_TIMEOUT_MS
from tests.support.processes import wait_until_ended
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from tests.conftest import Visit
    from tests.support.browser import Host

ENDLESS = "epochs=1000000000"
IDLE_PERCENT = 10  # of a core; a run at full speed takes one
STOP_SECONDS = 34  # 30, and a second for each look at an engine before and after them


SIZES = """() => [".dl-transport", ".dl-strip", ".dl-board", ".dl-control-card", ".dl-play"].map((place) => {
  const { width, height } = document.querySelector(place).getBoundingClientRect();
  return [place, Math.round(width), Math.round(height)];
})"""


def label(name: str, value: str) -> str:
    """What a menu calls that value of a setting."""
    return next(text for text, option in FIELDS[name].options if option == value)


def chosen(visitor: Visitor, name: str) -> str:
    """What a menu shows as chosen; ipywidgets writes each space as a no-break space."""
    menu = visitor.page.get_by_label(name, exact=True)
    return menu.evaluate("select => select.selectedOptions[0].textContent").replace("\u00a0", " ")


def play_at_full_speed(visitor: Visitor) -> psutil.Process:
    """Starts a run that does not end by itself; the process that trains."""
    visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
    visitor.set_speed("max")
    visitor.play()
    assert visitor.runs_on()
    engine = visitor.engine()
    assert trains(engine)
    return engine


def trains(engine: psutil.Process) -> bool:
    """Whether the engine is alive and at work, watched for a second."""
    try:
        return engine.cpu_percent(interval=1) > IDLE_PERCENT
    except psutil.NoSuchProcess:
        return False


def assert_training_stops(engines: list[psutil.Process]) -> None:
    left = time.monotonic()
    while any(trains(engine) for engine in engines):
        assert time.monotonic() - left < STOP_SECONDS


def test_a_link_sets_what_is_good_in_it_and_says_what_is_not(visit: Visit, host: Host) -> None:
    query = "problem=himmelblau&optimizer=momentum&momentum=0.5&learning_rate=abc"
    with visit(host, query) as visitor:
        visitor.wait_for_slot("notice-title", "Kept as it was.")
        visitor.wait_for_slot("notice-text", "Learning rate must be a number.")
        assert chosen(visitor, "Problem") == label("problem", "himmelblau")
        assert chosen(visitor, "Optimizer") == label("optimizer", "momentum")
        assert visitor.box("Momentum").input_value() == "0.5"
        assert visitor.box("Learning rate").input_value() == "0.01"
        assert visitor.page.get_by_label("Coordinates", exact=True).count() == 1


def test_a_killed_kernel_is_announced_within_ten_seconds(visit: Visit, host: Host) -> None:
    with visit(host) as visitor:
        banner = visitor.page.locator(".dl-banner")
        assert not banner.is_visible()
        before = visitor.page.evaluate(SIZES)
        visitor.kernel().kill()
        banner.wait_for(timeout=10_000)
        assert visitor.page.evaluate(SIZES) == before  # ipywidgets' broken links would push the page apart
        assert visitor.page.locator(".dl-columns").evaluate("columns => getComputedStyle(columns).opacity") == "0.7"
        banner.get_by_text("The kernel of this page has ended.").wait_for()
        assert banner.get_by_role("button", name="Reload", exact=True).is_visible()
        assert not visitor.page.locator(".dl-play").is_visible()  # it would offer what nobody can do
        assert visitor.page.locator(".dl-controls").evaluate("controls => controls.inert")


def test_reload_opens_the_page_with_the_settings_it_had_when_its_kernel_died(visit: Visit, voila: Host) -> None:
    with visit(voila) as visitor:
        visitor.choose("Problem", label("problem", "himmelblau"))
        visitor.page.wait_for_function("location.search.startsWith('?problem=himmelblau')")  # the kernel has taken it
        visitor.kernel().kill()
        visitor.page.locator(".dl-banner").get_by_role("button", name="Reload", exact=True).click()
        visitor.page.wait_for_url("**/?problem=himmelblau*", timeout=READY_TIMEOUT_MS)
        visitor.page.wait_for_selector(READY, timeout=READY_TIMEOUT_MS)
        visitor.page.wait_for_selector("[data-panel=surface]")
        assert chosen(visitor, "Problem") == label("problem", "himmelblau")


def test_an_engine_that_is_killed_costs_a_moment_and_no_step(visit: Visit, host: Host) -> None:
    with visit(host) as visitor:
        visitor.play()
        visitor.wait("s => s.steps.loss > 50")
        before = visitor.state()["kernel"]
        engine = visitor.engine()
        engine.kill()  # "Going back …" may be over before it is drawn: a spare engine stands ready
        visitor.wait(f"s => s.steps.loss > {before} + 50", PREPARED_MS)
        wait_until_ended(engine)
        assert visitor.engine() != engine
        assert not visitor.page.locator(".dl-banner").is_visible()
        steps = np.asarray(visitor.trace("loss", 0)["x"], float)
        assert steps[0] == 0
        assert np.all(np.diff(steps) > 0)


def test_a_page_that_is_reloaded_leaves_no_kernel_behind(visit: Visit, voila: Host) -> None:
    with visit(voila) as visitor:
        first = visitor.kernel()
        visitor.host.open(visitor.page)
        wait_until_ended(first)
        assert visitor.kernel().pid != first.pid


@pytest.mark.parametrize("way_out", ["left", "crashed"])
def test_a_page_that_goes_while_playing_no_longer_trains_after_thirty_seconds(
    visit: Visit, voila: Host, lab: Host, way_out: str
) -> None:
    with visit(voila, ENDLESS) as served, visit(lab, ENDLESS) as explored:  # both at once: they wait for half a minute
        engines = [play_at_full_speed(visitor) for visitor in (served, explored)]
        for visitor in (served, explored):
            if way_out == "crashed":
                visitor.crash()
            else:
                visitor.page.goto("about:blank")
        assert_training_stops(engines)
