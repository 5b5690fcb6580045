"""What a model costs, counted by hand: the card of cost."""

import re

import pytest

from core.number_text import bytes_text, count_text, milliseconds, time_text
from core.training.batches import Batches
from tests.support.model_moments import cost, model_moment
from widgets.cards.cost_card import Pace, blank_slots, cost_html, cost_slots, pace_slots

COST = cost({1: (0.41, 0.666), 256: (2.0, 31.25)}, measured_at=120)


def test_each_number_has_one_place_and_one_source() -> None:
    places = set(re.findall(r'data-dl-slot="([^"]+)"', cost_html()))
    filled = {**cost_slots(model_moment(findings={"cost": COST})), **pace_slots(Pace(0, 10, 100, 10))}
    assert places == set(filled) == set(blank_slots())


def test_what_was_found_is_shown_with_the_step_it_was_found_at() -> None:
    slots = cost_slots(model_moment(1000, {"cost": COST}, found_at=640))
    words = {name: slot["text"] for name, slot in slots.items()}
    assert words == {
        "cost-parameters": "1\u00a0482",
        "cost-flops": "2\u00a0880",
        "cost-bytes": "5.93\u00a0kB",
        "cost-memory": "1.21\u00a0GB",
        "cost-latency-1": "0.410\u00a0ms, 0.666\u00a0ms",
        "cost-latency-256": "2.00\u00a0ms, 31.2\u00a0ms",
    }
    times = {slot["attrs"]["title"] for name, slot in slots.items() if "latency" in name}
    others = {slot["attrs"]["title"] for name, slot in slots.items() if "latency" not in name}
    assert (times, others) == ({"measured after step 120"}, {"measured after step 640"})


def test_times_of_a_busy_machine_are_called_that() -> None:
    busy = cost({1: (94.0, 95.0), 256: (8.0, 8.5)}, is_quiet=False)
    slots = cost_slots(model_moment(findings={"cost": busy}))
    assert slots["cost-latency-1"]["text"] == "94.0\u00a0ms, 95.0\u00a0ms · on a busy machine"


@pytest.mark.parametrize(("calls", "words"), [(1, "a single call"), (3, "median of 3 calls")])
def test_times_of_a_few_calls_claim_no_percentile(calls: int, words: str) -> None:
    slow = cost({1: (0.4, 0.7), 256: (900.0, 912.0)}, calls={1: 30, 256: calls})
    slots = cost_slots(model_moment(findings={"cost": slow}))
    assert slots["cost-latency-1"]["text"] == "0.400\u00a0ms, 0.700\u00a0ms"
    assert slots["cost-latency-256"]["text"] == f"900\u00a0ms · {words}"


def test_what_was_not_measured_is_a_dash() -> None:
    assert set(cost_slots(model_moment()).values()) == {"–"}
    assert cost_slots(model_moment(findings={"cost": cost({})}))["cost-latency-1"]["text"] == "–"
    slots = pace_slots(Pace(0, 100, 50, 10))
    assert (slots["cost-update"], slots["cost-rate"], slots["cost-time"]) == ("–", "–", "–, –")


@pytest.mark.parametrize(("n", "batch_size"), [(100, 10), (103, 10), (7, 32), (50, 50)])
@pytest.mark.parametrize("steps", [0, 1, 11, 27])
def test_examples_are_counted_as_the_batches_have_them(n: int, batch_size: int, steps: int) -> None:
    seen = int((Batches(n, batch_size).peek(steps)[:steps] >= 0).sum())
    assert Pace(steps, 100, n, batch_size).examples(steps) == seen


def test_time_and_examples_so_far_and_left_follow_from_the_pace() -> None:
    slots = pace_slots(Pace(250, 1000, 1000, 32, seconds=61.0, seconds_per_update=0.0008, steps_per_second=125.0))
    assert slots["cost-update"] == "0.800\u00a0ms"
    assert slots["cost-rate"] == count_text(round(125 * 1000 / 32)) == "3\u00a0906"
    assert slots["cost-time"] == "61 s, 6 s"
    # 32 updates an epoch: 7 epochs and 26 updates so far, 31 epochs and 8 updates in all
    assert slots["cost-examples"] == f"{count_text(7832)}, {count_text(31256 - 7832)}"


def test_a_run_whose_end_was_moved_behind_it_has_nothing_left() -> None:
    slots = pace_slots(Pace(500, 100, 10, 10, steps_per_second=10.0))
    assert slots["cost-time"] == "–, 0 s"
    assert slots["cost-examples"] == "5\u00a0000, 0"


@pytest.mark.parametrize(
    ("count", "text"),
    [(None, "–"), (0, "0 bytes"), (999, "999 bytes"), (1000, "1.00 kB"), (5928, "5.93 kB"), (123_456, "123 kB"),
     (999_999, "1.00 MB"), (1.213e9, "1.21 GB"), (4e12, "4.00 TB")],
)  # fmt: skip
def test_bytes_have_three_digits_and_a_unit(count: float | None, text: str) -> None:
    assert bytes_text(count) == text.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("count", "text"), [(9999, "9\u00a0999"), (31_440, "31.4\u00a0thousand"), (1.2e9, "1.20\u00a0billion"), (None, "–")]
)
def test_large_counts_are_words(count: float | None, text: str) -> None:
    assert count_text(count) == text


def test_times_of_nobody_are_dashes() -> None:
    assert (milliseconds(None), time_text(None)) == ("–", "–")
