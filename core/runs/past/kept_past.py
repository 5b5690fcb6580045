"""What is kept of a run that has ended, from which another engine has its whole past: record, changes, snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.history.run_histories import BY_PARAMETER
from core.runs.past.setting_changes import TOTAL_STEPS, latest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from core.runs.past.setting_changes import LiveRecord
    from core.snapshots.packed_state import PackedState
    from core.snapshots.trainer_state import TrainerState

NO_HISTORY = frozenset({"parameters", "gradients", "updates", "update_norm"})


@dataclass(frozen=True, eq=False)
class KeptPast:
    """The past of a run of `recorded` updates.

    Attributes:
        recorded: How many updates were recorded.
        by_update: The record of updates, as `RecordedColumns.by_update` has it.
        by_evaluation: The same of the evaluations of a model.
        by_layer: The norms of the layers, of the rows that were kept; {} where none were.
        live: The changes of live settings.
        states: The snapshots along the run, by step.
    """

    recorded: int
    by_update: Mapping[str, np.ndarray]
    by_evaluation: Mapping[str, np.ndarray]
    by_layer: Mapping[str, np.ndarray]
    live: LiveRecord
    states: tuple[PackedState, ...]

    @property
    def total_steps(self) -> int | None:
        """The length that the run was given last; None if it kept the one it began with."""
        total = latest(self.live.asked).get(TOTAL_STEPS)
        return None if total is None else int(total)

    def steps_to(self, step: int) -> int:
        """How many updates are to be made again to come to `step`."""
        return step - max((state.step for state in self.states if state.step <= step), default=0)

    def rows(self) -> dict[str, np.ndarray]:
        """The record as the columns of a `History`: where every parameter is recorded, one column for each."""
        if "parameters" not in self.by_update:
            return dict(self.by_update)
        rows = {name: values for name, values in self.by_update.items() if name not in NO_HISTORY}
        for name, stem in BY_PARAMETER.items():
            rows |= {f"{stem}_{i}": column for i, column in enumerate(self.by_update[name].T)}
        return rows

    def states_for(self, values: Sequence[np.ndarray]) -> list[TrainerState]:
        """The snapshots for a trainer whose `values` these are; none if any is not of its shapes and types."""
        try:
            states = [packed.unpack() for packed in self.states]
        except ValueError:
            return []
        kinds = [(value.shape, value.dtype) for value in values]
        fits = all([(value.shape, value.dtype) for value in state.values] == kinds for state in states)
        return states if fits else []
