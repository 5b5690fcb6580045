"""The dashboard: a page in which a person watches a model learn, and the same from a notebook cell or a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from core.config.training_config import FIELDS, TrainingConfig
from core.export.run_files import export
from core.field import ConfigError
from core.language import _, shown
from core.store.page_store import PageStore
from core.store.run_link import RunLink
from widgets.controls import page_language
from widgets.controls.lesson import lesson_in
from widgets.controls.synchronized import synchronized
from widgets.page.page import Page
from widgets.page.start import first_page
from widgets.scenes.config_change import with_changes

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import keras

    from core.runs.recorded_columns import RecordedColumns
    from core.store.kept_run import KeptRun
    from core.store.run_store import RunStore
    from core.user_models.task import Task

KEPT_WITHIN_S = 30.0  # the history of a long run on a busy machine


class Dashboard(Page):
    """The page as a widget: show it as the last value of a notebook cell, or use it without a page.

    >>> lab = Dashboard(TrainingConfig(epochs=200))
    >>> lab.play()
    >>> lab.wait()
    True
    >>> lab.history["loss"].shape
    (200,)
    >>> lab.close()

    All methods may be called from any thread. They return at once, but for `wait`.
    """

    def __init__(
        self,
        config: TrainingConfig | None = None,
        model: keras.Model | None = None,
        data: Any = None,
        loss: Any = None,
        language: str | None = None,
        *,
        task: Task | None = None,
        sample_weight: Any = None,
        class_weight: Mapping[Any, float] | None = None,
        class_names: Sequence[str] | None = None,
        validation_data: Any = None,
        validation_split: float | None = None,
        scale_targets: bool = False,
        runs: str | os.PathLike[str] | RunStore | None = None,
    ) -> None:
        """Makes a page that starts with `config`; the query of its URL comes on top.

        Args:
            config: The settings to start with, by default the linear regression; of a compiled model those of its
                optimizer.
            model: A Keras model that is trained instead of a problem. The page trains a copy, `lab.model`.
            data: (x, y) or (x, y, sample_weight), or a dataset of batches with an end. x and y may be arrays, tables
                of pandas or polars, tensors, lists, and dicts or lists of these for several inputs or outputs.
            loss: Its loss or losses, as `compile` takes them; by default those it was compiled with, or what its
                last layer and y suggest.
            language: A tag such as "zh", for all pages of this process; by default the link or the browser says.
            task: "classification", "multi-label" or "regression", where the page should not find out itself.
            sample_weight: What each example counts in the loss, (n,), beside data=(x, y).
            class_weight: What an example of a class counts, by the class's number or name; 1 for others.
            class_names: The names of the classes, in the order of their numbers.
            validation_data: What is held out, in one of the forms of `data`.
            validation_split: The share at the end that is held out, above 0 and below 1, as `fit` takes it; by
                default a fifth is drawn at random.
            scale_targets: True standardizes y for training, where it is very large or small.
            runs: A file in which all runs are kept, or a store; by default they are kept as long as the page.

        Raises:
            ConfigError: The model or the data cannot be taken; the sentence says why.
            StoreError: The file of runs cannot be opened; the sentence says why.
        """
        if language is not None:
            page_language.choose(language)
        said = {
            "loss": loss, "task": task, "sample_weight": sample_weight, "class_weight": class_weight,
            "class_names": class_names, "validation_data": validation_data, "validation_split": validation_split,
            "scale_targets": scale_targets or None,
        }  # fmt: skip
        given = {name: value for name, value in said.items() if value is not None}
        super().__init__(*first_page(config, model, data, given), PageStore(runs))

    @classmethod
    def from_query(cls, query: str, **more: Any) -> Self:
        """A page with the settings of a link's query; `more` are further arguments of `Dashboard`.

        What the query chooses for a lesson by `hide=` and `open=` holds too. Where it names a kept run, by
        `run=` and `step=`, that is opened at that step, if it is among `runs`.

        >>> lab = Dashboard.from_query("?optimizer=adam&learning_rate=0.1&hide=seed")
        >>> lab.config.optimizer
        'adam'
        >>> lab.close()

        Raises:
            ConfigError: A setting cannot be used; the sentence says which and why.
        """
        config, refusals = TrainingConfig.from_query(query)
        if refusals:
            raise ConfigError(refusals[0])
        lab = cls(config, **more)
        lab._header.lesson = lesson_in(query)
        if (asked := RunLink.read(query)) is not None and (refused := lab._kept_runs.open_linked(asked)) is not None:
            lab.close()
            raise ConfigError(refused)
        return lab

    @classmethod
    def from_link(cls, link: str, **more: Any) -> Self:
        """A page with the settings of a link that was copied from another one; see `from_query`."""
        return cls.from_query(urlsplit(link).query, **more)

    def play(self) -> None:
        """Plays the run to its end, and from its start if it is over; `wait` waits for the end."""
        self._playing.play()

    def pause(self) -> None:
        """Pauses the run after the updates under way."""
        self._playing.pause()

    def step(self, count: int = 1) -> None:
        """Makes `count` updates, fewer where the run ends before, and then pauses.

        >>> lab = Dashboard()
        >>> lab.step(10)
        >>> lab.wait(), len(lab.history["loss"])
        (True, 10)
        >>> lab.close()
        """
        self._playing.step(count)

    def go_to(self, step: int) -> None:
        """Takes the run to a step that it has recorded and pauses there; further steps are the same again.

        >>> lab = Dashboard()
        >>> lab.step(10)
        >>> lab.wait(), lab.go_to(4), lab.wait()
        (True, None, True)
        >>> lab.history["loss"].shape
        (10,)
        >>> lab.fork()  # what came after is kept among lab.runs
        >>> lab.wait(), lab.history["loss"].shape
        (True, (4,))
        >>> lab.close()
        """
        self._playing.go_to(step)

    def fork(self) -> None:
        """Makes the run as it stands the beginning of another one; the run that it was is kept, see `runs`.

        A live setting that is changed where `go_to` has led does so too. In a notebook another optimizer, batch size or
        schedule then begins a branch: a run of its own with the weights of that step.
        """
        self._session.fork()

    def reset(self) -> None:
        """Pauses the run at step 0, with the settings it has and the same start."""
        self._playing.reset()

    @synchronized
    def set(self, **settings: object) -> None:
        """Changes settings by name, as the page's controls do: live ones at the next update, others with a new run.

        Another problem brings the settings that suit it.

        >>> lab = Dashboard()
        >>> lab.set(learning_rate=0.1, optimizer="adam")
        >>> lab.config.learning_rate
        0.1
        >>> lab.set(learning_rate=-1)
        Traceback (most recent call last):
        core.field.ConfigError: Learning rate must be between 0.000001 and 10; -1 is too small.
        >>> lab.close()

        Raises:
            ConfigError: A value is not legal; the message says why, and nothing changes.
            TypeError: There is no such setting.
        """
        of_the_model = sorted(self._hidden_settings & settings.keys())
        if of_the_model:
            label = shown(FIELDS[of_the_model[0]].label)
            raise ConfigError(_("{label} cannot be set: it comes with your own model.", label=label))
        self._changes.take(with_changes(self.config, settings))

    def wait(self, timeout: float | None = None) -> bool:
        """Waits up to `timeout` seconds until the run rests: paused, finished, diverged or failed.

        The newest validation loss is then that of the step where it rests. As long as no page shows the run, the
        page's speed does not slow it down while you wait.

        Returns:
            True if the run rests; False if the time was over before.
        """
        return self._session.wait(timeout, hurry=not self._board.mounted)

    @property
    def history(self) -> RecordedColumns:
        """A copy of what was recorded up to now, as NumPy arrays by name; `RecordedColumns` says which there are.

        `lab.history["loss"]` has one row an update, `lab.history["validation_loss"]` one an evaluation, made after
        `lab.history.steps("validation_loss")` updates.
        """
        return self._session.history

    @property
    def runs(self) -> RunStore:
        """All runs that are kept, the newest first, with the present one as it is now.

        `lab.runs[0].history["loss"]` is the loss of the newest, `lab.runs.runs("lr < 0.1")` are those that pass a
        filter, and `pandas.DataFrame(lab.runs.to_dict())` is a table of all.

        >>> lab = Dashboard()
        >>> lab.step(10)
        >>> lab.wait(), [run.steps for run in lab.runs]
        (True, [10])
        >>> lab.close()
        """
        self._session.keep(KEPT_WITHIN_S)
        return self._store()

    def open_run(self, run: KeptRun, step: int | None = None) -> None:
        """Brings a kept run back to `step`, by default to where it stood, with what was recorded of it.

        `lab.open_run(lab.runs[3], step=40)`: what comes after that step is there too, until the run goes on from it.

        Raises:
            ConfigError: It cannot be trained here: it learned from a table or a model of one's own that is not here, or
                this is no notebook.
        """
        self._kept_runs.open(run, step)

    def export(self, path: str | os.PathLike[str]) -> list[Path]:
        """Writes the run to `path`, as its ending says, and returns the files written.

        "run.py" is the run as a plain Keras script that needs nothing of this program; the data of a model stand beside
        it in "run-data.npz". "model.keras" is the model with its present weights. "run.csv", "run.json" and "run.npz"
        are what was recorded. "model.onnx", "model.tflite", "model.xml" (OpenVINO) and the folder "model" of
        "model.savedmodel" are the model for other programs, with units and labels inside and a report beside it on how
        equal its answers are. "models.triton" is a folder "models" that Triton serves as its model repository.

        >>> import tempfile
        >>> lab, folder = Dashboard(), tempfile.mkdtemp()
        >>> [path.name for path in lab.export(f"{folder}/run.py")]
        ['run.py']
        >>> lab.close()

        Raises:
            ConfigError: There is no such file of this run; the sentence says why.
        """
        return export(self._session, path)

    @property
    def config(self) -> TrainingConfig:
        """The settings as they are now; `set` changes them."""
        return self._session.config

    @property
    def fault(self) -> str | None:
        """The traceback of an error in your own model or loss, for `print`; None if the run did not fail by one."""
        return self._session.fault

    @property
    def model(self) -> keras.Model | None:
        """The Keras model with the weights it has when this is read; None for a surface, and before it is built.

        Read it again after more updates. Pause before you use it: while the run plays its weights change.
        """
        return self._session.model
