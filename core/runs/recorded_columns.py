"""The numbers that were recorded of a run, by name, as a notebook reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from core.history.run_histories import BY_PARAMETER, columns_of
from core.probes.registry import EVALUATION

if TYPE_CHECKING:
    from core.findings.results import Evaluations
    from core.probes.finding import Finding
    from core.runs.any_run import AnyRun

NO_EVALUATION = {"step": np.empty(0, np.int64)} | {
    name: np.empty(0) for name in ("training_loss", "validation_loss", "training_metric", "validation_metric")
}


class RecordedColumns(Mapping[str, np.ndarray]):
    """The record of a run up to now, a NumPy array for each name; it does not grow with the run.

    Of every update: "step" (int64), "loss", "gradient_norm" and "update_norm", each (n,), where row i belongs to
    update `step[i]`; "parameters", "gradients" and "updates", each (n, p), where there are few enough of them.
    Parameters, loss and gradient are those before the update. Of more than a million updates the older rows are
    thinned, so read "step" rather than count.

    Of each evaluation of a model: "training_loss", "validation_loss", "training_metric" and "validation_metric",
    each (m,), float64; `steps` says after how many updates each was made. The metric is the first of a model; further
    ones have their own names: "training_mae" and "validation_mae".

    >>> history = RecordedColumns({"step": np.arange(3), "loss": np.array([4.0, 2.0, 1.0])}, {})
    >>> float(history["loss"].min()), history.steps("loss").tolist()
    (1.0, [0, 1, 2])
    """

    def __init__(self, by_update: Mapping[str, np.ndarray], by_evaluation: Mapping[str, np.ndarray]) -> None:
        """Takes arrays with one row an update and with one row an evaluation; both have the name "step"."""
        self.by_update, self.by_evaluation = by_update, by_evaluation

    @classmethod
    def of(cls, run: AnyRun, learns: bool = False, parameters: int = 0) -> RecordedColumns:
        """A copy of what was recorded of `run` up to now.

        Before it is prepared its arrays are empty, so that a cell may read them as soon as it has asked for the run.

        Args:
            run: The run.
            learns: True if a model learns, which is evaluated.
            parameters: The number of parameters, where each of them is recorded.
        """
        history = run.history
        none = {name: np.empty(0, dtype) for name, dtype in columns_of(parameters).items()}
        columns = cls.of_rows(none if history is None else history.rows(), run.findings)
        return columns if columns.by_evaluation or not learns else cls(columns.by_update, NO_EVALUATION)

    @classmethod
    def of_rows(cls, rows: Mapping[str, np.ndarray], findings: Mapping[str, Finding]) -> RecordedColumns:
        """What the `rows` of a run's history and its `findings` say."""
        finding = findings.get(EVALUATION.name)
        return cls(_by_update(rows), {} if finding is None else _by_evaluation(finding.value))

    def __repr__(self) -> str:
        return f"RecordedColumns({', '.join(self) or 'nothing yet'})"

    def __getitem__(self, name: str) -> np.ndarray:
        """The array called `name`; raises KeyError, with the names there are."""
        if name in self.by_update:
            return self.by_update[name]
        if name in self.by_evaluation and name != "step":
            return self.by_evaluation[name]
        raise KeyError(f"nothing is recorded as {name!r}; there is {', '.join(self) or 'nothing yet'}")

    def __iter__(self) -> Iterator[str]:
        return iter((*self.by_update, *(name for name in self.by_evaluation if name != "step")))

    def __len__(self) -> int:
        return len(tuple(iter(self)))

    def steps(self, name: str) -> np.ndarray:
        """The step of each row of `self[name]`, int64; raises KeyError as `self[name]` does."""
        self[name]
        return (self.by_update if name in self.by_update else self.by_evaluation)["step"]


def _by_update(rows: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The columns of a history with those of single parameters put together."""
    columns = {name: rows[name] for name in ("step", "loss", "gradient_norm", "update_norm") if name in rows}
    count = sum(name.startswith("parameter_") for name in rows)
    if count:
        columns |= {
            name: np.stack([rows[f"{stem}_{i}"] for i in range(count)], axis=1) for name, stem in BY_PARAMETER.items()
        }
        columns["update_norm"] = np.linalg.norm(columns["updates"].astype(float), axis=1)
    return columns


def _by_evaluation(found: Evaluations) -> dict[str, np.ndarray]:
    columns = {
        "step": found.step.astype(np.int64),
        "training_loss": found.train_loss,
        "validation_loss": found.val_loss,
        "training_metric": found.train_metric,
        "validation_metric": found.val_metric,
    }
    for name, (train, val) in found.others.items():
        columns |= {f"training_{name}": train, f"validation_{name}": val}
    return columns
