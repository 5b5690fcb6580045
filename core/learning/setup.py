"""The model and data that a config asks for: the data set, the family, the model's shape.

It costs no TensorFlow and reads no data but a text's characters, so that a page can say what will be trained
before it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from core.datasets.dataset import CSV, Dataset
from core.datasets.registry import DATASETS
from core.language import _
from core.learning.judgement import OF_TASK, Judgement
from core.models.family import MODELS, ModelFamily
from core.models.spec import ModelSpec, Normalization
from core.tables.dataset import NO_TABLE

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig


@dataclass(frozen=True)
class ModelSetup:
    """One model on one data set; `spec` has the width and depth that are meant, `judgement` how it is judged.

    `notes` are sentences on how a person's own data were taken; `hint` is one for where the model is no better than
    none, "" if the data give no reason.
    """

    config: TrainingConfig
    dataset: Dataset
    family: ModelFamily
    spec: ModelSpec
    judgement: Judgement
    notes: tuple[str, ...] = ()
    hint: str = ""

    @classmethod
    def of(cls, config: TrainingConfig, table: Dataset | None = None) -> ModelSetup:
        """The setup of `config`; `table` is the data set of the problem "csv", without which no data can be had."""
        dataset = table or NO_TABLE if config.problem == CSV else DATASETS[config.problem].with_settings(vars(config))
        family = MODELS[config.family]
        spec = _sized(config, family, _blank_spec(config, dataset))
        return cls(config, dataset, family, spec, OF_TASK[dataset.task])

    @property
    def parameters(self) -> int:
        """The number of the model's parameters, in closed form."""
        return self.family.count(self.spec)

    @property
    def metric(self) -> str:
        """The metric that is reported beside the loss."""
        return self.judgement.metric

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; the tokens of a text; () for a quantity."""
        return self.dataset.class_names

    @property
    def label(self) -> str:
        """The model and the data in words: "CNN on MNIST"."""
        return _("{model} on {data}", model=self.family.label, data=self.dataset.label)


def _sized(config: TrainingConfig, family: ModelFamily, spec: ModelSpec) -> ModelSpec:
    """`spec` in the size asked for; a width or depth set by hand overrides what the size would choose."""
    if not family.depths:
        return family.of_size(config.size, spec)
    sized = family.of_size(config.size, spec)
    if config.depth is not None:
        sized = family.of_depth(config.depth, config.size, spec)
    return sized if config.width is None else replace(sized, width=config.width)


def _blank_spec(config: TrainingConfig, dataset: Dataset) -> ModelSpec:
    """The model's spec but for its size."""
    return ModelSpec(
        dataset.input_shape,
        len(dataset.class_names) or 1,
        activation=config.activation,
        dropout=config.dropout,
        normalization=cast("Normalization", config.normalization),
        l1=config.l1,
        l2=config.l2,
        vocabulary=None if dataset.vocabulary is None else dataset.vocabulary().size,
    )
