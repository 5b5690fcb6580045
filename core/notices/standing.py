"""What there is to say of where a run stands, whatever it learns: on its way, taken back, at the start of a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.notices.branching import branched_off
from core.notices.waiting import reopened, reopened_from_store, returning, taken_back
from core.runs.status import Status

if TYPE_CHECKING:
    from core.notices.notice import Notice
    from core.runs.any_run import AnyRun
    from core.runs.past.branch import Branch
    from core.runs.saved_run import SavedRun


def on_its_way(run: AnyRun, step: int, saved: SavedRun | None) -> Notice:
    """Says why and how a run goes to `step`, where it, or the one that was `saved`, stood."""
    is_lost = saved is None or run.record is not None
    past = None if saved is None or is_lost else saved.past
    said = returning if is_lost else reopened if past is None else reopened_from_store
    steps = step if past is None else past.steps_to(step)
    return said(step, steps * (run.seconds_per_update or 0.0))


def at_a_turn(run: AnyRun, branch: Branch | None, in_engine: bool) -> Notice | None:
    """Says that a run was taken back, or is a branch that has made no step; None for any other."""
    if run.recorded > run.step and run.status is not Status.PLAYING:
        return taken_back(run.step, run.recorded, in_engine)
    if branch is not None and run.step == 0 and run.status is Status.PAUSED:
        return branched_off(branch)
    return None
