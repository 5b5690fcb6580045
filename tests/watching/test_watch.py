"""A `Watch` records what `fit` does, beside `fit`'s own History and a loop of hand-made updates."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.watching.fit_state import FitState
from widgets import watch as watch_module
from widgets.watch import Watch
from widgets.watching import cell_end

if TYPE_CHECKING:
    from collections.abc import Iterator

RNG = np.random.default_rng(3)
X = RNG.normal(size=(70, 4)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")
BATCHES = [slice(at, at + 16) for at in range(0, 70, 16)]  # the last one has 6 examples
RATE = 0.1


def net(seed: int = 5, **compiled: Any) -> keras.Model:
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6, "tanh"), keras.layers.Dense(1, "sigmoid")])
    model.compile(**{"optimizer": keras.optimizers.SGD(RATE), "loss": "binary_crossentropy", **compiled})
    return model


def by_hand(model: keras.Model, epochs: int) -> tuple[list[float], list[list[np.ndarray]]]:
    """The loss of each batch and the weights before it and after the last, by gradient descent on the batches."""
    losses, weights = [], [[v.numpy() for v in model.trainable_variables]]
    for rows in BATCHES * epochs:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(Y[rows], model(X[rows])))
        for variable, slope in zip(
            model.trainable_variables, tape.gradient(loss, model.trainable_variables), strict=True
        ):
            variable.assign_sub(RATE * slope)
        losses.append(float(loss))
        weights.append([v.numpy() for v in model.trainable_variables])
    return losses, weights


def test_a_batch_loss_is_that_of_the_batch_and_no_running_mean() -> None:
    losses, _weights = by_hand(net(), epochs=2)
    watch = Watch()
    net().fit(X, Y, batch_size=16, epochs=2, shuffle=False, verbose=0, callbacks=[watch])
    assert watch.history["step"].tolist() == list(range(10))
    assert watch.history["loss"] == pytest.approx(np.array(losses), abs=1e-6)


def test_the_ends_of_epochs_are_those_of_the_history_that_fit_returns() -> None:
    watch = Watch()
    model = net(metrics=["accuracy", "mae"])
    history = model.fit(X, Y, validation_split=0.2, batch_size=8, epochs=3, verbose=0, callbacks=[watch]).history
    assert watch.history.steps("training_loss").tolist() == [7, 14, 21]
    names = {"loss": "training_loss", "val_loss": "validation_loss"}
    for name, values in history.items():
        assert watch.history[names.get(name, name)] == pytest.approx(np.array(values), abs=1e-6)


def test_a_look_at_the_layers_gives_the_norms_of_that_very_update() -> None:
    _losses, weights = by_hand(net(), epochs=1)
    watch = Watch()
    watch_norms(watch, net(), epochs=1)
    layers = watch._record.layers
    assert layers is not None
    rows = layers.rows()
    assert rows["step"].tolist() == list(range(5))
    for layer in range(2):
        both = slice(2 * layer, 2 * layer + 2)  # kernel and bias
        before = [np.concatenate([w.ravel() for w in point[both]]) for point in weights]
        assert rows[f"weight_{layer}"] == pytest.approx([np.linalg.norm(w) for w in before[:-1]], rel=1e-5)
        moved = [np.linalg.norm(new - old) for old, new in pairwise(before)]
        assert rows[f"update_{layer}"] == pytest.approx(moved, rel=1e-4)


def watch_norms(watch: Watch, model: keras.Model, epochs: int) -> None:
    """Fits the model while every update is looked at, however long that takes."""
    opened = watch._open

    def open_without_a_limit() -> None:
        opened()
        watch._norms._clock = lambda: 0.0

    watch._open = open_without_a_limit  # type: ignore[method-assign]  # of this one object
    model.fit(X, Y, batch_size=16, epochs=epochs, shuffle=False, verbose=0, callbacks=[watch])


def test_training_is_the_same_with_a_watch_and_without() -> None:
    watched, alone = net(), net()
    watched.fit(X, Y, epochs=2, verbose=0, shuffle=False, callbacks=[Watch()])
    alone.fit(X, Y, epochs=2, verbose=0, shuffle=False)
    for one, other in zip(watched.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_fits_one_after_another_of_one_model_go_on_in_one_record() -> None:
    watch, model = Watch(), net()
    first = model.fit(X, Y, batch_size=35, epochs=2, verbose=0, callbacks=[watch]).history["loss"]
    second = model.fit(X, Y, batch_size=35, initial_epoch=2, epochs=5, verbose=0, callbacks=[watch]).history["loss"]
    assert watch.history.steps("training_loss").tolist() == [2, 4, 6, 8, 10]
    assert watch.history["training_loss"] == pytest.approx(np.array(first + second), abs=1e-6)
    assert (watch._record.progress.epoch, watch._record.progress.state) == (5, FitState.FINISHED)


def test_another_model_has_a_record_of_its_own() -> None:
    watch = Watch()
    net().fit(X, Y, batch_size=35, epochs=2, verbose=0, callbacks=[watch])
    net(seed=6).fit(X, Y, batch_size=35, epochs=1, verbose=0, callbacks=[watch])
    assert watch.history["step"].tolist() == [0, 1]


def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    yield from ((X[rows], Y[rows]) for rows in BATCHES)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")  # Keras says so at each end that it did not know
def test_a_stream_of_batches_of_unknown_number_and_different_sizes_is_followed() -> None:
    losses, _weights = by_hand(net(), epochs=1)
    signature = (tf.TensorSpec((None, 4)), tf.TensorSpec((None, 1)))
    data = tf.data.Dataset.from_generator(batches, output_signature=signature)
    watch, progress = Watch(), []
    spy = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: progress.append(watch._record.progress))
    net().fit(data, epochs=2, shuffle=False, verbose=0, callbacks=[watch, spy])
    assert [at.batches for at in progress] == [None, 5]
    assert watch.history["loss"][:5] == pytest.approx(np.array(losses), abs=1e-6)
    assert watch._record.progress.left == 0


def test_batches_that_are_executed_together_count_as_many_steps() -> None:
    losses, _weights = by_hand(net(), epochs=1)
    watch = Watch()
    net(steps_per_execution=2).fit(X[:64], Y[:64], batch_size=16, shuffle=False, verbose=0, callbacks=[watch])
    assert watch.history["step"].tolist() == [1, 3]
    assert watch.history["loss"] == pytest.approx([np.mean(losses[:2]), np.mean(losses[2:4])], abs=1e-6)


class OwnSteps(keras.Model):
    """A model with a train_step that keeps a running mean of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.out, self.mean = keras.layers.Dense(1), keras.metrics.Mean("loss")

    def call(self, x: Any) -> Any:
        return self.out(x)

    def train_step(self, data: Any) -> dict[str, Any]:
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self(x) - y) ** 2)
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        self.mean.update_state(loss)
        return {"loss": self.mean.result()}

    @property
    def metrics(self) -> list[Any]:
        return [self.mean]


