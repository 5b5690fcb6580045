"""The requests of a run's callers that its worker has not dealt with yet."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.runs.past.setting_changes import TOTAL_STEPS, Drags

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from core.runs.past.kept_past import KeptPast


@dataclass
class RunRequests:
    """Written by any thread and read by the worker, both while they hold `changed`.

    `total_steps` is the step at which the run is finished, `pace` its steps per second (None: as fast as
    possible); both hold until they are changed. All else is done once and then forgotten.
    """

    total_steps: int
    pace: float | None = None
    playing: bool = False
    single_steps: int = 0
    settings: dict[str, float] = field(default_factory=dict)
    dragged: frozenset[str] = frozenset()  # of `settings`, those that go on with a change of a moment ago
    drags: Drags = field(default_factory=Drags, repr=False)
    observation: bool = False
    watched: frozenset[str] = frozenset()  # the findings somebody looks at
    watching: bool = False  # `watched` has changed
    found: bool = False  # a probe has ended its look: the next one may begin
    restart: Sequence[np.ndarray] | None = None
    rewind: int | None = None  # the step to go to, of those that were recorded
    past: KeptPast | None = None  # what was kept of the run, which is at its start
    fork: bool = False  # the run goes on from where it stands as another one
    retimed: bool = False  # `pace` or `total_steps` has changed
    stop: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def ask(self, **requests: object) -> None:
        """Sets some of the requests and wakes whoever waits for them."""
        with self.changed:
            for name, value in requests.items():
                setattr(self, name, value)
            self.changed.notify_all()

    def wants_observation(self, playing: bool, is_current: bool) -> bool:
        """Returns True if an observation is due now."""
        return self.observation and not (playing and is_current)

    def ask_for_steps(self, count: int) -> None:
        """Asks for `count` single steps more, and ends playing."""
        with self.changed:
            self.playing = False
            self.single_steps += count
            self.changed.notify_all()

    def ask_for_settings(self, settings: dict[str, float], dragged: frozenset[str] | None = None) -> None:
        """Asks for new values of live settings. None for those that a hand has `dragged`: the time tells them."""
        with self.changed:
            self.settings.update(settings)
            self.dragged |= self.drags.among(settings) if dragged is None else dragged
            self.changed.notify_all()

    def take_restart(self) -> Sequence[np.ndarray] | None:
        """Returns the point at which the run is to begin again, and forgets it; None if it is not to."""
        with self.changed:
            initial, self.restart = self.restart, None
        return initial

    @property
    def interrupts_rewind(self) -> bool:
        """True if the way to a step is to be broken off: another one is wanted, or none."""
        return self.rewind is not None or self.restart is not None or self.stop

    def take_rewind(self) -> int | None:
        """Returns the step that the run is to go to, and forgets it; None if it is not to."""
        with self.changed:
            step, self.rewind = self.rewind, None
        return step

    def take_past(self) -> KeptPast | None:
        """Returns what was kept of the run, and forgets it; None if nothing is new."""
        with self.changed:
            past, self.past = self.past, None
        return past

    @property
    def wanted_total(self) -> int:
        """The step at which the run is to be finished, as it was asked for last: the worker may not know it yet."""
        with self.changed:
            return int(self.settings.get(TOTAL_STEPS, self.total_steps))

    def take_settings(self) -> tuple[dict[str, float], frozenset[str]]:
        """Returns the live settings asked for and the names of those that were dragged, and forgets both.

        The run's length among them is noted here.
        """
        with self.changed:
            settings, self.settings = self.settings, {}
            dragged, self.dragged = self.dragged, frozenset()
            total = settings.pop(TOTAL_STEPS, None)
            if total is not None:
                self.total_steps, self.retimed = int(total), True
        return settings, dragged

    def waiting(self, playing: bool, is_current: bool = False) -> bool:
        """Returns True if anything is asked of a worker that plays now, or rests if `playing` is False.

        One that plays and whose newest observation `is_current` answers with the next one, after another step.
        """
        asked = self.stop or self.wants_observation(playing, is_current) or self.retimed or self.restart is not None
        return (
            asked
            or self.watching
            or self.found
            or self.rewind is not None
            or self.past is not None
            or self.fork
            or bool(self.settings)
            or self.single_steps > 0
            or self.playing != playing
        )
