"""A person's own examples: what trains, what is held out, and how much each counts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from core.datasets.split import FEWEST_EXAMPLES, Scaling, Split, shuffled
from core.field import ConfigError
from core.language import _
from core.number_format import format_number

if TYPE_CHECKING:
    from core.array_tree import Arrays
    from core.config.training_config import TrainingConfig
    from core.learning.answers import Answers

Part = tuple[Any, Any, Any]  # x, y, weights or None


@dataclass(frozen=True)
class UserData:
    """Examples x (n, ...) with targets y (n, ...), used as they are.

    Attributes:
        x: The inputs.
        y: The targets, as the loss takes them.
        weights: What each example counts in the loss, (n,); None where all count alike.
        validation: What is held out, where it is given apart.
        in_order: The last examples are held out, as by `fit(validation_split=...)`, not examples drawn at random.
        scales_targets: The targets are standardized for training.
    """

    x: Arrays
    y: Arrays
    weights: np.ndarray | None = None
    validation: Part | None = None
    in_order: bool = False
    scales_targets: bool = False

    def check(self) -> None:
        """Raises ConfigError for data that do not belong together."""
        for x, y, weights in (self.training, *([self.validation] if self.validation else [])):
            if len(x) != len(y) or (weights is not None and len(weights) != len(x)):
                raise ConfigError(
                    _(
                        "There must be one target for each input; there are {inputs} inputs and {targets} targets.",
                        inputs=format_number(len(x)),
                        targets=format_number(len(y)),
                    )
                )
        if self.validation is not None and not len(self.validation[0]):
            raise ConfigError(_("validation_data has no example."))
        fewest = FEWEST_EXAMPLES if self.validation is None else 2
        if len(self.x) < fewest:
            raise ConfigError(
                _(
                    "At least {fewest} inputs and as many targets are needed; there are {count}.",
                    fewest=fewest,
                    count=len(self.x),
                )
            )

    @property
    def training(self) -> Part:
        """All examples but those that are held out apart."""
        return self.x, self.y, self.weights

    def split(self, config: TrainingConfig, answers: Answers, classes: tuple[str, ...]) -> Split:
        """The examples to train on and to validate on; of classes both parts have the shares of the whole."""
        train, held = self._parts(config, answers)
        scaling = Scaling.of(_column(train[1])) if self.scales_targets else None
        y_train, y_val = (part[1] if scaling is None else _scaled(part[1], scaling) for part in (train, held))
        return Split(
            cast("Any", train[0]), y_train, cast("Any", held[0]), y_val,
            y_scaling=scaling, classes=classes, w_train=train[2], w_val=held[2],
        )  # fmt: skip

    def _parts(self, config: TrainingConfig, answers: Answers) -> tuple[Part, Part]:
        if self.validation is not None:
            return self.training, self.validation
        n = len(self.x)
        if self.in_order:
            rows, count = np.arange(n), math.floor(n * config.train_share + 1e-9)
        else:
            truths = answers.truths(cast("np.ndarray", self.y)) if answers.classifies else np.zeros((n, 2))
            rows, count = shuffled(truths.astype(np.int32) if truths.ndim == 1 else truths, config.seed), 0
            count = round(n * config.train_share)
        count = min(max(count, 2), n - 2)
        return self._rows(rows[:count]), self._rows(rows[count:])

    def _rows(self, rows: np.ndarray) -> Part:
        return self.x[rows], self.y[rows], None if self.weights is None else self.weights[rows]


def class_weights(y: np.ndarray, answers: Answers, weight: Mapping[Any, float], classes: tuple[str, ...]) -> np.ndarray:
    """What each example counts by its class, float32 (n,), as `fit(class_weight=...)` has it: 1 for others.

    `weight` goes by the number of a class or by its name.
    """
    if not isinstance(weight, Mapping):
        raise ConfigError(_("class_weight must say what each class counts, as {example}.", example="{0: 1.0, 1: 5.0}"))
    of_class = np.ones(len(classes), np.float32)
    for key, value in weight.items():
        if not isinstance(value, int | float | np.number) or not 0 <= value < math.inf:
            raise ConfigError(_("class_weight must have a number of at least 0 for each class."))
        place = classes.index(str(key)) if str(key) in classes else -1
        if place < 0:
            raise ConfigError(_("class_weight names {name}, which is no class of y.", name=str(key)))
        of_class[place] = value
    weights: np.ndarray = of_class[answers.truths(y)]
    return weights


def _column(y: np.ndarray) -> np.ndarray:
    return y if y.ndim > 1 else y[:, None]


def _scaled(y: np.ndarray, scaling: Scaling) -> np.ndarray:
    return scaling.apply(_column(y)).reshape(y.shape)
