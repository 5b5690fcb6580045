"""Settings that suit a problem: what a page starts from when a problem is chosen, and what the accuracy tests use."""

from __future__ import annotations

from core.objectives.surfaces import SURFACES

# What another problem may have left behind.
_PLAIN: dict[str, object] = {
    "family": "mlp",
    "size": 1000,
    "width": None,
    "depth": None,
    "activation": "relu",
    "dropout": 0.0,
    "normalization": "none",
    "l1": 0.0,
    "l2": 0.0,
    "schedule": "constant",
    "clip_norm": None,
    "optimizer": "adam",
    "learning_rate": 0.01,
    "batch_size": 32,
    "epochs": 100,
    "examples": None,
    "train_share": 0.8,
    "data_noise": 0.0,
}

# Three hidden layers: few enough units to see each of them, enough to wind around a spiral.
_PLANE: dict[str, object] = {"size": 600, "width": 16, "depth": 3, "epochs": 300}
_SMALL_CNN: dict[str, object] = {"family": "cnn", "size": 10_000}
_LARGER_CNN: dict[str, object] = {
    "family": "cnn",
    "size": 24_000,
    "width": 16,
    "depth": 3,
    "learning_rate": 0.005,
    "schedule": "cosine",
    "epochs": 8,
}

_OWN: dict[str, dict[str, object]] = {
    "circle": {"size": 100, "width": 8, "depth": 1},
    "xor": {"size": 100, "width": 8, "depth": 1},
    "two_gaussians": {"family": "linear", "optimizer": "sgd", "learning_rate": 0.1},
    "spiral": _PLANE,
    "plane": {"family": "linear", "optimizer": "sgd"},
    "several_gaussians": _PLANE,
    "diabetes": {"size": 500, "l2": 0.01, "learning_rate": 0.003, "epochs": 40},
    "breast_cancer": {"activation": "tanh", "learning_rate": 0.003},
    "digits": {**_SMALL_CNN, "epochs": 20},
    "mnist": _LARGER_CNN,
    "co2": {"family": "rnn_gru", "size": 3000, "learning_rate": 0.005, "batch_size": 64, "epochs": 20},
    "japanese_vowels": {"family": "rnn_gru", "size": 10_000, "epochs": 20},
    "python_help": {"family": "rnn_text", "size": 38_000, "width": 64, "depth": 1, "epochs": 4},
    "fashion_mnist": _LARGER_CNN,
    "cifar_10": {**_LARGER_CNN, "size": 100_000, "width": 32},
    "imdb": {"family": "rnn_gru", "size": 330_000, "width": 32, "depth": 1, "learning_rate": 0.003, "epochs": 5},
    "csv": {"learning_rate": 0.003},
}


def suitable(problem: str) -> dict[str, object]:
    """Settings of a TrainingConfig, by name, that suit `problem`; those of data say all that a model needs.

    A surface has a learning rate of its own and keeps what else was chosen; the line is what a config's
    defaults are for.
    """
    if problem in SURFACES:
        return {"learning_rate": SURFACES[problem].learning_rate}
    return {} if problem == "regression" else {**_PLAIN, **_OWN.get(problem, {})}
