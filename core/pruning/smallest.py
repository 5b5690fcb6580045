"""The fewest weights that keep the accuracy: the layers that lose most are given back first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.pruning.masks import Masks
from core.pruning.sensitivity import LEVELS, sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import keras

MOST_ROUNDS = 40


@dataclass(frozen=True)
class Found:
    """What a search has come to.

    Attributes:
        sensitivity: The right answers at each level with one layer pruned, by the path of its weights.
        shares: The share of zeros of each.
        right: The right answers of the pruned and fine-tuned model.
        needed: How many were needed.
        rounds: How many choices were tried.
    """

    sensitivity: dict[str, tuple[int, ...]]
    shares: dict[str, float]
    right: int
    needed: int
    rounds: int


def smallest(
    model: keras.Model,
    right: Callable[[], int],
    needed: int,
    tune: Callable[[], None],
    on_round: Callable[[int], None] = lambda _number: None,
    held: Mapping[str, np.ndarray] | None = None,
) -> Found:
    """Prunes `model` as far as it still has `needed` right answers after fine-tuning.

    It begins with all layers at the highest level. As long as too few answers are right, the layer that alone loses
    most at its level is given back a level, and all begins again from the model's own weights.

    Args:
        model: The model, which is pruned and fine-tuned afterwards.
        right: Counts the right answers of the model as it is; on other examples than those it is judged by later.
        needed: How many of these must be right.
        tune: Fine-tunes the model, whose masks hold.
        on_round: Called before each try with its number, from 1.
        held: Weights that are kept so far, by the path of their matrix: all others stay zero.
    """
    lost = sensitivity(model, right)
    weights = model.get_weights()
    masks = Masks(model, held)
    levels = {path: len(LEVELS) - 1 for path in masks.names}
    for number in range(1, MOST_ROUNDS + 1):
        on_round(number)
        model.set_weights(weights)
        shares = {path: LEVELS[level] for path, level in levels.items()}
        masks.prune_each(shares)
        tune()
        count = right()
        if count >= needed or not any(levels.values()):
            break
        worst = max(
            (path for path in levels if levels[path]), key=lambda path: lost[path][0] - lost[path][levels[path]]
        )
        levels[worst] -= 1
    masks.lift()
    return Found(lost, shares, count, needed, number)


def tuning_rows(count: int, most: int = 500) -> np.ndarray:
    """The rows of the training examples by which a search judges: every fifth, at most `most`."""
    return np.arange(0, count, 5)[:most]
