"""A trained model on its way to another process: its file, its held-out rows and how its answers are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.formats.description import Description
from core.models.family import MODELS

if TYPE_CHECKING:
    import keras

    from core.datasets.split import Scaling
    from core.learning.answers import Answers
    from core.learning.learner import Learner
    from core.user_models.model_code import ModelCode

MAY_MISS = "table", "sequence"  # kinds of data whose values may be missing


@dataclass(frozen=True)
class TrainedModel:
    """A model as it is now, with all that an export and its report need; pickled between processes of ours alone.

    Attributes:
        archive: The model as Keras saves it.
        name: As `Description` has it.
        x: Held-out inputs (n, ...) as the model reads them: standardized, or tokens.
        y: Their targets (n, ...), standardized where `y_scaling` is not None.
        answers: How outputs and targets are read.
        classes: The names of the classes; () for a quantity.
        target: What is predicted, with its unit.
        may_miss: Inputs may be nan, which stands for the mean.
        code: What it takes to load a person's own model; None for one of the page's.
    """

    archive: bytes
    name: str
    x: np.ndarray
    y: np.ndarray
    answers: Answers
    classes: tuple[str, ...] = ()
    target: str = ""
    x_scaling: Scaling | None = None
    y_scaling: Scaling | None = None
    may_miss: bool = False
    code: ModelCode | None = None

    @classmethod
    def of(cls, learner: Learner, archive: bytes) -> TrainedModel | None:
        """The model of `learner`; None for one whose inputs are several arrays."""
        setup, split = learner.setup, learner.split
        if not isinstance(split.x_val, np.ndarray) or not isinstance(split.y_val, np.ndarray):
            return None
        is_own = setup.family is not MODELS[setup.config.family]  # which is a family of its own
        name = setup.family.label if is_own else f"{setup.config.family}_{setup.dataset.name}"
        name = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower() or "model"
        x = split.x_val.astype(input_dtype(learner.objective.model, split.x_val), copy=False)
        return cls(
            archive, name, x, split.y_val, setup.judgement.answers, setup.classes, setup.dataset.target_in_unit,
            split.x_scaling, split.y_scaling, setup.dataset.kind in MAY_MISS,
        )  # fmt: skip

    @property
    def rows(self) -> np.ndarray:
        """The held-out inputs in the units of their source, as a client of the exported model sends them."""
        return self.x if self.x_scaling is None else self.x_scaling.undo(self.x).astype(np.float32)

    @property
    def description(self) -> Description:
        """What the exported file says of itself."""
        kind = "quantity" if self.answers.kind == "quantity" else self.answers.scale
        target = self.target if kind == "quantity" else ""
        return Description(self.name, self.x.shape[1:], self.x.dtype.name, self.classes, kind, target)


def input_dtype(model: keras.Model, x: np.ndarray) -> np.dtype:
    """The dtype of inputs that `model` says it reads; else that of `x`, float64 as float32, as `fit` takes it."""
    if getattr(model, "inputs", None):
        return np.dtype(model.inputs[0].dtype)
    return np.dtype(np.float32) if x.dtype == np.float64 else x.dtype
