"""What Keras logged at the ends of epochs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.findings.results import Evaluations
from core.metric import LOSS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VALIDATION = "val_"
RATE = "learning_rate"  # which callbacks of Keras log beside the metrics


class EpochEnds:
    """The logs of all epochs so far, each with the step it ended at."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._logs: list[Mapping[str, float]] = []

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, step: int, logs: Mapping[str, float]) -> None:
        """Adds what was logged after `step` updates."""
        self._logs.append(dict(logs))
        self._steps.append(step)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics, without those of the validation and the loss."""
        return metrics_in(name for logs in self._logs for name in logs)

    def columns(self) -> dict[str, np.ndarray]:
        """Each logged name with its values, float64, nan where an epoch did not log it; "step" is int64.

        The loss is called "training_loss" and that of the validation "validation_loss", as in `RecordedColumns`.
        """
        names = dict.fromkeys(name for logs in self._logs for name in logs)
        also = {LOSS: "training_loss", VALIDATION + LOSS: "validation_loss"}
        return {
            "step": np.array(self._steps, np.int64),
            **{also.get(name, name): self._values(name) for name in names},
        }

    def evaluations(self, metrics: tuple[str, ...]) -> Evaluations:
        """The same as charts draw it; `training` values are means over the epoch, as `fit` returns them."""
        metric = metrics[0] if metrics else LOSS
        return Evaluations(
            np.array(self._steps, float),
            self._values(LOSS),
            self._values(VALIDATION + LOSS),
            self._values(metric),
            self._values(VALIDATION + metric),
            metric,
            n_train=0,
            n_val=0,
            baselines=(),
            others={name: (self._values(name), self._values(VALIDATION + name)) for name in metrics},
        )

    def _values(self, name: str) -> np.ndarray:
        return np.array([logs.get(name, math.nan) for logs in self._logs], float)


def metrics_in(names: Iterable[str]) -> tuple[str, ...]:
    """The metrics among the names that Keras logs.

    >>> metrics_in(["accuracy", "loss", "val_accuracy", "val_loss", "learning_rate"])
    ('accuracy',)
    """
    own = dict.fromkeys(name.removeprefix(VALIDATION) for name in names)
    return tuple(name for name in own if name not in (LOSS, RATE))
