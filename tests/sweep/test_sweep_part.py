"""The sweep's part of the Compare tab without a browser: its forms, what they begin, and the charts."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.number_format import format_number
from core.store.run_store import RunStore
from core.sweeps.rate_test import RateTestResult
from core.sweeps.setting_range import SettingRange, read_range
from core.sweeps.trial import State, Trial
from widgets.sweep.rate_test_chart import rate_test_panel, rate_test_sentences
from widgets.sweep.sweep_charts import sweep_panels
from widgets.sweep.sweep_part import Surroundings, SweepPart
from widgets.sweep.trial_texts import best_trials, sweep_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIG = TrainingConfig()
RATE, NOISE = read_range("learning_rate", "0.001 to 1"), read_range("noise", "0 to 4")
OPTIMIZER = read_range("optimizer", "sgd; adam")


@pytest.fixture
def opened() -> list[TrainingConfig]:
    return []


@pytest.fixture
def part(opened: list[TrainingConfig]) -> SweepPart:
    def no_engine(config: TrainingConfig) -> Any:
        raise ConnectionError("no engine could be started")

    store = RunStore()
    made = SweepPart(
        Surroundings(lambda: CONFIG, lambda: None, lambda: store, lambda: None, opened.append, no_engine)
    )  # fmt: skip
    made.draw()
    return made


def ask(part: SweepPart, kind: str, **payload: Any) -> None:
    part._desk._receive(None, {"kind": kind, **payload}, [])
    part.draw()


def form(part: SweepPart, name: str) -> dict[str, Any]:
    return part._desk.desk["forms"][name]


def trial(number: int, loss: float, state: State = "finished", repeats: int | None = None, **settings: Any) -> Trial:
    given = settings or {"learning_rate": 0.01 * (number + 1)}
    return Trial(number, given, CONFIG.replace(**given), state, loss, 10.0 + number, 11.0 + number, repeats=repeats)


def sweep_of(trials: Sequence[Trial], *ranges: SettingRange, budget: int = 20, is_over: bool = False) -> Any:
    counted = [each for each in trials if each.counts]
    return SimpleNamespace(
        trials=tuple(trials), plan=SimpleNamespace(ranges=ranges), budget=budget, is_over=is_over, began=10.0, error="",
        best=min(counted, key=lambda each: each.loss, default=None), seconds_left=90.0, seed_noise=0.02,
    )  # fmt: skip


SWEEP = {"method": "random", "budget": "20", "pruning": "never", "address": ""}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ranges": [["learning_rate", "1 to 0.1"]]}, "Learning rate needs a range that rises, such as 1 to 10."),
        ({"ranges": [["noise", "0 to 1"]] * 2}, "A setting stands there twice."),
        (
            {"ranges": [["noise", "0 to 1"]], "budget": "1"},
            f"Runs must be between 2 and {format_number(1000)}; 1 is too small.",
        ),
        ({"ranges": [["noise", "0 to 1"]], "budget": "many"}, "Runs must be a number."),
        (
            {"ranges": [["noise", "0 to 1"], ["samples", "10 to 20"]], "budget": "3", "method": "grid"},
            "This grid needs at least 4 runs.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence_and_begins_nothing(
    part: SweepPart, changes: dict[str, Any], sentence: str
) -> None:
    ask(part, "sweep", **{**SWEEP, **changes})
    assert form(part, "sweep")["refusal"] == sentence
    assert form(part, "sweep")["running"] is False


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "sweep"},
        {"kind": "sweep", **SWEEP, "ranges": []},
        {"kind": "sweep", **SWEEP, "ranges": [["nothing", "1 to 2"]]},
        {"kind": "sweep", **SWEEP, "ranges": [["noise", "0 to 1"]], "method": "guess"},
        {"kind": "race", "ranges": [["noise", 3]], "speed": "step"},
        {"kind": "open", "number": "1"},
        {"kind": ["test"]},
    ],
)
def test_rubbish_from_a_page_changes_nothing(part: SweepPart, content: dict[str, Any]) -> None:
    before = part._desk.desk
    part._desk._receive(None, content, [])
    part.draw()
    assert part._desk.desk == before


def test_too_many_racers_are_refused(part: SweepPart) -> None:
    ask(part, "race", ranges=[["seed", "1 2 3 4 5 6 7 8 9"]], speed="step")
    assert form(part, "race")["refusal"] == "At most 8 runs can race."


def test_a_trial_that_is_pressed_becomes_the_run_of_the_page(part: SweepPart, opened: list[TrainingConfig]) -> None:
    part._sweep = sweep_of([trial(0, 1.0), trial(1, 0.5)], RATE)
    ask(part, "open", number=1)
    ask(part, "open", number=7)
    assert [config.learning_rate for config in opened] == [0.02]
    part._sweep = None


def test_a_trial_that_is_pressed_in_a_chart_becomes_the_run_of_the_page(
    part: SweepPart, opened: list[TrainingConfig]
) -> None:
    part._sweep = sweep_of([trial(0, 1.0), trial(1, 0.5)], RATE)
    part._note()
    part.draw()
    for panel, number in (("sweep-values", 1), ("sweep-times", 0), ("sweep-importance", 1), ("sweep-values", -1)):
        part._board._receive({"kind": "press", "panel": panel, "number": number})
    assert [config.learning_rate for config in opened] == [0.02, 0.01]
    part._sweep = None


def test_in_the_served_app_visitors_choose_no_scheduler(part: SweepPart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "")
    assert part._desk.desk["address"] == ""
    monkeypatch.setenv("DESCENT_LAB_ENGINES", "/nowhere")
    part._note()
    part.draw()
    assert part._desk.desk["address"] is None
    assert part._workers("tcp://elsewhere:8786").count == 2  # processes of this machine


def test_two_settings_are_a_map_and_a_diverged_trial_is_a_cross_off_its_colours() -> None:
    trials = [
        trial(i, loss, "diverged" if math.isinf(loss) else "finished", learning_rate=rate, optimizer=name)
        for i, (loss, rate, name) in enumerate(
            [(1.0, 0.01, "sgd"), (0.5, 0.1, "sgd"), (0.25, 0.01, "adam"), (math.inf, 0.1, "adam")]
        )
    ]
    grid = SettingRange("learning_rate", values=(0.01, 0.1))
    cells, crosses = sweep_panels(sweep_of(trials, grid, OPTIMIZER))[0].figure.data
    shades = np.array(cells.z, float)
    np.testing.assert_allclose(shades, np.log10([[1.0, 0.5], [0.25, np.nan]]))
    assert (list(crosses.x), list(crosses.y)) == ([0.1], [1])


def test_one_setting_is_a_curve_whose_axis_no_diverged_trial_stretches() -> None:
    trials = [trial(0, 1.0), trial(1, 0.1), trial(2, 1e30, "diverged")]
    chart = sweep_panels(sweep_of(trials, RATE))[0].figure
    assert list(chart.data[0].y) == [1.0, 0.1]
    assert chart.layout.yaxis.range[1] < 0.2  # powers of ten
    assert list(chart.data[1].y) == [1.0]


def test_more_settings_are_axes_side_by_side_with_the_loss_last() -> None:
    trials = [trial(i, 1.0 / (i + 1), learning_rate=0.01, noise=float(i), optimizer="adam") for i in range(4)]
    [trace] = sweep_panels(sweep_of(trials, RATE, NOISE, OPTIMIZER))[0].figure.data
    labels = [axis.label for axis in trace.dimensions]
    assert labels == ["Learning rate", "Noise", "Optimizer", "loss"]
    np.testing.assert_allclose(trace.dimensions[3].values, np.log10([1, 1 / 2, 1 / 3, 1 / 4]))
    assert list(trace.dimensions[2].values) == [1, 1, 1, 1]


def test_times_are_those_from_begin_to_end_in_the_first_free_row() -> None:
    rows = [(0.0, 3.0), (0.5, 2.0), (2.5, 4.0), (3.5, 5.0)]
    trials = [
        Trial(i, {"learning_rate": 0.1}, CONFIG, "finished", 1.0, 10 + begin, 10 + end)
        for i, (begin, end) in enumerate(rows)
    ]
    [bars] = sweep_panels(sweep_of(trials, RATE))[2].figure.data
    assert list(bars.base) == [0.0, 0.5, 2.5, 3.5]
    assert list(bars.x) == [3.0, 1.5, 1.5, 1.5]
    assert list(bars.y) == [0, 1, 1, 0]


def test_the_sentences_say_how_far_it_is_and_what_stopping_would_lose() -> None:
    trials = [trial(0, 4.0), trial(1, 3.0), trial(2, 2.0), trial(3, 1.0), trial(4, math.inf, "diverged")]
    said = sweep_sentences(sweep_of(trials, RATE, budget=10))
    assert said[:2] == ["5 of 10 trials are over.", "One trial diverged."]
    assert "Best so far: loss 1.000, Learning rate 0.0400." in said
    assert any(sentence.startswith("Stopping now would probably lose 0.") for sentence in said)
    assert "Other seeds alone move the best trial's loss by ±0.020." in said
    assert [row[0] for row in best_trials(sweep_of(trials, RATE))["rows"]] == [3, 2, 1, 0, 4]


def test_a_rate_test_that_found_nothing_suggests_nothing() -> None:
    rates = np.geomspace(1e-6, 1e-3, 40)
    nothing = RateTestResult(rates, np.full(40, 2.0), diverged=True, is_over=True)
    assert rate_test_sentences(nothing)[0] == "The loss did not fall clearly at any rate, so none is suggested."
    assert not rate_test_panel(nothing).figure.layout.shapes
    at_once = RateTestResult(diverged=True, is_over=True)
    assert rate_test_sentences(at_once) == ["The loss is not finite at the start, so no rate can be suggested."]


def test_a_rate_test_marks_what_it_found_and_what_flies_off_bends_no_axis() -> None:
    rates = np.geomspace(1e-6, 5.0, 100)
    losses = np.r_[np.linspace(2, 0.1, 98), 1e6, 1e12]
    chart = rate_test_panel(RateTestResult(rates, losses, True, 0.01, 0.78, 0.784, True)).figure
    assert [shape.x0 for shape in chart.layout.shapes] == [0.01, 0.78, 0.784]
    assert max(chart.data[0].y) == 2.0
