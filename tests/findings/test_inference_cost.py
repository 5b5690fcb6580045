"""The cost of using a model, against the system's own numbers and the model's card."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from core.findings.inference_cost import CostProbe, is_quiet
from tests.support.learners import assert_left_alone, learner_of, trainer_of


def test_the_card_and_the_memory_of_the_process_are_reported() -> None:
    learner = learner_of("spiral", width=4, depth=1)
    cost = CostProbe(learner).look(trainer_of(learner).snapshot())
    assert cost.latency_ms == {}  # it was compiled
    assert (cost.parameters, cost.weight_bytes) == (22, 88)  # 2 x 4 + 4, 4 x 2 + 2
    assert cost.flops == 2 * (2 * 4 + 4 * 2)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    assert cost.memory_bytes == pytest.approx(pages * os.sysconf("SC_PAGE_SIZE"), rel=0.05)


def test_latencies_are_of_calls_that_took_place_in_the_time_of_a_look() -> None:
    learner = learner_of("digits", family="linear")
    probe, trainer = CostProbe(learner), trainer_of(learner)
    probe.look(trainer.snapshot())
    started = time.perf_counter()
    latency = probe.look(trainer.snapshot()).latency_ms
    milliseconds = 1000 * (time.perf_counter() - started)
    assert set(latency) == {1, 256}
    assert all(0 < median <= slow < milliseconds for median, slow in latency.values())


def test_of_a_slow_model_only_as_many_calls_are_timed_as_the_time_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    learner = learner_of("digits", family="linear")
    probe, trainer, now = CostProbe(learner), trainer_of(learner), [0.0]
    calls: list[int] = []

    def slow(x: list[float], values: object) -> None:
        now[0] += 0.04
        calls.append(len(x))

    monkeypatch.setattr(learner.objective, "predict", slow)
    monkeypatch.setattr("core.findings.inference_cost.time.perf_counter", lambda: now[0])
    assert probe.look(trainer.snapshot()).latency_ms == {}
    found = probe.look(trainer.snapshot())
    assert found.latency_ms == {1: (pytest.approx(40), pytest.approx(40)), 256: (pytest.approx(40), pytest.approx(40))}
    assert found.calls == {1: 2, 256: 2}
    assert calls == [1, 256, *[1] * 2, *[256] * 2]  # one each to compile, then until 0.05 s have passed


@pytest.mark.parametrize(
    ("latencies", "quiet"),
    [
        ({1: (0.8, 1.0), 256: (1.0, 1.2)}, True),
        ({1: (94.0, 95.0), 256: (8.0, 8.5)}, False),  # one example takes no longer than 256
        ({1: (0.9, 4.2), 256: (1.2, 1.3)}, False),  # something came in between
        ({1: (0.82, 0.9), 256: (0.8, 0.9)}, True),  # of a small model both take as long
    ],
)
def test_times_are_those_of_a_quiet_machine_only_if_they_are_even_and_grow(
    latencies: dict[int, tuple[float, float]], quiet: bool
) -> None:
    assert is_quiet(latencies) == quiet


def test_times_once_measured_quietly_stay_until_quieter_ones_or_another_run(monkeypatch: pytest.MonkeyPatch) -> None:
    learner = learner_of("digits", family="linear")
    probe, trainer, now, cost = CostProbe(learner), trainer_of(learner), [0.0], [0.001]

    def predict(x: list[float], values: object) -> None:
        now[0] += cost[0] if len(x) == 1 else 0.002

    monkeypatch.setattr(learner.objective, "predict", predict)
    monkeypatch.setattr("core.findings.inference_cost.time.perf_counter", lambda: now[0])
    found = []
    for seconds in (0.0, 0.01, 0.001, 0.01):  # compiled, busy, quiet, busy
        cost[0] = seconds
        found.append(probe.look(trainer.snapshot()))
        trainer.advance(1)
    assert [(each.is_quiet, each.measured_at) for each in found[1:]] == [(False, 1), (True, 2), (True, 2)]
    assert found[3].latency_ms[1][0] == pytest.approx(1.0)
    probe.forget()
    assert not probe.look(trainer.snapshot()).is_quiet


def test_looking_leaves_the_trainer_alone() -> None:
    learner = learner_of("circle", dropout=0.5, normalization="batch")
    assert_left_alone(CostProbe(learner), learner)
