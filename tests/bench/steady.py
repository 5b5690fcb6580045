"""Steadiness: hundreds of changes of the problem and the model while runs play, compile and are looked at.

What is driven is the page's own session with its engines, without a browser. Each change comes after a random wait,
so that it meets a run at every stage: being forked, building, compiling, playing, with probes and a landscape under
way.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import psutil

from core.config.training_config import TrainingConfig
from core.datasets.registry import DATASETS
from core.engines.launcher import EngineLauncher
from core.engines.spares import SPARE
from core.models.family import families_for
from core.objectives.surfaces import SURFACES
from core.runs.status import Status
from tests.bench.figures import Figure
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANGES = 500
LONGEST_WAIT_S = 1.5
SEED = 3
FIRST = ("digits", "python_help", "rosenbrock")  # by then the charts of models and of surfaces are imported
EARLY, LATE = 3, 43  # changes after which the memory is compared
PATIENCE_S = 120.0
END_S = 5.0  # for engines that were told to end


def measure() -> Iterator[Figure]:
    """The changes survived, the processes left over and the growth of the page's own memory."""
    launcher, chance = EngineLauncher(), random.Random(SEED)
    session = Session(TrainingConfig(), lambda urgent=False: None, connect=launcher.connect)
    session.play()
    private = []
    survived = 0
    for number in range(CHANGES):
        _change(session, chance, FIRST[number] if number < len(FIRST) else None)
        time.sleep(chance.uniform(0, LONGEST_WAIT_S))
        survived += session.run.error is None
        private.append(psutil.Process().memory_full_info().uss)
    session.apply(TrainingConfig())
    session.play()
    plays = session.wait(PATIENCE_S) and session.run.status is Status.FINISHED
    then = "trained" if plays else "did not train"
    against = f"of {CHANGES} changes without an error; after them the regression {then}"
    yield Figure("steady.changes", survived if plays else 0, "changes", CHANGES, against)
    growth, late, last = private[LATE - 1] / private[EARLY - 1], private[LATE - 1] / 1e6, private[-1] / 1e6
    against = f"private memory of the page's process: {late:.0f} MB, {last:.0f} MB at the end"
    yield Figure("memory.after_40_changes", growth, "x", 1.1, against, at_most=True)
    time.sleep(END_S)
    left = sum(child.name() != SPARE for child in psutil.Process().children(recursive=True))
    against = "the fork server and the run's engine, beside spare ones"
    yield Figure("steady.processes", left, "processes", 2, against, at_most=True)
    session.close()
    launcher.close()


def _change(session: Session, chance: random.Random, problem: str | None) -> None:
    """Chooses `problem` or any, and a family that fits it, and has everything looked at while it plays."""
    offline = [name for name, dataset in DATASETS.items() if not dataset.download_bytes]
    problem = problem or chance.choice([*offline, *SURFACES, "regression"])
    config = TrainingConfig.suited_to(problem)
    families = families_for(problem)
    if families:
        config = config.replace(family=chance.choice(families), width=None, depth=None, size=1000)
    session.apply(config)
    if config.learns:
        session.switch("landscape", "plane", "path")
    session.staged.watch(frozenset(panel.id for panel in session.scene.panels()))
    session.play()
