"""The strip of numbers and the progress bar as slots."""

import re

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.objectives.linear_regression import LinearRegression
from core.training.build import build_objective
from tests.support.moments import moment_at
from widgets.cards.number_strip import (
    ITEMS,
    blank_slots,
    meter_slots,
    moment_slots,
    progress_slots,
    strip_html,
)


def places(html: str) -> set[str]:
    return set(re.findall(r'data-dl-slot="([^"]+)"', html))


def read(text: str) -> float:
    return float(text.replace("−", "-"))


def test_each_number_of_the_strip_has_one_place_and_one_source() -> None:
    moment = moment_at(TrainingConfig())
    filled = {**moment_slots(moment, 1), **meter_slots(0, None, None, None)}
    assert places(strip_html(("W", "b"))) == set(filled) == {slot for slot, _, _ in ITEMS} | {"strip"}
    assert set(blank_slots()) == {slot for slot, _, _ in ITEMS}
    assert set(blank_slots().values()) == {"–"}


def test_the_strip_names_the_parameters_of_the_problem() -> None:
    assert ">W, b<" in strip_html(("W", "b"))
    assert ">x, y<" in strip_html(("x", "y"))


@pytest.mark.parametrize("point", [(0.5, 0.25), (2.9, 2.6), (-40.0, 12.0)])
def test_the_strip_shows_what_the_data_say(point: tuple[float, float]) -> None:
    config = TrainingConfig(learning_rate=0.1)
    data = build_objective(config)
    assert isinstance(data, LinearRegression)
    x, y = data.x.astype(float), data.y.astype(float)

    def loss(w: float, b: float) -> float:
        return float(np.mean((w * x + b - y) ** 2))

    residual = point[0] * x + point[1] - y
    gradient = np.array([2 * np.mean(residual * x), 2 * np.mean(residual)])
    slots = moment_slots(moment_at(config, point), 1)
    assert read(slots["loss"]) == pytest.approx(loss(*point), rel=1e-3)
    assert read(slots["gradient-norm"]) == pytest.approx(np.linalg.norm(gradient), rel=1e-3)
    assert [read(p) for p in slots["parameters"].split(", ")] == pytest.approx(point, rel=1e-3)
    drop = loss(*point) - loss(*(np.array(point) - 0.1 * gradient))
    assert [read(d) for d in slots["drop"].split(", ")] == pytest.approx([drop, drop], rel=0.06)


@pytest.mark.parametrize(
    ("step", "per_epoch", "epoch"), [(0, 4, "0"), (3, 4, "0"), (4, 4, "1"), (10_000, 1, "10\u00a0000")]
)
def test_an_epoch_counts_when_it_is_over(step: int, per_epoch: int, epoch: str) -> None:
    slots = moment_slots(moment_at(TrainingConfig(problem="bowl"), step=step), per_epoch)
    assert slots["epoch"] == epoch


def test_what_was_not_measured_is_out_of_sight() -> None:
    unmeasured = {"text": "–", "attrs": {"data-measured": "false"}}
    slots = meter_slots(7, None, None, None)
    assert (slots["training"], slots["screen"]) == (unmeasured, unmeasured)
    assert slots["strip"] == {"attrs": {"data-kernel-step": "7"}}
    assert meter_slots(7, 12.0, 10.0, None)["screen"] == unmeasured


@pytest.mark.parametrize(
    ("lag_ms", "words"),
    [(999.4, "2 fps · 999 ms"), (999.6, "2 fps · 1.0 s"), (1126.0, "2 fps · 1.1 s"), (12_340.0, "2 fps · 12.3 s")],
)
def test_a_lag_of_a_second_or_more_is_said_in_seconds_so_that_it_has_room(lag_ms: float, words: str) -> None:
    assert meter_slots(0, None, 2.0, lag_ms)["screen"]["text"] == words


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0.5, "0.500 /s"), (9.876, "9.88 /s"), (99.6, "100 /s"), (123_456.0, "123\u00a0000 /s")],
)
def test_a_training_rate_has_three_digits(rate: float, text: str) -> None:
    assert meter_slots(0, rate, 12.4, 85.6) == {
        "training": {"text": text, "attrs": {"data-measured": "true"}},
        "screen": {"text": "12 fps · 86 ms", "attrs": {"data-measured": "true"}},
        "strip": {"attrs": {"data-kernel-step": "0"}},
    }


@pytest.mark.parametrize(
    ("step", "total", "rate", "width", "text"),
    [
        (60, 1000, 100.0, "6.0%", "60 of 1\u00a0000 · 10 s left"),
        (0, 1000, None, "0.0%", "0 of 1\u00a0000"),
        (1000, 1000, 100.0, "100.0%", "1\u00a0000 of 1\u00a0000"),
        (1500, 1000, 100.0, "100.0%", "1\u00a0500 of 1\u00a0000"),
    ],
)
def test_the_bar_is_as_long_as_the_share_of_steps_taken(
    step: int, total: int, rate: float | None, width: str, text: str
) -> None:
    slots = progress_slots(step, total, rate)
    assert slots == {"progress": {"style": {"width": width}}, "progress-text": {"text": text, "attrs": {"title": text}}}


def test_a_total_of_steps_is_a_dash_until_it_is_known() -> None:
    assert progress_slots(0, None, None) == {
        "progress": {"style": {"width": "0%"}},
        "progress-text": {"text": "–", "attrs": {"title": "–"}},
    }
