"""The loss landscape that a page asked for, computed beside the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.probes.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.geometry.landscape import Landscape
    from core.learning.model_objective import ModelObjective

OFF = "off"


class BackgroundLandscape:
    """At most one computation: begun when a plane is chosen, cancelled when another or none is."""

    def __init__(self, on_progress: Callable[[], None]) -> None:
        """`on_progress` is called, in whichever thread, when there is more to show."""
        self._on_progress = on_progress
        self._chosen = OFF
        self._landscape: Landscape | None = None
        self._step = 0
        self._finding: Finding | None = None

    def follow(self, chosen: str, objective: ModelObjective, path: Finding | None, step: int) -> None:
        """Begins or cancels so that the plane that is `chosen` is the one computed; waits for a path.

        `path` is the newest finding of the weights' path, `step` the one where the run stands.
        """
        if chosen != self._chosen:
            self.cancel()
            self._chosen = chosen
        if step < self._step:  # the run began again: its path is another
            self.cancel()
        if self._landscape is not None or chosen == OFF or path is None or len(path.value.points) < 2:
            return
        from core.geometry.landscape import Landscape

        plane: Any = chosen
        self._landscape = Landscape(objective, path.value, plane, on_progress=self._on_progress)
        self._step = path.value.steps[-1]
        self._landscape.start()

    def cancel(self) -> None:
        """Ends the computation, if there is one, and forgets it."""
        if self._landscape is not None:
            self._landscape.cancel()
        self._landscape, self._step = None, 0

    @property
    def finding(self) -> Finding | None:
        """The state of the computation as a finding, another one when it moves on; None where there is none."""
        if self._landscape is None:
            self._finding = None
        elif self._finding is None or self._landscape.moved_on(self._finding.value):
            self._finding = Finding(self._step, self._landscape.state, 0.0)
        return self._finding
