"""A run of a trainer without TensorFlow, and a way to wait for what it does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from core.runs.run import Run
from core.runs.status import Status
from core.training.step_record import Observation, Steps

PATIENCE = 20  # seconds after which a wait has failed; none of them takes long


START = (np.zeros(1),)


class CountingTrainer:
    """A trainer without TensorFlow: its one parameter counts the steps, its loss is one over that."""

    longest_call = 64
    seconds_per_update: float | None = None
    layer_names: tuple[str, ...] = ()
    loop = SimpleNamespace(kind=None)  # there is no choice of programs

    def __init__(self, diverges_at: int | None = None) -> None:
        self.step, self.diverged, self.compiled = 0, False, False
        self.rate, self.broken, self.total = 0.5, False, 0
        self.calls: list[int] = []
        self.resets: list[Sequence[np.ndarray]] = []
        self.gate = threading.Event()  # advance waits here, so that a test can act in the middle of a call
        self.gate.set()
        self.inside = threading.Event()
        self._diverges_at = diverges_at

    def compile(self) -> None:
        self.compiled = True

    def reset(self, initial: Sequence[np.ndarray]) -> None:
        self.step, self.diverged = 0, False
        self.resets.append(initial)

    def values(self) -> tuple[np.ndarray, ...]:
        return ()

    def resume(self, step: int, values: Sequence[np.ndarray]) -> None:
        assert not values
        self.step, self.diverged = step, False

    def set(self, **settings: float) -> None:
        self.rate = settings.get("learning_rate", self.rate)

    def set_total(self, total_steps: int) -> None:
        self.total = total_steps

    def hyper(self) -> dict[str, float]:
        return {"learning_rate": self.rate}

    @property
    def base_rate(self) -> float:
        return self.rate

    def advance(self, steps: int) -> Steps:
        self.inside.set()
        if self.broken:
            raise ZeroDivisionError
        assert self.gate.wait(PATIENCE)
        self.calls.append(steps)
        first = self.step
        if self._diverges_at is not None and first + steps > self._diverges_at:
            steps, self.diverged = self._diverges_at - first, True
        self.step += steps
        column = np.arange(first, self.step, dtype=np.float32)[:, None]
        return Steps(first, 1 / (1 + column[:, 0]), column, column, np.ones_like(column), self.diverged)

    def snapshot(self) -> Any:
        return SimpleNamespace(step=self.step)

    def observe(self) -> Observation:
        one = np.full(1, float(self.step))
        return Observation(self.step, one, 1.0, one, np.eye(1), {}, self.hyper(), None)


class Watched:
    """A run with a condition that `on_change` notifies, so that a test can wait for what it expects."""

    def __init__(self, trainer: CountingTrainer, build: Callable[[], object] | None = None, **more: object) -> None:
        self.trainer = trainer
        self.changed = threading.Condition()
        self.statuses: list[Status] = []
        options = {"total_steps": 1_000_000_000, **more}
        self.run = Run(build or (lambda: trainer), on_change=self._note, **options)  # type: ignore[arg-type]  # a stand-in without TensorFlow

    def _note(self) -> None:
        with self.changed:
            self.statuses.append(self.run.status)
            self.changed.notify_all()

    @property
    def observed_step(self) -> int:
        """The step of the newest observation, -1 before there is one."""
        return -1 if self.run.observation is None else self.run.observation.step

    def until(self, wanted: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(wanted, PATIENCE), f"{self.run} never got there"

    def until_status(self, status: Status) -> None:
        self.until(lambda: self.run.status is status)

    def until_step(self, step: int) -> None:
        """Until the run is observed at `step` or beyond, asking again as a page does."""

        def there() -> bool:
            if self.observed_step >= step:
                return True
            self.run.request_observation()
            return False

        self.until(there)

    def started(self) -> Watched:
        self.run.start()
        self.until_status(Status.PAUSED)
        return self


Start = Callable[..., Watched]


class ModelTrainer(CountingTrainer):
    """One of a model whose programs are compiled as long as `gate` is closed."""

    layer_names = ("dense",)

    def compile(self) -> None:
        assert self.gate.wait(PATIENCE)

    def preview(self) -> Observation:
        return self.observe()
