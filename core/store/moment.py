"""A run at one moment, as the recorder takes it in the page's thread and keeps it in its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.runs.past.branch import NO_BRANCH
from core.runs.recorded_columns import RecordedColumns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.probes.finding import Finding
    from core.runs.any_run import AnyRecord, AnyRun
    from core.runs.past.branch import Branch
    from core.snapshots.lasting import Lasting
    from core.store.kept_run import KeptRun


@dataclass(frozen=True)
class Moment:
    """A run at one moment; `rows` waits for the rows of its history, `seen` are those the page has of them.

    `snapshots` waits for those that the store does not have; they are None where they need not be asked for.
    """

    record: AnyRecord
    facts: dict[str, Any]
    findings: Mapping[str, Finding]
    rows: Callable[[], dict[str, np.ndarray]]
    has_returned: bool
    seen: dict[str, np.ndarray]
    snapshots: Callable[[], Lasting | None]
    branch: Branch | None
    layers: Callable[[], dict[str, np.ndarray]]
    run: AnyRun

    @property
    def settled(self) -> Moment:
        """The moment with what is known of its parent, which was kept before it."""
        return replace(self, facts=self.facts | (NO_BRANCH if self.branch is None else self.branch.columns))

    def inherited(self) -> Sequence[np.ndarray]:
        """The weights that a branch began with; its engine has had them, so they are there. None of any other run."""
        return () if self.branch is None or self.branch.weights is None else self.branch.weights() or ()

    def history(self, kept: KeptRun | None) -> RecordedColumns:
        """What was recorded; what the page has of it after what was `kept`, where its engine is gone."""
        rows = self.rows()
        history = RecordedColumns.of_rows(rows or self.seen, self.findings)
        if rows or kept is None or not len(kept.history):
            return history
        before = kept.history.by_update
        newer = history["step"] > before["step"][-1]
        joined = {name: np.concatenate([values, history[name][newer]]) for name, values in before.items()}
        return RecordedColumns(joined, history.by_evaluation)
