"""A pool of engines: the numbers of single runs, cancelled, stopped and killed ones among them."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import CancelledError, as_completed
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from core.config.training_config import TrainingConfig
from core.engines.pool import EnginePool, RunFuture, TrainingError
from core.engines.spares import ENGINE
from core.training.build import build_objective, build_trainer
from tests.support.processes import names_of_children
from tests.support.waiting import WAIT_S, wait_until

if TYPE_CHECKING:
    from core.engines.launcher import EngineLauncher

ROOT = Path(__file__).resolve().parents[2]
FOUR = [TrainingConfig(optimizer="adam", learning_rate=rate, epochs=60) for rate in (0.001, 0.01, 0.05, 0.1)]
ENDLESS = TrainingConfig(epochs=10**9)


def step_of(future: RunFuture) -> int:
    """The step of the run as last observed, after asking for a newer one; 0 before it begins."""
    if future.run is None:
        return 0
    future.run.request_observation()
    return future.run.step


def engines(launcher: EngineLauncher) -> int:
    """The number of engines that are somebody's, which spares are not."""
    assert launcher._server.pid is not None
    return names_of_children(psutil.Process(launcher._server.pid)).count(ENGINE)


def test_four_runs_by_two_workers_are_those_of_single_trainers(launcher: EngineLauncher) -> None:
    most = 0
    with EnginePool(2, launcher.connect) as pool:
        futures = [pool.submit(config) for config in FOUR]
        for future in as_completed(futures, WAIT_S):
            most = max(most, sum(future.running() for future in futures))
            assert future.exception() is None
    assert 0 < most <= 2
    for config, future in zip(FOUR, futures, strict=True):
        steps = build_trainer(config, build_objective(config)).advance(config.epochs)
        np.testing.assert_array_equal(future.result()["loss"], steps.loss)
        np.testing.assert_array_equal(future.result()["updates"], steps.update)
    wait_until(lambda: engines(launcher) == 0)


def test_one_engine_trains_runs_that_differ_in_live_settings_and_each_is_that_of_a_single_trainer(
    launcher: EngineLauncher,
) -> None:
    adam = TrainingConfig(optimizer="adam", batch_size=10, epochs=50)
    configs = [adam.replace(learning_rate=rate, beta_1=beta) for rate, beta in ((0.1, 0.9), (0.01, 0.5), (0.1, 0.9))]
    configs = [*configs[:2], adam.replace(learning_rate=10.0, epochs=80), configs[2]]
    with EnginePool(1, launcher.connect) as pool:
        futures = [pool.submit(config) for config in (*configs, adam.replace(seed=9))]
        results = [future.result(WAIT_S) for future in futures]
        engine, *others, last = [future.run for future in futures]
    assert all(other is engine for other in others)
    assert last is not engine
    for config, result in zip(configs[1:], results[1:3], strict=False):
        steps = build_trainer(config, build_objective(config)).advance(config.epochs)
        np.testing.assert_array_equal(result["loss"], steps.loss)
    np.testing.assert_array_equal(results[0]["loss"], results[3]["loss"])


def test_an_engine_goes_on_after_a_run_that_diverged(launcher: EngineLauncher) -> None:
    calm, wild = (TrainingConfig.suited_to("rosenbrock").replace(epochs=40, learning_rate=r) for r in (1e-3, 1.0))
    with EnginePool(1, launcher.connect) as pool:
        first, second, third = (pool.submit(config) for config in (calm, wild, calm))
        np.testing.assert_array_equal(first.result(WAIT_S)["loss"], third.result(WAIT_S)["loss"])
    assert (first.diverged, second.diverged, third.diverged) == (False, True, False)
    assert first.began <= first.ended <= second.began <= second.ended


def test_a_model_trained_by_an_engine_that_trained_before_is_the_same(launcher: EngineLauncher) -> None:
    config = TrainingConfig.suited_to("spiral").replace(epochs=3, dropout=0.2, size=100, width=None, depth=None)
    other = config.replace(learning_rate=0.02, epochs=2)
    with EnginePool(1, launcher.connect) as pool:
        first, second, third = (pool.submit(each) for each in (config, other, config))
        np.testing.assert_array_equal(first.result(WAIT_S)["loss"], third.result(WAIT_S)["loss"])
        assert len(second.result(WAIT_S)["loss"]) * 3 == len(first.result(WAIT_S)["loss"]) * 2
        losses = [future.result()["validation_loss"] for future in (first, third)]
    assert losses[0][-1] == losses[1][-1]


def test_what_has_not_begun_can_be_cancelled_and_what_has_can_be_stopped_and_looked_at(
    launcher: EngineLauncher,
) -> None:
    pool = EnginePool(1, launcher.connect)
    first, second, third = (pool.submit(config) for config in (ENDLESS, ENDLESS, FOUR[0]))
    wait_until(lambda: step_of(first) > 100)
    assert first.running()
    assert not first.cancel()
    assert second.cancel()
    first.stop()
    history = first.result(WAIT_S)
    trainer = build_trainer(ENDLESS, build_objective(ENDLESS))
    np.testing.assert_array_equal(history["loss"][:50], trainer.advance(50).loss)
    with pytest.raises(CancelledError):
        second.result(WAIT_S)
    assert len(third.result(WAIT_S)["loss"]) == 60
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.submit(FOUR[0])


def test_an_engine_that_is_killed_costs_nothing_but_time(launcher: EngineLauncher) -> None:
    config = TrainingConfig(optimizer="adam", epochs=3000)
    with EnginePool(2, launcher.connect) as pool:
        future = pool.submit(config)
        wait_until(lambda: future.run is not None and future.run.process_id is not None)
        assert future.run is not None
        killed = future.run.process_id
        psutil.Process(killed).kill()
        history = future.result(WAIT_S)
        assert future.run.process_id != killed
    np.testing.assert_array_equal(
        history["loss"], build_trainer(config, build_objective(config)).advance(config.epochs).loss
    )


def test_a_run_that_fails_raises_the_sentence(launcher: EngineLauncher) -> None:
    with EnginePool(1, launcher.connect) as pool:
        future = pool.submit(TrainingConfig.suited_to("csv"))
        with pytest.raises(TrainingError, match="There is no table yet"):
            future.result(WAIT_S)


def test_a_shutdown_can_cancel_what_waits(launcher: EngineLauncher) -> None:
    pool = EnginePool(1, launcher.connect)
    first, second = pool.submit(ENDLESS), pool.submit(ENDLESS)
    wait_until(first.running)
    pool.shutdown(wait=False, cancel_futures=True)
    assert second.cancelled()
    first.stop()
    assert first.exception(WAIT_S) is None


def test_a_program_ends_while_its_pool_trains() -> None:
    code = (
        "import time\n"
        "from core.config.training_config import TrainingConfig\n"
        "from core.engines.launcher import EngineLauncher\n"
        "from core.engines.pool import EnginePool\n"
        "pool = EnginePool(1, EngineLauncher().connect)\n"
        "future = pool.submit(TrainingConfig(epochs=10**9))\n"
        "while future.run is None or future.run.process_id is None: time.sleep(0.02)\n"
        "print(future.running())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=WAIT_S)
    assert (done.returncode, done.stdout) == (0, "True\n")


def test_a_pool_without_workers_is_refused(launcher: EngineLauncher) -> None:
    with pytest.raises(ValueError, match="at least one worker"):
        EnginePool(0, launcher.connect)
