"""The subject: the trained model that artifacts are made of, with its data."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.datasets.split import own_unit
from core.field import ConfigError
from core.language import _
from core.learning.setup import ModelSetup

if TYPE_CHECKING:
    import keras

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.datasets.split import Split

OF_MODEL = ("config.json", "model.weights.h5")  # in a file of Keras
CLASSIFYING = ("classification", "text")  # tasks whose answers are right or wrong


@dataclass(frozen=True)
class Subject:
    """What a process of its own needs to know of a model.

    Attributes:
        label: The model in words.
        model_file: The model with its weights, as Keras saves it.
        config: The settings that it was trained by.
        table: The data set of the problem "csv".
    """

    label: str
    model_file: bytes
    config: TrainingConfig
    table: Dataset | None = None

    @property
    def key(self) -> tuple[int, ...]:
        """What tells its weights and layers from those of another model; the file itself has a time in it."""
        with zipfile.ZipFile(io.BytesIO(self.model_file)) as parts:
            return tuple(part.CRC for part in parts.infolist() if part.filename in OF_MODEL)

    @property
    def setup(self) -> ModelSetup:
        """The setup of its settings."""
        return ModelSetup.of(self.config, self.table)

    @property
    def is_quantity(self) -> bool:
        """True if the model predicts a quantity, which is not right or wrong."""
        return self.setup.dataset.task not in CLASSIFYING

    def answers(self, outputs: np.ndarray, split: Split) -> np.ndarray:
        """The answers of a model's `outputs`: classes, int16, or quantities in their own unit, float64 (n,)."""
        if self.is_quantity:
            return own_unit(outputs, split.y_scaling)
        return outputs.argmax(-1).astype(np.int16)

    def truths(self, split: Split) -> np.ndarray:
        """What the held-out answers should be."""
        return own_unit(split.y_val, split.y_scaling) if self.is_quantity else split.y_val.astype(np.int16)

    def split(self) -> Split:
        """The training and held-out examples, the same as those it was trained on."""
        config = self.config
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
