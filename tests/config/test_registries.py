"""A definition and a line add an optimizer, a schedule, a surface or a family to the page; nothing else names it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.field import Field, each_once
from core.number_format import format_number
from core.optimizers.registry import OPTIMIZERS, hyperparameters
from core.optimizers.schedules import SCHEDULES

pytestmark = pytest.mark.timeout(400)  # the page's process imports TensorFlow and trains, on a busy machine too

ROOT = Path(__file__).resolve().parents[2]
STEEPNESS, INERTIA, RATE, STEPS = 8.0, 0.8, 0.1, 25
NAMES = ("averaged", "inertia", "exponential", "half_life", "tray", "steepness", "bottleneck")


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What a page with the entries of tests/support/new_entries.py showed."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.page_with_new_entries"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout.splitlines()[-1])


def test_nothing_in_the_tree_names_a_new_entry() -> None:
    files = [path for top in ("core", "widgets") for path in (ROOT / top).rglob("*.py")]
    quoted = re.compile("|".join(rf"""["']{name}["']""" for name in NAMES))
    assert [path.name for path in files if quoted.search(path.read_text())] == []
    assert len(files) > 100


def test_a_new_hyperparameter_has_a_slider_and_is_live(seen: dict[str, Any]) -> None:
    assert {"Inertia", "Steepness"} <= set(seen["surface"]["sliders"])
    assert "Half-life" not in seen["surface"]["sliders"]  # no model learns
    assert seen["surface"]["same_run"]
    assert seen["surface"]["inertia"] == format_number(INERTIA)


def test_a_link_carries_the_new_settings_beside_their_kind(seen: dict[str, Any]) -> None:
    assert seen["surface"]["query"] == "problem=tray&steepness=8&optimizer=averaged&inertia=0.8&epochs=25"
    model = seen["model"]["query"]
    assert "family=bottleneck&" in model
    assert model.index("optimizer=averaged") < model.index("schedule=exponential&half_life=2")
    assert seen["model"]["again"]
    assert seen["model"]["pickled"]


def test_the_formula_shows_the_new_moment_in_its_colour_and_its_numbers_are_true(seen: dict[str, Any]) -> None:
    formula, slots = seen["surface"]["formula"], seen["surface"]["slots"]
    assert "ι" in formula or "&#x003B9;" in formula
    assert '<mn class="dl-c-momentum" data-dl-slot="formula-1-s_next">' in formula
    # The first gradient at (-2, 1) is (-2, 8), and the average has seen nothing before.
    assert float(slots["formula-1-s_next"]) == pytest.approx((1 - INERTIA) * STEEPNESS)
    assert float(slots["formula-1-next"]) == pytest.approx(1 - RATE * (1 - INERTIA) * STEEPNESS, rel=1e-3)
    assert slots["formula-0-inertia"] == "0.8"


def test_the_stability_limit_follows_the_new_dynamics(seen: dict[str, Any]) -> None:
    limit = 2 * (1 + INERTIA) / ((1 - INERTIA) * STEEPNESS)
    assert seen["surface"]["limit"] == pytest.approx(limit, rel=1e-5)
    assert "2.25" in seen["surface"]["rate_note"]
    assert seen["model"]["threshold"] == "2 (1 + ι) / ((1 − ι) learning rate)"


def test_it_trains_as_its_rule_says(seen: dict[str, Any]) -> None:
    curvature = np.array([1.0, STEEPNESS])
    theta, average, points, update, carried = np.array([-2.0, 1.0]), np.zeros(2), [], np.zeros(2), np.zeros(2)
    for _ in range(STEPS + 1):
        points.append(theta)
        carried = -RATE * INERTIA * average
        average = INERTIA * average + (1 - INERTIA) * curvature * theta
        update = -RATE * average
        theta = theta + update
    assert pytest.approx(np.array(points[:STEPS]), abs=1e-5) == np.array(seen["surface"]["points"]).T
    assert seen["surface"]["update"] == pytest.approx(update, abs=1e-5)
    assert seen["surface"]["momentum"] == pytest.approx(carried, abs=1e-5)


def test_a_new_family_and_a_new_schedule_show_their_settings_alone(seen: dict[str, Any]) -> None:
    shown = set(seen["model"]["shown"])
    assert {"family", "size", "width", "schedule", "half_life", "inertia"} <= shown
    assert shown & {"activation", "depth", "schedule_period", "warmup_share", "momentum", "steepness"} == set()
    assert '<mn class="" data-dl-slot="formula-inertia">' in seen["model"]["formula"]


def test_a_new_family_is_as_large_as_it_says_and_learns_by_the_new_schedule(seen: dict[str, Any]) -> None:
    built, counted = seen["model"]["parameters"]
    assert built == counted
    factors = 0.5 ** (np.arange(7) / 2)
    assert seen["model"]["rates"] == pytest.approx(seen["model"]["base"] * factors, rel=1e-5)
    assert seen["model"]["losses"][-1] < seen["model"]["losses"][0]


def test_two_settings_of_one_name_are_refused_where_they_are_registered() -> None:
    first = Field("momentum", "Momentum", 0.9, "float", 0, 1)
    assert each_once([first, first]) == (first,)
    with pytest.raises(ValueError, match="two different settings are called momentum"):
        each_once([first, Field("momentum", "Momentum", 0.5, "float", 0, 1)])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_entry_of_an_optimizer_is_complete(name: str) -> None:
    optimizer = OPTIMIZERS[name]
    assert optimizer.hyperparameters[0].name == "learning_rate"
    assert all(field.symbol for field in optimizer.live)
    assert set(optimizer.hyperparameters) <= set(hyperparameters())
    known = {"theta", "theta_factor", "g", "next", *optimizer.names, *optimizer.quantities}
    scales = {"v_next", "G_next", "v_hat"}  # means and sums of squares, which have no colour
    assert set(re.findall(r"@(\w+)", optimizer.substituted)) <= known | scales


def test_the_settings_of_a_schedule_reach_its_factor() -> None:
    for schedule in SCHEDULES.values():
        defaults = {field.name: field.default for field in schedule.fields}
        assert set(schedule.plan(100, 10, defaults).settings) == set(defaults)
        assert np.isfinite(schedule.factors(np.arange(100), schedule.plan(100, 10, defaults))).all()
