"""Models on the page, in Voilà and in JupyterLab alike: they learn, answer, explain themselves, and take a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from tests.support.visitor import PREPARED_MS, Visitor
from widgets.charts.training.loss import BATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Visit

SPIRAL = TrainingConfig.suited_to("spiral").to_query()
RNG = np.random.default_rng(2)
INPUTS = RNG.normal(size=(80, 2))
TABLE = "\n".join(["width,<b>height</b>,kind", *(f"{a:.4f},{b:.4f},{'wide' if a > b else 'tall'}" for a, b in INPUTS)])

# Notes at each animation frame what of a figure's data is another object than before, and what of that says the same:
# `told` and `again`, lists of "panel trace path".
NOTE_WHAT_IS_DRAWN = """() => {
  const paths = ["x", "y", "z", "text", "customdata", "marker.color", "marker.size"];
  const log = globalThis.drawnLog = { told: [], again: [] };
  const last = new Map();
  const note = (name, value) => {
    const before = last.get(name);
    if (value === undefined || before?.value === value) return;
    const text = JSON.stringify(value);
    if (before) log.told.push(name);
    if (before?.text === text) log.again.push(name);
    last.set(name, { value, text });
  };
  const look = () => {
    for (const chart of document.querySelectorAll(".dl-chart"))
      for (const [place, trace] of (chart.data ?? []).entries()) for (const path of paths)
        note(`${chart.dataset.panel} ${place} ${path}`, path.split(".").reduce((at, key) => at?.[key], trace));
    requestAnimationFrame(look);
  };
  look();
}"""

BOUNDARY = "() => Array.from(document.querySelector('[data-panel=boundary]').data[0].z ?? [], (row) => Array.from(row))"
OPACITY = "Number(getComputedStyle(document.querySelector('.dl-board')).opacity)"


@pytest.fixture(scope="module", params=["voila", "lab"])
def learner(request: pytest.FixtureRequest, visit: Visit) -> Iterator[Visitor]:
    """A visitor on each host who opened the link to the spiral; the tests of this file go on from one another."""
    with visit(request.getfixturevalue(request.param), SPIRAL) as visitor:
        visitor.wait("s => s.notice === 'Ready to train.'", PREPARED_MS)
        visitor.set_speed("max")
        yield visitor


def finish(visitor: Visitor) -> None:
    """Plays to the last step, and waits for what is found out there."""
    visitor.press("Play")
    visitor.wait("s => s.notice.startsWith('Finished')", PREPARED_MS)


def validation(visitor: Visitor) -> float:
    """The newest validation accuracy in the strip, in percent."""
    return float(visitor.slot("metric").split(", ")[1].removesuffix("%").strip())


def line(visitor: Visitor, panel: str, place: str) -> str:
    """The words in a chart's header (the "note") or under it (the "foot")."""
    return visitor.page.locator(f".dl-card:has([data-panel={panel}]) .dl-card-{place}").inner_text()


def boundary(visitor: Visitor) -> list[list[float]]:
    """What the decision boundary's picture holds."""
    return visitor.page.evaluate(BOUNDARY)


def test_a_net_learns_the_spiral_and_every_number_is_of_its_last_step(learner: Visitor) -> None:
    untrained = boundary(learner)
    assert "untrained" in learner.slot("notice-text")
    finish(learner)
    assert validation(learner) >= 95
    # The run is over in a tenth of a second: the boundary is found after the validation.
    learner.page.wait_for_function(f"before => ({BOUNDARY})()[0]?.[0] !== before", arg=untrained[0][0])
    assert boundary(learner) != untrained
    assert learner.state()["kernel"] == learner.state()["steps"]["loss"] == 3900
    assert line(learner, "boundary", "foot") == ""


def test_no_chart_is_drawn_anew_with_what_it_shows_already(learner: Visitor) -> None:
    corner = f"({BOUNDARY})()[0][0]"
    learner.page.wait_for_function(f"{corner} > 0.95")  # the trained net is sure of itself
    learner.press("Reset")
    learner.wait("s => s.steps.loss === 0")
    # The picture of step 0 comes after its losses; if Play skips it, the second run ends at the picture of the first.
    learner.page.wait_for_function(f"{corner} < 0.8")
    learner.page.evaluate(NOTE_WHAT_IS_DRAWN)
    finish(learner)
    learner.page.wait_for_function("drawnLog.told.includes('boundary 0 z')")
    drawn = learner.page.evaluate("drawnLog")
    assert {f"loss {BATCH} y", "boundary 0 z"} <= set(drawn["told"])
    assert drawn["again"] == []


def test_another_model_starts_a_run_of_its_own(learner: Visitor) -> None:
    learner.choose("Model", "Linear")
    learner.page.locator("[data-panel=units]").wait_for(state="detached", timeout=PREPARED_MS)
    learner.wait("s => s.notice === 'Ready to train.'", PREPARED_MS)
    learner.page.wait_for_function(f"{OPACITY} === 1")
    assert "3 parameters" in learner.slot("size-note") or learner.page.get_by_text("6 parameters").count() > 0
    finish(learner)
    assert validation(learner) < 80  # no straight line parts two spirals


def test_a_landscape_is_computed_when_it_is_asked_for_and_says_how_far_off_it_is(learner: Visitor) -> None:
    learner.page.get_by_role("button", name="Diagnostics").click()
    learner.page.get_by_role("button", name="Draw the landscape").click()
    learner.page.get_by_text("loss off by").wait_for(timeout=PREPARED_MS)
    assert "explains" in line(learner, "landscape", "note")
    learner.switch("Plane of the landscape", "off")
    learner.page.get_by_text("choose a plane").wait_for()


def test_a_file_of_ones_own_is_learned_and_a_bad_one_changes_nothing(learner: Visitor) -> None:
    learner.choose("Problem", "Data: Your CSV")
    learner.page.get_by_text("upload a CSV file to train on it").first.wait_for(timeout=PREPARED_MS)
    file = learner.page.get_by_label("Upload a CSV", exact=True)
    offered = (file.get_attribute("accept") or "").split(",")
    assert {".csv", ".tsv", ".txt", ".data"} <= set(offered)
    file.set_input_files({"name": "boxes.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
    learner.wait("s => s.notice === 'Ready to train.'", PREPARED_MS)
    assert learner.page.get_by_label("Target", exact=True).input_value() == "kind"
    assert learner.page.get_by_label("Kind of <b>height</b>", exact=True).input_value() == "number"
    assert learner.page.locator(".dl-upload-preview tbody tr").count() == 8
    finish(learner)
    assert validation(learner) > 80
    file.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": b"\x00\x01\x02\xff" * 50})
    learner.wait("s => s.notice === 'Kept as it was.'")
    assert validation(learner) > 80
    assert learner.errors == []
