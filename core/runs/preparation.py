"""How a run gets its trainer: after its settings have come to rest, and one run at a time in a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.deferred_release import free_retired, turn_to_build

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.runs.run_requests import RunRequests
    from core.training.trainer import Trainer


def prepare(
    requests: RunRequests,
    build: Callable[[], Trainer],
    get_ready: Callable[[Trainer], None],
    settle_seconds: float,
) -> bool:
    """Builds a trainer and has it got ready, once nothing stopped the run for `settle_seconds`.

    Returns:
        True if that was done; False if the run was stopped meanwhile.
    """

    def is_stopped() -> bool:
        return requests.stop

    with requests.changed:
        if requests.changed.wait_for(is_stopped, settle_seconds):
            return False
    with turn_to_build(is_stopped) as has_turn:
        if not has_turn:
            return False
        free_retired()
        trainer = build()
        if is_stopped():
            return False
        get_ready(trainer)
    return not is_stopped()
