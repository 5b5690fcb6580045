"""Updates per second of Keras models, every loss and each layer's norms recorded, against `model.fit`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.models.family import MODELS
from core.models.spec import ModelSpec
from tests.bench.figures import Figure, median

if TYPE_CHECKING:
    from collections.abc import Iterator

    import keras

    from core.training.trainer import Trainer

BATCH_SIZE = 32
CLASSES = 10
ROUNDS = 3  # fit and trainer in turn, so that a change of the machine's load meets both
ROUND_SECONDS = 1.0  # of each
SMALL_ROUNDS = 12  # of half a second: what else the machine does only makes a run slower
IMAGE, ROWS = (8, 8, 1), (8, 8)  # a handwritten digit, and its rows as a sequence


@dataclass(frozen=True)
class Case:
    """A model and how many times as fast as fit it is to be trained."""

    name: str
    family: str
    spec: ModelSpec
    target: float


def _sized(millions: int) -> Case:
    spec = MODELS["mlp"].of_size(millions * 1_000_000, ModelSpec((64,), CLASSES))
    return Case(f"mlp_{millions}m", "mlp", spec, 1.0)


CASES = (
    Case("mlp_64x2", "mlp", ModelSpec((64,), CLASSES, width=64, depth=2), 25),
    Case("cnn_16", "cnn", ModelSpec(IMAGE, CLASSES, width=16, depth=2), 2.2),
    Case("lstm_32", "rnn_lstm", ModelSpec(ROWS, CLASSES, width=32), 7),
    Case("gru_32", "rnn_gru", ModelSpec(ROWS, CLASSES, width=32), 12),
    Case("transformer_32", "transformer", ModelSpec(ROWS, CLASSES, width=32), 6),
    *(_sized(millions) for millions in (1, 3, 10)),
)

# Units of the tanh layers, and the updates a second to reach.
SMALL = (((4, 2, 1), 400_000), ((8, 8, 8, 8, 8, 8, 1), 150_000))


def measure() -> Iterator[Figure]:
    """For each model, updates per second in relation to fit's on the same weights, data and batches."""
    for case in CASES:
        ours, theirs = _rates(case)
        against = f"model.fit: {theirs:,.0f} updates/s; here {ours:,.0f}".replace(",", " ")
        yield Figure(f"fit.{case.name}", ours / theirs, "x", case.target, f"{against}, batch {BATCH_SIZE}, Adam")


def measure_small() -> Iterator[Figure]:
    """Updates per second of tiny tanh nets at batch 10 with SGD, every loss and each layer's norms recorded."""
    for units, target in SMALL:
        trainer = _small_trainer(units)
        trainer.advance(trainer.longest_call)
        rates = [_rate_of(trainer, 8 * trainer.longest_call) for _ in range(SMALL_ROUNDS)]
        name = "-".join(map(str, (2, *units)))
        yield Figure(
            f"small.{name}",
            max(rates),
            "updates/s",
            target,
            f"batch 10, SGD; the best of {SMALL_ROUNDS} runs, the median {median(rates):.0f}",
        )


def _rates(case: Case) -> tuple[float, float]:
    """Updates per second of the trainer and of fit, the medians of rounds in turn."""
    import keras

    x, y = _data(case.spec)
    trainer, model = _trainer(case, x, y), _compiled(case)
    per_epoch = len(x) // BATCH_SIZE
    model.fit(x, y, batch_size=BATCH_SIZE, verbose=0)
    trainer.advance(per_epoch)
    epochs = max(1, round(_fit_rate(model, x, y, 1) * ROUND_SECONDS / per_epoch))
    steps = max(per_epoch, round(_rate_of(trainer, per_epoch) * ROUND_SECONDS))
    theirs, ours = [], []
    for _ in range(ROUNDS):
        theirs.append(_fit_rate(model, x, y, epochs))
        ours.append(_rate_of(trainer, steps))
    keras.backend.clear_session()
    return median(ours), median(theirs)


def _rate_of(trainer: Trainer, steps: int) -> float:
    started = time.perf_counter()
    trainer.advance(steps)
    return steps / (time.perf_counter() - started)


def _fit_rate(model: keras.Model, x: np.ndarray, y: np.ndarray, epochs: int) -> float:
    started = time.perf_counter()
    model.fit(x, y, batch_size=BATCH_SIZE, epochs=epochs, verbose=0)
    return epochs * (len(x) // BATCH_SIZE) / (time.perf_counter() - started)


def _data(spec: ModelSpec) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(32 * BATCH_SIZE, *spec.input_shape)).astype("float32")
    return x, rng.integers(0, CLASSES, len(x)).astype("int32")


def _model(case: Case) -> keras.Model:
    import keras

    keras.utils.set_random_seed(1)
    return MODELS[case.family].build(case.spec)


def _compiled(case: Case) -> keras.Model:
    import keras

    model = _model(case)
    model.compile(keras.optimizers.Adam(), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def _trainer(case: Case, x: np.ndarray, y: np.ndarray) -> Trainer:
    import keras

    from core.learning.model_objective import ModelObjective
    from core.training.trainer import Trainer

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    objective = ModelObjective(_model(case), x, y, loss=loss)
    return Trainer(objective, keras.optimizers.Adam(), batch_size=BATCH_SIZE)


def _small_trainer(units: tuple[int, ...]) -> Trainer:
    import keras

    from core.learning.model_objective import ModelObjective
    from core.training.trainer import Trainer

    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(n, activation="tanh") for n in units]
    x = np.random.default_rng(0).normal(size=(100, 2)).astype("float32")
    objective = ModelObjective(keras.Sequential([keras.Input((2,)), *layers]), x, np.tanh(x[:, :1]))
    return Trainer(objective, keras.optimizers.SGD(0.01), batch_size=10)
