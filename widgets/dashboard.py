"""The dashboard: a page in which a person watches a model learn, and the same from a notebook cell or a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.config.training_config import FIELDS, TrainingConfig
from core.datasets.dataset import CSV
from core.field import ConfigError
from core.language import _, shown
from core.user_models.user_model import UserModel
from widgets.controls.synchronized import synchronized
from widgets.scenes import page_language
from widgets.scenes.config_change import with_changes
from widgets.scenes.page import OF_A_MODEL_TO_CHOOSE, Page

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras
    import numpy as np

    from core.runs.recorded_columns import RecordedColumns

START = TrainingConfig()  # what a page opens with
OWN_START = START.replace(problem=CSV, optimizer="adam", learning_rate=0.001, batch_size=32, epochs=20)


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
        data: tuple[np.ndarray, np.ndarray] | None = None,
        loss: str | Callable[..., Any] | None = None,
        language: str | None = None,
    ) -> None:
        """Makes a page that starts with `config`; the query of its URL comes on top.

        Args:
            config: The settings to start with, by default the linear regression.
            model: A Keras model that is trained instead of a problem; see `UserModel`.
            data: Its inputs x and targets y.
            loss: Its loss, a Keras loss or its name.
            language: A tag such as "zh", for all pages of this process; by default the link or the browser says.

        Raises:
            ConfigError: There is a model without data, or the data do not fit.
        """
        own = _user_model(model, data, loss)
        if language is not None:
            page_language.choose(language)
        super().__init__(config or (START if own is None else OWN_START), own)

    def play(self) -> None:
        """Plays the run to its end, and from its start if it is over; `wait` waits for the end."""
        self._play()

    def pause(self) -> None:
        """Pauses the run after the updates under way."""
        self._pause()

    def step(self, count: int = 1) -> None:
        """Makes `count` updates, fewer where the run ends before, and then pauses.

        >>> lab = Dashboard()
        >>> lab.step(10)
        >>> lab.wait(), len(lab.history["loss"])
        (True, 10)
        >>> lab.close()
        """
        self._step(count)

    def reset(self) -> None:
        """Pauses the run at step 0, with the settings it has and the same start."""
        self._restart()

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
        of_the_model = sorted(OF_A_MODEL_TO_CHOOSE & settings.keys()) if self._own else []
        if of_the_model:
            label = shown(FIELDS[of_the_model[0]].label)
            raise ConfigError(_("{label} cannot be set: it comes with your own model.", label=label))
        self._take_config(with_changes(self.config, settings))

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
    def config(self) -> TrainingConfig:
        """The settings as they are now; `set` changes them."""
        return self._session.config

    @property
    def model(self) -> keras.Model | None:
        """The Keras model with the weights it has when this is read; None for a surface, and before it is built.

        Read it again after more updates. Pause before you use it: while the run plays its weights change.
        """
        return self._session.model


def _user_model(
    model: keras.Model | None, data: tuple[np.ndarray, np.ndarray] | None, loss: str | Callable[..., Any] | None
) -> UserModel | None:
    if (model is None) != (data is None):
        raise ConfigError(_("A model of one's own comes with its data: Dashboard(model=model, data=(x, y))."))
    return None if model is None or data is None else UserModel(model, *data, loss)
