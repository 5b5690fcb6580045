"""What can be asked of the run on the page, and of the model that it trains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.array_tree import ArrayTree
from core.field import ConfigError
from core.language import _
from core.runs.recorded_columns import RecordedColumns
from core.runs.saved_run import SavedRun
from core.runs.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.formats.trained_model import TrainedModel
    from core.runs.any_run import AnyRun
    from core.runs.run_summary import RunSummary
    from core.store.kept_run import KeptRun
    from core.store.recorder import Recorder
    from core.user_models.packed_model import PackedModel
    from core.user_models.user_model import UserModel
    from widgets.scenes.page_scene import PageScene
    from widgets.scenes.staged_run import StagedRun
    from widgets.scenes.training_place import TrainingPlace


class PresentRun:
    """What the run on the page is and has come to; `staged` is replaced as a whole when another takes its place."""

    def __init__(
        self,
        staged: StagedRun,
        recorder: Recorder,
        place: TrainingPlace,
        own: UserModel | None,
        table: Callable[[], Dataset | None],
    ) -> None:
        """Begins with a run, and keeps what never changes while the page stands.

        Args:
            staged: The run with its scene.
            recorder: What keeps the runs.
            place: Where models train.
            own: A model that takes the place of any problem.
            table: Returns the data set of the problem "csv", None where there is none yet.
        """
        self.staged, self._recorder, self._place, self._own, self._table = staged, recorder, place, own, table

    @property
    def config(self) -> TrainingConfig:
        """The settings of the run as they are now."""
        return self.staged.config

    @property
    def run(self) -> AnyRun:
        """The present run."""
        return self.staged.run

    @property
    def past(self) -> tuple[RunSummary, ...]:
        """The runs that stand beside it, newest first."""
        return self.staged.past

    @property
    def scene(self) -> PageScene:
        """The scene that shows it."""
        return self.staged.scene

    def find_kept(self) -> Callable[[], KeptRun | None]:
        """A function that returns the present run as it is kept by then, None while it is not; it never waits."""
        find = self._recorder.find_kept(self.run)
        return lambda: None if (found := find()) is None else self._recorder.store.get(found.id)

    @property
    def wants_to_play(self) -> bool:
        """True if the run plays, or will as soon as it is prepared."""
        return self.run.wants_to_play and self.run.status is not Status.FINISHED

    @property
    def is_over(self) -> bool:
        """True if the run takes no further step unless it begins again."""
        run = self.run
        goes_on = run.status is Status.FINISHED and run.step < run.total_steps  # it has just been given more epochs
        return run.status.is_over and not goes_on

    @property
    def history(self) -> RecordedColumns:
        """A copy of what was recorded of the run up to now."""
        staged = self.staged
        learns = staged.learning is not None
        return RecordedColumns.of(staged.run, learns, 0 if learns else len(staged.scene.initial))

    @property
    def trains_itself(self) -> bool:
        """True if a person's own model is trained itself, since it cannot be copied."""
        return self._place.is_second_choice

    @property
    def fault(self) -> str | None:
        """The traceback of what the run failed by; None if it did not fail."""
        return self.run.fault

    @property
    def saved(self) -> SavedRun | None:
        """What it takes to make the run's updates again; None for a person's own model."""
        if self._own is not None:
            return None
        run = self.run
        made = run.program, run.seconds_per_update
        return SavedRun(self.config, run.step, run.live.asked, *made, branch=self.staged.branch)

    @property
    def table(self) -> Dataset | None:
        """The data set of the problem "csv"; None where there is none yet."""
        return self._table()

    def model_file(self) -> bytes | None:
        """The model with its weights as they are now, as Keras saves it; None for a surface."""
        return self.staged.model_file()

    def trained_model(self) -> TrainedModel | None:
        """The model as it is now with its held-out examples; None for a surface, and before it is built.

        Raises:
            ConfigError: It reads or answers several arrays, which no format here holds.
        """
        data = None if self._own is None else self._own.data
        if data is not None and (isinstance(data.x, ArrayTree) or isinstance(data.y, ArrayTree)):
            raise ConfigError(_("Only a model of one input and one output is exported."))
        found, own = self.staged.trained_model(), self.own_for_elsewhere
        return found if found is None or own is None else replace(found, code=own.code)

    @property
    def own_data(self) -> Dataset | None:
        """What is known of the data of a person's own model; None on any other page."""
        return None if self._own is None else self._own.dataset

    @property
    def own_for_elsewhere(self) -> PackedModel | None:
        """A person's own model for other processes; None where it cannot be taken there, and on any other page."""
        return self._place.own

    @property
    def model(self) -> keras.Model | None:
        """The model that is trained; None for a surface and before it is built."""
        return self.staged.model
