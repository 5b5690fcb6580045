"""The Keras model of a run, whichever process trains it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.export.run_files import keras_file
from core.formats.trained_model import TrainedModel
from core.remote.remote_run import RemoteRun

if TYPE_CHECKING:
    import keras

    from core.runs.any_run import AnyRun
    from widgets.scenes.page_scene import LearningScene


class RunModel:
    """The model that learns in `learning` and is trained by `run`."""

    def __init__(self, learning: LearningScene, run: AnyRun) -> None:
        self._learning, self._run = learning, run
        self._copy: keras.Model | None = None  # of the model in an engine

    def model(self) -> keras.Model | None:
        """The model; None before it is built.

        Of an engine's model it is a copy, with the weights that one has now; it loads TensorFlow.
        """
        if not isinstance(self._run, RemoteRun):
            return self._learning.model
        weights = self._run.call("weights")
        if not weights:
            return None
        model = self._copy or self._learning.setup.family.build(self._learning.setup.spec)
        model.set_weights(weights)
        self._copy = model
        return model

    def file(self) -> bytes | None:
        """The model as Keras saves it, made where it is trained; None before it is built."""
        if isinstance(self._run, RemoteRun):
            return self._run.call("model_file")
        model = self._learning.model
        return None if model is None else keras_file(model)

    def with_examples(self) -> TrainedModel | None:
        """The model with its held-out examples, for an export; None before it is built."""
        if isinstance(self._run, RemoteRun):
            return self._run.call("trained_model")
        archive, learner = self.file(), self._learning.learner
        return None if learner is None or archive is None else TrainedModel.of(learner, archive)
