"""Runs and sessions in engines: begun, played and ended, and the losses that training in this process gives."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from core.remote.remote_run import RemoteRun
from core.runs.status import Status
from core.training.build import build_objective, build_trainer
from tests.support.waiting import WAIT_S
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from core.config.training_config import TrainingConfig
    from core.engines.launcher import EngineLauncher
    from core.remote.task import Task
    from core.training.step_record import Steps


@contextmanager
def running(launcher: EngineLauncher, task: Task) -> Iterator[RemoteRun]:
    """A run of `task` that has been started; it has ended afterwards."""
    run = RemoteRun(task, launcher.connect, lambda: None)
    run.start()
    try:
        yield run
    finally:
        run.stop()
        assert run.join(WAIT_S)


def rest(run: RemoteRun) -> None:
    """Waits until the run has done all that it was asked for."""
    assert run.wait(WAIT_S)


def take(run: RemoteRun, steps: int) -> None:
    """Has the run take so many steps, and waits for them."""
    run.take_steps(steps)
    rest(run)


def rows(run: RemoteRun) -> dict[str, np.ndarray]:
    """All that the run has recorded."""
    assert run.history is not None
    return run.history.rows()


def steps_here(config: TrainingConfig, count: int) -> Steps:
    """The first `count` steps of a trainer in this process."""
    return build_trainer(config, build_objective(config)).advance(count)


def played(session: Session) -> Session:
    """The session, played to its end."""
    session.play()
    assert session.wait(WAIT_S)
    assert session.run.status is Status.FINISHED, session.run.error
    return session


def session_of(config: TrainingConfig, **where: Any) -> Session:
    """A session without a page; `where` are further arguments of `Session`."""
    return Session(config, lambda urgent=False: None, **where)
