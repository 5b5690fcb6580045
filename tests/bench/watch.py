"""What a `Watch` costs `fit`: fits with it and without in turn, in one process, its page answered as by a browser."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from core.models.family import MODELS
from core.models.spec import ModelSpec
from tests.bench.figures import Figure, median

if TYPE_CHECKING:
    from collections.abc import Iterator

    import keras

BATCH_SIZE, CLASSES = 32, 10
ROUNDS, EPOCHS = 8, 4  # fits of each kind in turn, and epochs of most; the first of a fit also opens the page
LONG_EPOCHS = 60, 400  # of a fit alone, before and after one that is watched so long that it is looked at along updates
MOST = 1.05  # of the time without
PANELS = ["loss", "metric", "layers"]
CASES = {  # with the batches of an epoch, and the epochs: many where one in three takes twice as long for no reason
    "small": ("mlp", ModelSpec((64,), CLASSES, width=16, depth=1), 300, EPOCHS),
    "mlp": ("mlp", ModelSpec((64,), CLASSES, width=64, depth=2), 300, EPOCHS),
    "cnn": ("cnn", ModelSpec((8, 8, 1), CLASSES, width=16, depth=2), 150, EPOCHS),
    "mlp_1m": ("mlp", MODELS["mlp"].of_size(1_000_000, ModelSpec((64,), CLASSES)), 60, 3 * EPOCHS),
}


def measure() -> Iterator[Figure]:
    """For each model the time of an epoch with a page that watches it, in relation to that without."""
    for name, (family, spec, batches, epochs) in CASES.items():
        watched, alone, rate = _seconds(family, spec, batches, epochs)
        against = f"fit alone: {1000 * alone / batches:.2f} ms a batch; {rate:.1f} frames/s"
        yield Figure(f"watch.{name}", watched / alone, "x", MOST, f"{against}; medians of epochs", at_most=True)
    watched, alone, looks = _long_seconds()
    against = f"mlp; {LONG_EPOCHS[1]} epochs with {looks} looks along updates; means of epochs"
    yield Figure("watch.looks", watched / alone, "x", MOST, against, at_most=True)


def _seconds(family: str, spec: ModelSpec, batches: int, epochs: int) -> tuple[float, float, float]:
    """Seconds of an epoch that is watched and of one that is not, medians of fits in turn; frames per second."""
    from widgets.watch import Watch

    x, y = _data(spec, batches)
    model = _model(family, spec)
    model.fit(x, y, batch_size=BATCH_SIZE, verbose=0)
    watched: list[float] = []
    alone: list[float] = []
    frames = 0
    for _round in range(ROUNDS):
        alone += _epochs(model, x, y, [], epochs)
        watch = Watch()
        page = _Page(watch, model)
        watched += _epochs(model, x, y, [watch], epochs)
        frames += page.close()
    return median(watched), median(alone), frames / sum(watched) * (epochs - 1) / epochs


def _long_seconds() -> tuple[float, float, int]:
    """Mean seconds of an epoch that is watched and of one that is not, in long fits; the looks along updates."""
    from widgets.watch import Watch

    family, spec, batches, _epochs_of_it = CASES["mlp"]
    (x, y), model = _data(spec, batches), _model(family, spec)
    model.fit(x, y, batch_size=BATCH_SIZE, verbose=0)
    few, many = LONG_EPOCHS
    alone = _epochs(model, x, y, [], few)
    watch = Watch()
    page = _Page(watch, model)
    watched = _epochs(model, x, y, [watch], many)
    page.close()
    alone += _epochs(model, x, y, [], few)
    looks = 0 if watch._looks is None else watch._looks._looks
    return sum(watched) / len(watched), sum(alone) / len(alone), looks


def _epochs(model: keras.Model, x: np.ndarray, y: np.ndarray, callbacks: list[Any], epochs: int) -> list[float]:
    """The seconds of each epoch of a fit but the first."""
    import keras

    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ends.append(time.perf_counter()))
    model.fit(x, y, batch_size=BATCH_SIZE, epochs=epochs, verbose=0, callbacks=[*callbacks, clock])
    return [end - before for before, end in pairwise(ends)]


class _Page:
    """A page of `watch` that answers each frame at once."""

    def __init__(self, watch: Any, model: keras.Model) -> None:
        from widgets.watching.fit_page import FitPage

        opened = watch._open

        def open_with_a_page() -> None:
            opened()
            watch._page = FitPage(model, watch._record, watch._stop)
            self._look(watch._page)

        watch._open, self._frames = open_with_a_page, 0

    def _look(self, page: Any) -> None:
        self._page, board = page, page._board

        def answer(content: dict[str, Any], buffers: Any = None) -> None:
            if content["kind"] == "frame":
                self._frames += 1
                board._receive({"kind": "ack", "frame": content["frame"], "drawn": True})

        board.send = answer
        board._receive({"kind": "view", "view": "a", "visible": PANELS, "hidden": False})

    def close(self) -> int:
        """Closes it and returns how many frames it was sent."""
        self._page.close()
        return self._frames


def _data(spec: ModelSpec, batches: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(batches * BATCH_SIZE, *spec.input_shape)).astype("float32")
    return x, rng.integers(0, CLASSES, len(x)).astype("int32")


def _model(family: str, spec: ModelSpec) -> keras.Model:
    import keras

    keras.utils.set_random_seed(1)
    model = MODELS[family].build(spec)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(), loss=loss, metrics=["accuracy"])
    return model
