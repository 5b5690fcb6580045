"""Sharpness rises until steps are at the edge of stability, and stays there: 2 / rate, and 38 / rate for Adam.

Sources: Cohen et al., Gradient descent on neural networks typically occurs at the edge of stability, 2021, and
Adaptive gradient methods at the edge of stability, 2022, where it is the preconditioned sharpness. The nets are those
of the first paper's appendix in small: tanh units that fit a Chebyshev polynomial on evenly spaced points.
"""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.geometry.sharpness import SharpnessProbe
from core.learning.model_objective import ModelObjective
from core.optimizers.registry import OPTIMIZERS
from core.training.trainer import Trainer

X = np.linspace(-1, 1, 20)
Y = 8 * X**4 - 8 * X**2 + 1  # the Chebyshev polynomial of degree 4
UNITS = 50
LOOKS, COMPARED = 30, 5  # of a run; every fifth is compared with NumPy


def trainer_of(optimizer: str, rate: float) -> Trainer:
    keras.utils.set_random_seed(3)
    layers = [keras.layers.Dense(UNITS, "tanh", dtype="float64"), keras.layers.Dense(1, dtype="float64")]
    model = keras.Sequential([keras.Input((1,), dtype="float64"), *layers])
    rule = OPTIMIZERS[optimizer]
    settings = vars(TrainingConfig(optimizer=optimizer, learning_rate=rate))
    return Trainer(ModelObjective(model, X[:, None], Y[:, None]), rule.build(settings), slots=rule.slots, by_layer=True)


def gradient(flat: np.ndarray) -> np.ndarray:
    """The gradient of the mean squared error, by hand."""
    w, b, v, c = np.split(flat, [UNITS, 2 * UNITS, 3 * UNITS])
    hidden = np.tanh(np.outer(X, w) + b)
    error = 2 / len(X) * (hidden @ v + c - Y)
    back = np.outer(error, v) * (1 - hidden**2)
    return np.concatenate([X @ back, back.sum(0), error @ hidden, [error.sum()]])


def hessian(flat: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """The Hessian by central differences of that gradient."""
    return np.array([(gradient(flat + h * axis) - gradient(flat - h * axis)) / (2 * h) for axis in np.eye(len(flat))])


def sharpness_by_numpy(trainer: Trainer, optimizer: str) -> float:
    """The largest eigenvalue of the Hessian, for Adam of P^(1/2) H P^(1/2) with its next preconditioner P."""
    flat = np.concatenate([np.ravel(v.numpy()) for v in trainer.variables])
    root = np.ones(len(flat))
    if optimizer == "adam":
        mean_square = 0.999 * trainer.slots()["v"] + 0.001 * gradient(flat) ** 2
        root = np.sqrt(np.sqrt(1 - 0.999 ** (trainer.step + 1)) / (np.sqrt(mean_square) + 1e-7))
    return float(np.linalg.eigvalsh(root[:, None] * hessian(flat) * root)[-1])


@pytest.mark.parametrize(
    ("optimizer", "rate", "times", "steps", "tolerance"),
    [("sgd", 0.2, 2, 400, 0.02), ("adam", 0.01, 38, 100, 0.03)],
    ids=["gradient descent", "adam"],
)
def test_sharpness_rises_to_the_edge_of_stability_and_hovers_there(
    optimizer: str, rate: float, times: float, steps: int, tolerance: float
) -> None:
    trainer, probe = trainer_of(optimizer, rate), SharpnessProbe(OPTIMIZERS[optimizer])
    sharpness, losses = [], []
    edge = times / rate
    for look in range(LOOKS):
        losses.append(trainer.advance(steps).loss)
        found = probe.settle(trainer.snapshot(), tolerance=1e-5)
        if look % COMPARED == 0:
            assert found.eigenvalue == pytest.approx(sharpness_by_numpy(trainer, optimizer), rel=1e-4)
        assert found.limit == pytest.approx(times / found.eigenvalue)
        sharpness.append(found.eigenvalue)
    late = np.array(sharpness[LOOKS // 2 :]) / edge
    assert sharpness[0] < 0.7 * edge
    assert late.mean() == pytest.approx(1, abs=tolerance)
    assert late == pytest.approx(np.ones(len(late)), abs=0.1)
    loss = np.concatenate(losses)
    assert (np.diff(loss) > 0).mean() > 0.1  # from step to step it rises and falls
    assert loss[-steps:].mean() < 0.1 * loss[:steps].mean()  # and yet training succeeds
