"""Rate test, sweep and race on the Compare tab in a browser: begun by hand, drawn while they run, and opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.axe import violations
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator

    from tests.conftest import Visit
    from tests.support.browser import Host

DRAWN = """name => {
  const chart = document.querySelector(`[data-panel=${name}]`);
  chart?.scrollIntoView(); // only what is in sight is drawn
  return chart?.data?.some((trace) => (trace.x?.length ?? 0) > 1);
}"""
TRIALS = 4


@pytest.fixture(scope="module")
def visitor(visit: Visit, voila: Host) -> Iterator[Visitor]:
    """A page on a surface of two parameters, with its Compare tab open."""
    with visit(voila, "problem=rosenbrock&epochs=200") as visitor:
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        visitor.page.get_by_role("tab", name="Compare").click()
        form(visitor, "Race").wait_for()
        yield visitor


def form(visitor: Visitor, title: str) -> Locator:
    heading = visitor.page.get_by_role("heading", name=title, exact=True)
    return visitor.page.locator(".dl-sweep-forms section", has=heading)


def wait_until_drawn(visitor: Visitor, panel: str) -> None:
    visitor.page.wait_for_function(DRAWN, arg=panel, timeout=PREPARED_MS)


def test_a_rate_test_begins_by_a_press_and_suggests_a_rate(visitor: Visitor) -> None:
    test = form(visitor, "Test learning rates")
    test.get_by_role("button", name="Start the test").click()
    test.get_by_role("button", name="Start the test").wait_for(timeout=PREPARED_MS)
    test.get_by_text("The loss falls fastest").wait_for()
    wait_until_drawn(visitor, "rate-test")


def test_a_sweep_fills_its_charts_and_a_trial_in_them_becomes_the_run_of_the_page(visitor: Visitor) -> None:
    page, sweep = visitor.page, form(visitor, "Sweep over settings")
    sweep.get_by_label("Setting", exact=True).select_option(label="Learning rate")
    sweep.get_by_label("Range or list").fill("0.0001 to 0.001")
    sweep.get_by_label("Runs", exact=True).fill(str(TRIALS))
    sweep.get_by_role("button", name="Start the sweep").click()
    sweep.get_by_text(f"{TRIALS} of {TRIALS} trials are over.").wait_for(timeout=PREPARED_MS)
    sweep.get_by_role("button", name="Start the sweep").wait_for(timeout=PREPARED_MS)
    wait_until_drawn(visitor, "sweep-values")
    place = page.evaluate(
        """() => {
          const chart = document.querySelector("[data-panel=sweep-values]");
          const { x, y } = chart.data[0], { xaxis, yaxis } = chart._fullLayout;
          const { left, top } = chart.getBoundingClientRect();
          return [left + xaxis._offset + xaxis.d2p(x[0]), top + yaxis._offset + yaxis.d2p(y[0]), x[0]];
        }"""
    )
    page.mouse.move(place[0] - 3, place[1])
    page.mouse.move(place[0], place[1])
    page.locator("[data-panel=sweep-values] .hoverlayer > *").first.wait_for()
    page.mouse.click(place[0], place[1])
    visitor.button("Play").wait_for()
    assert page.get_by_role("tab", name="Train").get_attribute("aria-selected") == "true"
    assert float(visitor.box("Learning rate").input_value()) == pytest.approx(place[2], rel=1e-3)
    page.get_by_role("tab", name="Compare").click()


def test_a_race_draws_all_losses_and_one_surface_with_a_path_for_each(visitor: Visitor) -> None:
    race = form(visitor, "Race")
    race.get_by_label("Setting", exact=True).select_option(label="Optimizer")
    race.get_by_label("Range or list").fill("SGD; Adam")
    race.get_by_role("button", name="Start the race").click()
    race.get_by_role("button", name="Start the race").wait_for(timeout=PREPARED_MS)
    wait_until_drawn(visitor, "race-losses")
    wait_until_drawn(visitor, "race-surface")
    names = visitor.page.evaluate(
        "document.querySelector('[data-panel=race-surface]').data.filter((trace) => trace.mode === 'lines+markers')"
        ".map(({ name, x }) => [name, x.length > 1])"
    )
    assert names == [["SGD", True], ["Adam", True]]


def test_axe_finds_nothing_in_light_and_dark(visitor: Visitor) -> None:
    for theme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        visitor.page.locator(f".dl-root[data-theme={theme}]").wait_for()
        assert violations(visitor.page) == []
