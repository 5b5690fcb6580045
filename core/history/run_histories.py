"""The histories of one run: a row of numbers for each update, and of models a row for each layer's norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.history.history import History
from core.history.layer_history import LayerHistory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.models.layer_name import LayerName
    from core.training.step_record import Steps

MOST_LAYER_BYTES = 50_000_000  # of the layers' history; a million rows of the other one take 24 MB
KEPT_LAYER_ROWS = 500  # more than a chart draws of each layer; of 20 layers 120 kB
BY_PARAMETER = {"parameters": "parameter", "gradients": "gradient", "updates": "update"}  # name -> stem of its columns
LAYER_NORMS = ("gradient", "update", "weight")


class RunHistories:
    """The record of a run: `history` by update, `layers` by update and layer (None for few parameters).

    `forked_at` is the step up to which it is the record of another run too; None of one that is no fork.
    """

    def __init__(self, n_parameters: int, layer_names: Sequence[LayerName] = ()) -> None:
        """Of `n_parameters` every number is recorded; 0 says that there are many, of which norms are."""
        self.n_parameters = n_parameters
        self.history = History(columns_of(n_parameters))
        self.layer_names = tuple(layer_names)
        self.layers = _layer_history(len(layer_names)) if layer_names else None
        self.forked_at: int | None = None

    def append(self, steps: Steps) -> None:
        """Adds a row for each of `steps`."""
        self.history.append(**_row_arrays(steps))
        if self.layers is not None and steps.layer_norms is not None:
            self.layers.append(**_layer_arrays(steps))

    def kept_layers(self) -> dict[str, np.ndarray]:
        """The rows of the layers' norms that outlast the run, `KEPT_LAYER_ROWS` at most; {} without layers."""
        return {} if self.layers is None or not len(self.layers) else self.layers.view(KEPT_LAYER_ROWS)

    def request_kept_layers(self) -> Callable[[], dict[str, np.ndarray]]:
        """A function that returns `kept_layers`."""
        return self.kept_layers

    def take(self, rows: Mapping[str, np.ndarray], layers: Mapping[str, np.ndarray]) -> None:
        """Takes what was kept of a run of these parameters and layers; norms of other layers are left out."""
        self.history.append(**rows)
        if self.layers is not None and self.layers.columns == layers.keys():
            self.layers.take(layers, is_whole=len(layers["step"]) == len(rows["step"]))

    def before(self, step: int) -> RunHistories:
        """The record of the updates before `step`."""
        record = RunHistories(self.n_parameters, self.layer_names)
        record.history = self.history.before(step)
        record.layers = None if self.layers is None else self.layers.before(step)
        record.forked_at = step
        return record


def columns_of(n_parameters: int) -> dict[str, str]:
    """The columns of a run's history: name -> dtype."""
    # The norm of a large float32 gradient can be beyond float32 itself.
    columns = {"step": "int64", "loss": "float32", "gradient_norm": "float64"}
    if n_parameters == 0:  # many, of which only norms are recorded
        columns["update_norm"] = "float32"
    for name in ("parameter", "gradient", "update"):
        columns |= {f"{name}_{i}": "float32" for i in range(n_parameters)}
    return columns


def _row_arrays(steps: Steps) -> dict[str, np.ndarray]:
    """The rows of `steps` as the columns of a history."""
    arrays = {
        "step": np.arange(steps.first, steps.first + len(steps)),
        "loss": steps.loss,
        "gradient_norm": steps.gradient_norm,
    }
    if steps.parameters.shape[1] == 0:
        arrays["update_norm"] = steps.update_norm
    for name, values in (
        ("parameter", steps.parameters),
        ("gradient", steps.gradient),
        ("update", steps.update),
    ):
        arrays |= {f"{name}_{i}": values[:, i] for i in range(values.shape[1])}
    return arrays


def _layer_history(n_layers: int) -> LayerHistory:
    row_bytes = 8 + 4 + 4 * len(LAYER_NORMS) * n_layers  # an int64 step, a float32 loss and the float32 norms
    return LayerHistory(LAYER_NORMS, n_layers, capacity=min(1_000_000, MOST_LAYER_BYTES // row_bytes))


def _layer_arrays(steps: Steps) -> dict[str, np.ndarray]:
    assert steps.layer_norms is not None
    arrays = {"step": np.arange(steps.first, steps.first + len(steps)), "loss": steps.loss}
    for index, norm in enumerate(LAYER_NORMS):
        arrays |= {f"{norm}_{i}": steps.layer_norms[:, i, index] for i in range(steps.layer_norms.shape[1])}
    return arrays
