"""How many steps are due when, and how many fit in a call."""

import time
from itertools import pairwise

import pytest

from core.runs.pacing import CALL_IN_TURNS, CALL_SECONDS, CallLength, CallTimer, Pacer


def test_a_pacer_owes_its_pace_and_no_burst_after_a_long_call(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 0.5, 1.0, 61.0, 61.1])
    monkeypatch.setattr("core.runs.pacing.time.perf_counter", lambda: next(now))
    pacer = Pacer()
    due = [pacer.due(10, at_most=20) for _ in range(5)]
    assert due == [1, 5, 5, 20, 2]


def test_calls_grow_at_most_fourfold_to_fill_their_time() -> None:
    calls, lengths = CallLength(longest=1000), [1]
    for _ in range(8):
        calls.learn(calls.steps, seconds=1e-6 * calls.steps)
        lengths.append(calls.steps)
    assert lengths[-1] == 1000
    assert all(after <= 4 * before for before, after in pairwise(lengths))
    calls.learn(1000, seconds=0.2)
    assert calls.steps == 1000  # it may have been interrupted
    calls.learn(1000, seconds=0.2)
    assert calls.steps == 100


def test_calls_are_shorter_where_others_wait_and_grow_again_after() -> None:
    def grown(seconds: float) -> float:
        calls.seconds = seconds
        for _ in range(12):
            calls.learn(calls.steps, seconds=2.0**-20 * calls.steps)
        return calls.steps * 2.0**-20

    calls = CallLength(longest=10**9)
    lengths = [grown(CALL_SECONDS), grown(CALL_IN_TURNS), grown(CALL_SECONDS)]
    assert lengths == pytest.approx([CALL_SECONDS, CALL_IN_TURNS, CALL_SECONDS], abs=2e-6)


@pytest.mark.parametrize(("passed", "computed", "counted"), [(0.02, 0.004, 0.004), (0.02, 0.03, 0.02), (0.8, 0.0, 0.1)])
def test_waiting_for_a_core_does_not_count_and_several_threads_count_once(
    monkeypatch: pytest.MonkeyPatch, passed: float, computed: float, counted: float
) -> None:
    wall, core = iter([5.0, 5.0 + passed]), iter([1.0, 1.0 + computed])
    monkeypatch.setattr("core.runs.pacing.time.perf_counter", lambda: next(wall))
    monkeypatch.setattr("core.runs.pacing.time.process_time", lambda: next(core))
    assert CallTimer().stop() == (pytest.approx(passed), pytest.approx(counted))


def test_calls_keep_their_length_while_other_processes_have_the_core() -> None:
    calls = CallLength(longest=10**9)
    for _ in range(12):
        timer = CallTimer()
        _compute(2e-7 * calls.steps)
        time.sleep(2e-7 * calls.steps)  # the core is somebody else's for as long
        calls.learn(calls.steps, timer.stop()[1])
    assert calls.steps * 2e-7 == pytest.approx(CALL_SECONDS, rel=0.25)


def _compute(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
