"""One scene and the run that fills it."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable

from core.config import TrainingConfig
from core.run import Run, Status
from core.trainer_factory import build_trainer
from widgets.scene import Scene, Switches

SETTLE_SECONDS = 0.15  # a dragged slider passes many values; a run is built for the one it rests on


class Session:
    """What the page shows between two structural changes. `wake(urgent=...)` is called when the run changed."""

    def __init__(
        self, config: TrainingConfig, switches: Switches, pace: float | None, wake: Callable[..., None]
    ) -> None:
        self.scene = Scene(config, switches)
        self.observed = threading.Event()
        self._wake = wake
        self.run = Run(
            lambda: build_trainer(config, self.scene.objective),
            config.epochs * self.scene.steps_per_epoch,
            pace,
            settle_seconds=SETTLE_SECONDS,
            on_change=self._changed,
        )

    def moved(self, config: TrainingConfig) -> Session:
        """This session from another start point: the run goes back to step 0 there and is not compiled again."""
        session = copy.copy(self)
        session.scene = Scene(config, self.scene.switches)
        self.run.restart(session.scene.objective.initial)
        return session

    def _changed(self) -> None:
        self.observed.set()
        # Only while it plays does the next frame wait its turn: then what is drawn costs training.
        self._wake(urgent=self.run.status is not Status.PLAYING)
