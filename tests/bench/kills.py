"""Steadiness under murder: engines are killed, and made to crash, at random moments while their runs play.

Three pages' sessions play at once, a surface, points and digits, without a browser. Each death is one of a run that has
taken a step since it last came back, or has just begun; it has to be back by itself, and beyond the step it showed.
"""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from core.config.training_config import TrainingConfig
from core.engines.launcher import EngineLauncher
from core.engines.spares import SPARE
from core.remote.remote_run import RemoteRun
from core.runs.status import Status
from tests.bench.figures import Figure, median
from tests.support.waiting import wait_until
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

DURATION_S = 120.0
LONGEST_WAIT_S = 2.0
PACE = 100.0  # steps per second; the way back is short, so that there is time for many deaths
SEED = 5
BEGINS_ANEW = 0.25  # of the deaths are of an engine that is being forked, builds or compiles
PATIENCE_S = 60.0
END_S = 10.0
CONFIGS = (TrainingConfig(), TrainingConfig.suited_to("spiral"), TrainingConfig.suited_to("digits"))


def measure() -> Iterator[Figure]:
    """The deaths after which a run was back at its step, and the processes left when all is over."""
    launcher, chance = EngineLauncher(), random.Random(SEED)
    launcher.start()
    sessions = [_playing(config.replace(epochs=10**6), launcher) for config in CONFIGS]
    returns = list[float]()
    deaths, deadline = 0, time.monotonic() + DURATION_S
    while time.monotonic() < deadline:
        session = chance.choice(sessions)
        if chance.random() < BEGINS_ANEW:
            session.begin_anew()
        time.sleep(chance.uniform(0, LONGEST_WAIT_S))
        deaths += 1
        with suppress(AssertionError):  # it did not come back
            returns.append(_seconds_to_return(_run(session), chance.choice((signal.SIGKILL, signal.SIGSEGV))))
    against = f"{len(returns)} of {deaths} deaths; back and a step further after {median(returns):.1f} s"
    yield Figure("steady.kills", len(returns) / deaths, "of the deaths", 1.0, against)
    for session in sessions:
        session.close()
    left = _left(launcher)
    yield Figure("steady.kills.left", left, "engines", 0, "after all pages were closed", at_most=True)
    launcher.close()


def _playing(config: TrainingConfig, launcher: EngineLauncher) -> Session:
    session = Session(config, lambda urgent=False: None, pace=PACE, connect=launcher.connect)
    session.play()
    _wait_for_a_step(_run(session))
    return session


def _run(session: Session) -> RemoteRun:
    assert isinstance(session.run, RemoteRun)
    return session.run


def _seconds_to_return(run: RemoteRun, how: signal.Signals) -> float:
    """Ends the run's engine by the signal `how` and waits until the run is beyond the step it showed."""
    wait_until(lambda: run.process_id is not None, PATIENCE_S)
    process, step = run.process_id, run.step
    started = time.perf_counter()
    with suppress(ProcessLookupError):
        os.kill(process or 0, how)
    wait_until(lambda: run.process_id != process, PATIENCE_S)
    _wait_for_a_step(run, step)
    return time.perf_counter() - started


def _wait_for_a_step(run: RemoteRun, beyond: int = 0) -> None:
    def has_come() -> bool:
        run.request_observation()
        return run.status is Status.PLAYING and run.returning_to is None and run.step > beyond

    wait_until(has_come, PATIENCE_S)


def _left(launcher: EngineLauncher) -> int:
    """The engines that live on, waited for a while; spare ones are nobody's."""
    (server,) = psutil.Process().children()
    engines = [child for child in server.children() if child.name() != SPARE]
    _gone, alive = psutil.wait_procs(engines, timeout=END_S)
    return sum(process.name() != SPARE for process in alive)  # one that was getting ready is one by now
