"""The probabilities of classes that a model's outputs stand for."""

from __future__ import annotations

import numpy as np


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Return softmax(logits) along the last axis: exp(z_i) / sum_j exp(z_j).

    >>> probabilities(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])

    Args:
        logits: Float (..., classes). The dtype and the shape are kept.

    Returns:
        Shares that add up to 1; nan where a logit is infinite or nan, since nothing is known of such a model.
    """
    with np.errstate(invalid="ignore"):
        powers = np.exp(logits - logits.max(-1, keepdims=True))
        return powers / powers.sum(-1, keepdims=True)
