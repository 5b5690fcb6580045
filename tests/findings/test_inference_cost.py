"""The cost of using a model, against the system's own numbers and the model's card."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from core.findings.inference_cost import CostProbe
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
    latency = probe.look(trainer.snapshot()).latency_ms
    assert latency == {1: (pytest.approx(40), pytest.approx(40)), 256: (pytest.approx(40), pytest.approx(40))}
    assert calls == [1, 256, *[1] * 2, *[256] * 2]  # one each to compile, then until 0.05 s have passed


def test_looking_leaves_the_trainer_alone() -> None:
    learner = learner_of("circle", dropout=0.5, normalization="batch")
    assert_left_alone(CostProbe(learner), learner)
