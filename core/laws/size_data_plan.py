"""The plan of a law of size and data: which models train on how many examples, judged by the same held-out ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.datasets.dataset import SAMPLES
from core.datasets.registry import DATASETS
from core.field import ConfigError
from core.language import _
from core.number_text import count_text

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig


@dataclass(frozen=True)
class SizeDataPlan:
    """A grid of sizes and amounts of data, and the larger runs that the law of it is then checked by.

    Attributes:
        config: The settings of all runs but for size, data, rate and seed; all runs of a seed hold out the same.
        sizes: Parameters, rising.
        amounts: Examples that are trained on, rising.
        seeds: Runs of each pair of both.
        budget: The compute of a next run, in multiples of the largest of the grid.
        next_size, next_amount: What the law is checked by; `next_amount` is None where there are no more data.
    """

    config: TrainingConfig
    sizes: tuple[int, ...]
    amounts: tuple[int, ...]
    seeds: int
    budget: float
    next_size: int | None
    next_amount: int | None

    @classmethod
    def of(
        cls, config: TrainingConfig, sizes: tuple[int, ...], amounts: tuple[int, ...], seeds: int, budget: float
    ) -> SizeDataPlan:
        """The plan of a grid; raises ConfigError, one sentence, where there are not that many data."""
        next_size = _legal(config, "size", _next(sizes))
        for most in (_next(amounts), amounts[-1]):
            held_out = _with_held_out(config, most)
            if held_out is not None:
                next_amount = most if most > amounts[-1] else None
                return cls(held_out, sizes, amounts, seeds, budget, next_size, next_amount)
        words = {"count": count_text(amounts[-1]), "there": count_text(_most_to_train_on(config))}
        raise ConfigError(_("The largest amount would be {count} examples to train on, of which there are {there}.",
                            **words))  # fmt: skip

    @property
    def checks(self) -> tuple[tuple[int, int], ...]:
        """The pairs of size and amount beyond the grid that the law foretells before they train."""
        larger = () if self.next_size is None else ((self.next_size, self.amounts[-1]),)
        more = () if self.next_amount is None else ((self.sizes[-1], self.next_amount),)
        return larger + more

    @property
    def all_amounts(self) -> tuple[int, ...]:
        """The amounts of the grid, and the next one where there is one."""
        return self.amounts if self.next_amount is None else (*self.amounts, self.next_amount)


def _next(values: tuple[int, ...]) -> int:
    return round(values[-1] * values[-1] / values[-2])


def _legal(config: TrainingConfig, name: str, value: int) -> int | None:
    try:
        config.replace(**{name: value})
    except ConfigError:
        return None
    return value


def _with_held_out(config: TrainingConfig, most: int) -> TrainingConfig | None:
    """`config` with a training part of `most` examples at least; None where there are not so many.

    What it holds out depends on the seed alone, however few of the training part are trained on.
    """
    there, used = _examples_of(config)
    fewest = math.ceil(most / config.train_share)
    while round(fewest * config.train_share) < most:
        fewest += 1
    if fewest > (SAMPLES.high if there is None else there):
        return None
    examples = max(used, fewest)
    return config.replace(examples=None if examples == there else examples, train_examples=None)


def _examples_of(config: TrainingConfig) -> tuple[int | None, int]:
    """How many examples there are, None where they are made up as needed; and how many `config` uses."""
    dataset = DATASETS[config.problem].with_settings(vars(config))
    used = config.examples or dataset.samples or dataset.examples or 0
    return dataset.examples, used if dataset.examples is None else min(used, dataset.examples)


def _most_to_train_on(config: TrainingConfig) -> int:
    there, _used = _examples_of(config)
    return math.floor((SAMPLES.high if there is None else there) * config.train_share)
