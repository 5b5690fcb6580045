"""The interface of a scene: everything a page shows of one problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras
    import numpy as np

    from core.config.training_config import TrainingConfig
    from core.learning.learner import Learner
    from core.learning.setup import ModelSetup
    from core.notices.notice import Notice
    from core.optimizers.optimizer import Optimizer
    from core.probes.probe_schedule import ProbeSchedule
    from core.remote.remote_run import RemoteRun
    from core.runs.any_run import AnyRun
    from core.runs.run_summary import RunSummary
    from core.training.trainer import Trainer
    from widgets.board.panel import Panel
    from widgets.charts.origin import Origin

Switches = dict[tuple[str, str], str]  # (panel, switch) -> chosen option


class PageScene(Protocol):
    """A scene of any problem: `SurfaceScene` of a line or surface, `ModelScene` of a model and its data.

    All texts are in the language in use when they are asked for. A moment is made by `moment` and means
    something to the same scene only.
    """

    origin: Origin | None  # of a branch whose parent is kept; whoever draws that says where
    switches: Switches
    optimizer: Optimizer

    @property
    def steps_per_epoch(self) -> int:
        """How many updates an epoch has; 1 as long as that is not known."""

    @property
    def initial(self) -> Sequence[np.ndarray]:
        """The parameters the run starts from."""

    def build(self) -> Trainer:
        """Builds the trainer."""

    def panels(self) -> list[Panel]:
        """The charts' cards, before anything was found."""

    def switch(self, panel_id: str, name: str, value: str) -> None:
        """Chooses a variant of a chart."""

    def strip(self) -> str:
        """The strip of numbers as HTML."""

    def formula(self) -> str:
        """The update rule as HTML."""

    def moment(self, run: AnyRun) -> Any:
        """The run as last observed; None before that."""

    def blank_frame(self) -> dict[str, Any]:
        """The frame the page shows before that."""

    def frame(self, moment: Any, visible: frozenset[str], settled: bool) -> dict[str, Any]:
        """The update of every chart in `visible`, the numbers and the formula."""

    def notice(self, run: AnyRun, moment: Any) -> Notice:
        """Returns what a good teacher would say now."""


class LearningScene(PageScene, Protocol):
    """A scene in which a model learns from data, with what only that has: findings, costs, a model."""

    setup: ModelSetup

    @property
    def background(self) -> object:
        """The state of what is computed beside the run, in a form that changes as it moves on."""

    @property
    def learner(self) -> Learner | None:
        """The model with its data; None before it is built, and where the run trains in another process."""

    @property
    def model(self) -> keras.Model | None:
        """The model that is trained; None before it is built."""

    def probes(self) -> ProbeSchedule:
        """Returns the probes of the run, once it is built."""

    def watch(self, run: AnyRun, visible: frozenset[str]) -> None:
        """Tells the run to look only for what the charts in `visible` show."""

    def cards(self, runs: str) -> str:
        """Further cards as HTML; `runs` has the runs before this one, for the card of costs."""

    def pace_slots(self, run: AnyRun) -> dict[str, Any]:
        """Returns the costs of the run so far and to its end."""

    def summary(self, run: AnyRun, config: TrainingConfig) -> RunSummary | None:
        """The run in numbers; None before its model is built."""

    def follow(self, run: RemoteRun) -> None:
        """Takes over what the process that trains has found out about data and model."""

    def close(self) -> None:
        """Ends what is computed in the background."""
