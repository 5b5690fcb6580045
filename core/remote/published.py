"""The state of a run as an engine publishes it: the newest, never a backlog."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.runs.past.setting_changes import LiveRecord
from core.runs.status import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from core.history.band import Band
    from core.learning.facts import LearnerFacts
    from core.models.layer_name import LayerName
    from core.probes.finding import Finding
    from core.training.step_record import Observation
    from core.training.update_loop import Program


@dataclass(frozen=True)
class Published:
    """Everything a page may ask of a run; rows are thinned to what a screen can show.

    `command` is the number of the last command the engine has dealt with, `beginning` counts how often the run
    began; `forked_at` is the step of a fork that it began by, see `RunHistories`. `rows` and `layer_rows` go with
    `observation`. `findings` are those that are new, `found` the names of all there are. `cpu_seconds` is what the
    engine has computed since the run began, over all its cores: updates, evaluations, what charts look for, and, before
    the first beginning, building and compiling.
    """

    command: int = 0
    beginning: int = 0
    status: Status = Status.PREPARING
    step: int = 0
    recorded: int = 0
    forked_at: int | None = None
    total_steps: int = 1
    playing: bool = False
    rests: bool = False
    error: str | None = None
    fault: str | None = None
    live: LiveRecord = field(default_factory=LiveRecord)
    observation: Observation | None = None
    observed_at: float | None = None
    rows: Mapping[str, np.ndarray] = field(default_factory=dict)
    band: Band | None = None
    layer_rows: Mapping[str, np.ndarray] = field(default_factory=dict)
    layer_bands: Mapping[str, Band] = field(default_factory=dict)
    layer_names: tuple[LayerName, ...] = ()
    findings: Mapping[str, Finding] = field(default_factory=dict)
    found: frozenset[str] = frozenset()
    failed_probes: frozenset[str] = frozenset()
    steps_per_second: float | None = None
    seconds_played: float = 0.0
    cpu_seconds: float | None = None
    seconds_per_update: float | None = None
    facts: LearnerFacts | None = None
    downloaded: float | None = None
    sharing: int = 0
    program: Program | None = None
