"""Which examples judge a model while it trains: all held-out ones, or a fixed part of them where answers are expensive.

What a page shows of them side by side, curves and counts, is of the same examples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.learning.learner import Learner
    from core.models.card import ModelCard

MOST_TRAINING = 1000  # examples of the training part that are evaluated
MOST_FLOPS, CHEAP_FLOPS = 20e9, 1e9  # of the answers of a look: about a quarter of a second on one core, and nothing
SHARE_OF_RUN = 0.0375  # of a run's training examples: twenty looks then take a quarter of its time, since an update
# takes about as long as three answers
FEWEST, FEWEST_TRAINING = 512, 128  # examples of either part, however expensive an answer is
MOST_TEXTS = 256  # of either part of a text: 16 thousand characters, each of which is predicted


def evaluated_counts(learner: Learner) -> tuple[int, int]:
    """How many training and how many held-out examples are evaluated at a look.

    All held-out ones and up to 1000 training ones, of a text 256 pieces each; fewer where the model is expensive, since
    the looks of a run of `epochs` may take a quarter of its time.
    """
    held_out, config = len(learner.split.x_val), learner.setup.config
    n_val = min(held_out, MOST_TEXTS) if learner.setup.dataset.task == "text" else held_out
    trained = config.epochs * learner.objective.n_examples
    return _affordable(min(n_val, MOST_TRAINING), n_val, trained, learner.card)


def drawn_rows(n_examples: int, count: int) -> np.ndarray:
    """Which `count` of `n_examples` rows are taken, int64 (count,), rising: drawn at random, always the same ones.

    Evenly spaced rows would miss classes: a split spreads these evenly too.
    """
    return np.sort(np.random.default_rng(0).permutation(n_examples)[:count])


def _affordable(n_train: int, n_val: int, trained: int, card: ModelCard) -> tuple[int, int]:
    """How many of so many examples of the training and the validation part a look can afford to evaluate.

    `trained` are the examples of all updates of the run.
    """
    flops = card.flops or 2 * card.parameters or 1
    affordable = min(MOST_FLOPS / flops, max(CHEAP_FLOPS / flops, SHARE_OF_RUN * trained))
    if n_train + n_val <= affordable:
        return n_train, n_val
    of_val = min(n_val, max(FEWEST, int(0.8 * affordable)))
    return min(n_train, max(FEWEST_TRAINING, int(affordable - of_val))), of_val
