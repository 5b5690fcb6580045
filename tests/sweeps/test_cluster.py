"""A sweep on a real Dask scheduler with two workers, of which one is killed while it trains."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from distributed import Client, LocalCluster

from core.config.training_config import TrainingConfig
from core.engines.launcher import SHARED
from core.field import ConfigError
from core.sweeps.cluster import ClusterWorkers
from core.sweeps.setting_range import read_range
from core.sweeps.sweep import Sweep, SweepPlan
from core.training.build import build_objective, build_trainer
from tests.support.waiting import WAIT_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engines.launcher import EngineLauncher

CONFIG = TrainingConfig(epochs=60)
LONG = TrainingConfig(epochs=10**9)


@pytest.fixture(scope="module")
def cluster(launcher: EngineLauncher) -> Iterator[LocalCluster]:
    """Two workers with one thread each; their engines come from the tests' fork server."""
    env = {SHARED: launcher.start()}
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, env=env) as cluster:
        yield cluster


@pytest.fixture
def workers(cluster: LocalCluster) -> Iterator[ClusterWorkers]:
    workers = ClusterWorkers(cluster.scheduler_address)
    yield workers
    workers.close()


def test_a_sweep_on_a_cluster_has_the_losses_of_single_trainers(cluster: LocalCluster) -> None:
    ranges = (read_range("learning_rate", "0.01; 0.1; 10"),)
    sweep = Sweep(SweepPlan(CONFIG, ranges, "grid", 3), ClusterWorkers(cluster.scheduler_address))
    sweep.start()
    assert sweep.wait(WAIT_S)
    assert [trial.state for trial in sweep.trials] == ["finished", "finished", "diverged"]
    trainer = build_trainer(CONFIG, build_objective(CONFIG))
    for trial in sweep.trials[:2]:
        trainer.reset(trainer.objective.initial)
        trainer.set(learning_rate=trial.config.learning_rate)
        assert trial.loss == trainer.advance(60).loss[-1]


def test_a_killed_worker_costs_its_trial_a_second_try(cluster: LocalCluster, workers: ClusterWorkers) -> None:
    config = TrainingConfig.suited_to("rosenbrock").replace(epochs=10**9)  # not over before anybody looks
    job = workers.submit(config, None, lambda: None)
    wait_until(lambda: job.began > 0)
    first_began = job.began
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        [busy] = [worker for worker, tasks in client.processing().items() if tasks]
        os.kill(client.run(os.getpid, workers=[busy])[busy], signal.SIGKILL)
    wait_until(lambda: job.began > first_began)
    known = job.losses()
    wait_until(lambda: len(job.losses()) > 2 and job.losses() != known)
    job.stop()
    wait_until(job.is_done)
    outcome = job.outcome()
    assert outcome.began > first_began
    losses, steps = outcome.history["loss"][:50], outcome.history.steps("loss")[:50]  # every other one of a long run
    assert len(losses) > 2
    trainer = build_trainer(config, build_objective(config))
    np.testing.assert_array_equal(losses, trainer.advance(int(steps[-1]) + 1).loss[steps])


def test_curves_come_on_the_way_and_a_stop_is_heard(workers: ClusterWorkers) -> None:
    job = workers.submit(LONG, None, lambda: None)
    wait_until(lambda: len(job.losses()) > 2)
    shares = [share for share, _loss in job.losses()]
    assert shares == sorted(shares)
    job.stop()
    wait_until(job.is_done)
    assert len(job.outcome().history["loss"]) > 0


def test_an_address_without_a_scheduler_is_refused_in_a_sentence() -> None:
    with pytest.raises(ConfigError, match="No Dask scheduler answers at"):
        ClusterWorkers("127.0.0.1:9")
    with pytest.raises(ConfigError, match="No Dask scheduler answers"):
        ClusterWorkers("what is this")
