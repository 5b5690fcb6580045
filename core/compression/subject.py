"""The subject: the trained model that artifacts are made of, with its data."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.datasets.split import own_unit
from core.field import ConfigError
from core.language import N_, _
from core.learning.setup import ModelSetup

if TYPE_CHECKING:
    import keras

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.datasets.split import Split
    from core.learning.answers import Answers
    from core.user_models.packed_model import PackedModel

NOT_COPIED = N_("Your model cannot be copied exactly to another process, and artifacts are made in one.")
SEVERAL = N_("Artifacts are made of models that answer with one class or one quantity to one array of numbers.")
OF_MODEL = ("config.json", "model.weights.h5")  # in a file of Keras


@dataclass(frozen=True)
class Subject:
    """What a process of its own needs to know of a model.

    Attributes:
        label: The model in words.
        model_file: The model with its weights, as Keras saves it.
        config: The settings that it was trained by.
        table: The data set of the problem "csv"; of a person's own model what is known of its data.
        own: A person's own model and data; None for the page's.
    """

    label: str
    model_file: bytes
    config: TrainingConfig
    table: Dataset | None = None
    own: PackedModel | None = None

    @property
    def key(self) -> tuple[int, ...]:
        """What tells its weights and layers from those of another model; the file itself has a time in it."""
        with zipfile.ZipFile(io.BytesIO(self.model_file)) as parts:
            return tuple(part.CRC for part in parts.infolist() if part.filename in OF_MODEL)

    @property
    def setup(self) -> ModelSetup:
        """The setup of its settings; family and size of a person's own model are none of it."""
        setup = ModelSetup.of(self.config, self.table)
        return setup if self.own is None else replace(setup, judgement=self.own.own.judgement)

    @property
    def reading(self) -> Answers:
        """How the outputs of its model, and its targets, are read."""
        return self.setup.judgement.answers

    @property
    def is_quantity(self) -> bool:
        """True if the model predicts a quantity, which is not right or wrong."""
        return self.reading.kind == "quantity"

    def answers(self, outputs: np.ndarray, split: Split, reading: Answers) -> np.ndarray:
        """The answers of `outputs`, read so: classes, int16, or quantities in their own unit, float64 (n,)."""
        return own_unit(outputs, split.y_scaling) if self.is_quantity else reading.chosen(outputs).astype(np.int16)

    def truths(self, split: Split) -> np.ndarray:
        """What the held-out answers should be."""
        y = np.asarray(split.y_val)
        return own_unit(y, split.y_scaling) if self.is_quantity else self.reading.truths(y).astype(np.int16)

    def split(self) -> Split:
        """The training and held-out examples, the same as those it was trained on."""
        config, own = self.config, self.own
        if own is not None:
            return own.examples.split(config, own.own.judgement.answers, own.own.classes)
        settings = config.examples, config.data_noise, config.train_share, config.seed
        return self.setup.dataset.load(*settings, train_examples=config.train_examples)


def loaded_model(content: bytes) -> keras.Model:
    """The Keras model of a file that this program has written."""
    import keras

    from core.pruning.family_layers import family_layers

    with tempfile.TemporaryDirectory() as folder, family_layers():
        path = Path(folder) / "model.keras"
        path.write_bytes(content)
        return keras.models.load_model(path, compile=False)


def check_subject(config: TrainingConfig) -> None:
    """Raises ConfigError, one sentence, where there is no model that artifacts could be made of."""
    if not config.learns:
        raise ConfigError(_("A surface has no model to compress: choose data to learn from."))


def check_own(own: PackedModel | None, dataset: Dataset | None) -> None:
    """Raises ConfigError, one sentence, where no artifacts can be made of a person's own model.

    Args:
        own: The model for another process; None where it cannot be taken there.
        dataset: What is known of its data.
    """
    if own is None or dataset is None:
        raise ConfigError(NOT_COPIED)
    if own.is_of_several_arrays or dataset.task not in ("classification", "regression"):
        raise ConfigError(SEVERAL)
    if np.dtype(own.data.x.dtype).kind in "US":  # type: ignore[union-attr]  # of one array, as was seen above
        raise ConfigError(SEVERAL)
