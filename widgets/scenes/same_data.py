"""Whether a page has what a kept run was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.datasets.dataset import CSV

if TYPE_CHECKING:
    from core.learning.setup import ModelSetup
    from core.store.kept_run import KeptRun


def is_same_data(kept: KeptRun, setup: ModelSetup | None) -> bool:
    """True if a run of `setup` learns from what `kept` did, by the names and sizes of both; None is a surface."""
    if setup is None:
        return True
    has_other_table = setup.dataset.name == CSV and setup.dataset.label not in kept.data
    return not has_other_table and setup.parameters == kept.parameters
