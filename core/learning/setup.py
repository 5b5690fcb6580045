"""What a config asks for where a model learns from data: the data set, the family, the model's shape.

It costs no TensorFlow and reads no data, so that a page can say what will be trained before it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from core.datasets.dataset import Dataset
from core.datasets.keras_downloads import REVIEW_WORDS
from core.datasets.python_help import alphabet
from core.datasets.registry import DATASETS
from core.datasets.split import Examples
from core.field import ConfigError
from core.models.family import MODELS, ModelFamily
from core.models.spec import ModelSpec, Normalization

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig

Metric = Literal["accuracy", "R2", "perplexity"]
METRIC_NAMES: dict[Metric, str] = {"accuracy": "accuracy", "R2": "R²", "perplexity": "perplexity"}  # in words
NO_TABLE = "There is no table yet: upload a CSV file to train on it."


def _no_table() -> Examples:
    raise ConfigError(NO_TABLE)


_EMPTY_TABLE = Dataset(
    name="csv",
    label="Your CSV",
    task="regression",
    kind="table",
    make=_no_table,
    input_shape=(1,),
    target="",
    source="your own file",
    licence="yours",
)


@dataclass(frozen=True)
class ModelSetup:
    """One model on one data set; `spec` has the width and depth that are meant."""

    config: TrainingConfig
    dataset: Dataset
    family: ModelFamily
    spec: ModelSpec

    @classmethod
    def of(cls, config: TrainingConfig, table: Dataset | None = None) -> ModelSetup:
        """The setup of `config`; `table` is the data set of the problem "csv", without which no data can be had."""
        dataset = table or _EMPTY_TABLE if config.problem == "csv" else DATASETS[config.problem]
        family = MODELS[config.family]
        return cls(config, dataset, family, _sized(config, family, _blank_spec(config, dataset)))

    @property
    def parameters(self) -> int:
        """How many parameters the model has, in closed form."""
        return self.family.count(self.spec)

    @property
    def metric(self) -> Metric:
        """What is reported beside the loss."""
        names: dict[str, Metric] = {"classification": "accuracy", "text": "perplexity"}
        return names.get(self.dataset.task, "R2")

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; the characters of a text; () for a quantity."""
        return alphabet() if self.dataset.kind == "text" else self.dataset.classes

    @property
    def label(self) -> str:
        """What is trained on what, in words."""
        return f"{self.family.label} on {self.dataset.label}"


def _sized(config: TrainingConfig, family: ModelFamily, spec: ModelSpec) -> ModelSpec:
    """`spec` in the size asked for; a width or depth set by hand overrides what the size would choose."""
    if not family.depths:
        return family.of_size(config.size, spec)
    sized = family.of_size(config.size, spec)
    if config.depth is not None:
        sized = family.of_depth(config.depth, config.size, spec)
    return sized if config.width is None else replace(sized, width=config.width)


def _blank_spec(config: TrainingConfig, dataset: Dataset) -> ModelSpec:
    vocabulary = _vocabulary(dataset)
    classes = vocabulary if dataset.kind == "text" else len(dataset.classes)
    return ModelSpec(
        dataset.input_shape,
        classes or 1,
        activation=config.activation,
        dropout=config.dropout,
        normalization=cast(Normalization, config.normalization),
        l1=config.l1,
        l2=config.l2,
        vocabulary=vocabulary,
    )


def _vocabulary(dataset: Dataset) -> int | None:
    """How many tokens there are; None where an example is made of quantities."""
    if dataset.kind == "text":
        return len(alphabet())
    return REVIEW_WORDS if dataset.name == "imdb" else None
