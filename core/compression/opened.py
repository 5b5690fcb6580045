"""A subject in the process that makes artifacts: its model, as often as one is needed, and its data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.compression.subject import loaded_model
from core.formats.portable import with_input
from core.formats.trained_model import input_dtype

if TYPE_CHECKING:
    import keras

    from core.compression.subject import Subject
    from core.datasets.split import Split
    from core.learning.setup import ModelSetup
    from core.user_models.user_model import UserModel


@dataclass(frozen=True)
class OpenedSubject:
    """A subject that is loaded.

    Attributes:
        subject: The subject.
        setup: Its setup.
        split: Its data; inputs have the dtype that the model reads.
        own: A person's own model as its run began; None for the page's.
    """

    subject: Subject
    setup: ModelSetup
    split: Split
    own: UserModel | None = None

    @classmethod
    def of(cls, subject: Subject) -> OpenedSubject:
        """Loads it; imports TensorFlow where the model is a person's own."""
        if subject.own is None:
            return cls(subject, subject.setup, subject.split())
        own = subject.own.unpack()
        split = own.split(subject.config)
        dtype = input_dtype(own.model, np.asarray(split.x_train))
        split = replace(
            split, x_train=np.asarray(split.x_train).astype(dtype), x_val=np.asarray(split.x_val).astype(dtype),
            w_train=own.weights(split),
        )  # fmt: skip
        return cls(subject, own.setup(subject.config), split, own)

    def model(self) -> keras.Model:
        """The trained model, made anew: a person's own as one with an input of its own, which exporters ask for."""
        content = self.subject.model_file
        if self.subject.own is None:
            return loaded_model(content)
        return with_input(self.subject.own.code.load(content), self.split.x_val[:1])