def test_means_of_a_train_step_of_ones_own_are_recorded_as_what_they_are() -> None:
    model, watch = OwnSteps(), Watch()
    model.compile(keras.optimizers.SGD(RATE))
    history = model.fit(X, Y, batch_size=16, verbose=0, callbacks=[watch]).history
    assert watch._record.averages
    assert watch.history["loss"][-1] == pytest.approx(history["loss"][-1], abs=1e-6)


def test_the_learning_rate_is_followed_and_its_jumps_are_marked() -> None:
    watch = Watch()
    model = net()

    def halve(epoch: int, logs: object) -> None:
        model.optimizer.learning_rate = 0.1 / 2**epoch

    model.fit(
        X,
        Y,
        batch_size=35,
        epochs=3,
        verbose=0,
        callbacks=[watch, keras.callbacks.LambdaCallback(on_epoch_begin=halve)],
    )
    marks = [(mark.step, mark.old, mark.new) for mark in watch._record.live.marks]
    assert marks == [(2, pytest.approx(0.1), pytest.approx(0.05)), (4, pytest.approx(0.05), pytest.approx(0.025))]
    assert watch._record.progress.rate == pytest.approx(0.025)


def test_stop_ends_fit_after_the_batch_under_way() -> None:
    watch = Watch()
    stop = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: watch._stop() if batch == 1 else None)
    net().fit(X, Y, batch_size=16, epochs=9, verbose=0, callbacks=[watch, stop])
    assert watch.history["step"].tolist() == [0, 1]
    assert watch._record.progress.state is FitState.ENDED_EARLY


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A notebook's shell, as far as the end of a cell goes: `end_cell(error)` says it."""
    calls: list[Any] = []
    events = SimpleNamespace(register=lambda name, call: calls.append(call), unregister=lambda name, call: None)
    end = lambda error: [call(SimpleNamespace(error_in_exec=error)) for call in calls]  # noqa: E731  (one expression)
    made = SimpleNamespace(events=events, end_cell=end)
    monkeypatch.setattr(cell_end, "get_ipython", lambda: made)
    return made


@pytest.mark.parametrize(
    ("error", "state"), [(KeyboardInterrupt(), FitState.INTERRUPTED), (ValueError(), FitState.FAILED)]
)
def test_a_fit_that_is_broken_off_ends_with_its_last_numbers(
    shell: SimpleNamespace, error: BaseException, state: FitState
) -> None:
    def break_off(batch: int, logs: object) -> None:
        if batch == 2:
            raise error

    watch = Watch()
    breaker = keras.callbacks.LambdaCallback(on_train_batch_end=break_off)
    with pytest.raises(type(error)):
        net().fit(X, Y, batch_size=16, verbose=0, callbacks=[watch, breaker])
    assert watch._record.progress.state is FitState.RUNNING
    shell.end_cell(error)
    assert watch._record.progress.state is state
    assert watch.history["step"].tolist() == [0, 1, 2]


def test_a_cell_that_ends_well_changes_nothing(shell: SimpleNamespace) -> None:
    watch = Watch()
    net().fit(X, Y, batch_size=35, verbose=0, callbacks=[watch])
    shell.end_cell(None)
    assert watch._record.progress.state is FitState.FINISHED


def test_a_script_has_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "display", lambda page: pytest.fail("there is nobody to show it to"))
    watch = Watch()
    net().fit(X, Y, verbose=0, callbacks=[watch])
    assert watch._page is None
