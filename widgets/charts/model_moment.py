"""One consistent moment of a model's run, which its charts draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from core.history.band import Band
    from core.models.layer_name import LayerName
    from core.probes.definition import ProbeDefinition
    from core.probes.finding import Finding
    from core.runs.past.setting_changes import SettingChange
    from core.training.step_record import Observation
    from widgets.charts.origin import Origin

T = TypeVar("T")


@dataclass(frozen=True)
class ModelMoment:
    """A run of a model as it stood after `seen.step` updates.

    `rows` are columns of its history thinned for display (step, loss, gradient_norm, update_norm), `layers`
    those of its layers (step, gradient_i, update_i, weight_i for layer i: Euclidean norms), empty where
    nothing was recorded; both end before `seen.step`. `findings` are the newest of each probe by name: each
    says at which step it was found. Probes that `failed` will find nothing, some of them by `faults` of the program.
    Where a run `diverged` the loss is that of its last update that was finite.
    """

    seen: Observation
    steps_per_epoch: int
    rows: Mapping[str, np.ndarray]
    layers: Mapping[str, np.ndarray]
    marks: Sequence[SettingChange]
    findings: Mapping[str, Finding]
    layer_names: Sequence[LayerName] = ()
    failed: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()
    diverged: bool = False
    total_steps: int | None = None  # of the run, where that is known
    band: Band | None = None  # of the losses before `seen.step`, where `rows` leave some out
    layer_bands: Mapping[str, Band] = field(default_factory=dict)  # the same of the norms, and of ratio_i
    origin: Origin | None = None  # of a branch, where its parent is kept

    @property
    def step(self) -> int:
        """The number of updates that led to this point."""
        return self.seen.step

    def found(self, probe: ProbeDefinition[T]) -> T | None:
        """The value that `probe` found last; None if it has not."""
        finding = self.findings.get(probe.name)
        return None if finding is None else finding.value
