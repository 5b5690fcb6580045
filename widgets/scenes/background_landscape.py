"""The loss landscape that a page asked for, computed beside the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.probes.finding import Finding
from core.probes.registry import WEIGHT_PATH
from widgets.charts.training.landscape import FINDING, OFF

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.geometry.landscape import Landscape
    from core.learning.learner import Learner
    from core.runs.run import Run


class BackgroundLandscape:
    """At most one computation: begun when a plane is chosen, cancelled when another or none is."""

    def __init__(self, on_progress: Callable[[], None]) -> None:
        self._on_progress = on_progress
        self._chosen: str = OFF
        self._landscape: Landscape | None = None
        self._step = 0

    def follow(self, chosen: str, learner: Learner, run: Run) -> None:
        """Begins or cancels so that the plane that is `chosen` is the one computed; waits for a path."""
        if chosen != self._chosen:
            self.cancel()
            self._chosen = chosen
        path = run.findings.get(WEIGHT_PATH.name)
        if run.step < self._step:  # the run began again: its path is another
            self.cancel()
        if self._landscape is not None or chosen == OFF or path is None or len(path.value.points) < 2:
            return
        from core.geometry.landscape import Landscape

        plane: Any = chosen
        self._landscape = Landscape(learner.objective, path.value, plane, on_progress=self._on_progress)
        self._step = path.value.steps[-1]
        self._landscape.start()

    def cancel(self) -> None:
        """Ends the computation, if there is one, and forgets it."""
        if self._landscape is not None:
            self._landscape.cancel()
        self._landscape, self._step = None, 0

    def finding(self) -> dict[str, Finding]:
        """The landscape as a finding of the run, {} where there is none."""
        return {} if self._landscape is None else {FINDING: Finding(self._step, self._landscape, 0.0)}

    @property
    def state(self) -> object:
        """Something that is different whenever there is more to show."""
        landscape = self._landscape
        return None if landscape is None else (id(landscape), landscape.progress, landscape.result is None)
