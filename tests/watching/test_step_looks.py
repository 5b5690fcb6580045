"""The loss along an update of `fit`: by closed form, by Keras' own evaluation, and only where it can be afforded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.array_tree import ArrayTree
from core.watching import fit_examples, step_looks
from core.watching.fit_call import FitCall
from core.watching.step_looks import StepLooks
from core.watching.update_line import UpdateLine

if TYPE_CHECKING:
    from core.geometry.line_view import LineView

RNG = np.random.default_rng(4)
X = RNG.normal(size=(40, 3)).astype("float32")
Y = (X @ np.array([1.0, -2.0, 0.5]) + 3.0).astype("float32")[:, None]
LABELS = (X[:, 0] > 0).astype("int32")
RATE = 0.2
layers = keras.layers


class Clock:
    """Time that passes by `step` seconds whenever it is read."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


class Looks(keras.callbacks.Callback):
    """Looks as often as the clock lets it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.views: list[LineView] = []
        self.before: list[list[np.ndarray]] = []

    def on_train_begin(self, logs: Any = None) -> None:
        self.looks = StepLooks(self.model, FitCall.of(self.model), self.clock)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.looks.before_update()
        self.before.append(self.model.get_weights())

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        view = self.looks.after_update()
        if view is not None:
            self.views.append(view)


@pytest.fixture
def plenty(monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Looks at each update but the first, whatever they cost."""
    monkeypatch.setattr(step_looks, "SHARE", 1e6)
    return Looks(Clock(10.0))


def compiled(*inner: keras.Layer, loss: str = "mse", **more: Any) -> keras.Model:
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input((3,)), *inner])
    model.compile(keras.optimizers.SGD(RATE), loss, **more)
    return model


def test_of_a_linear_model_the_line_is_the_parabola_of_the_closed_form(plenty: Looks) -> None:
    compiled(layers.Dense(1)).fit(X, Y, batch_size=40, epochs=3, verbose=0, callbacks=[plenty])
    kernel, bias = plenty.before[1]
    theta, design = np.append(kernel.ravel(), bias).astype(float), np.c_[X, np.ones(40)].astype(float)
    residual = design @ theta - Y[:, 0]
    g, hessian = 2 * design.T @ residual / 40, 2 * design.T @ design / 40
    view = plenty.views[0]
    assert len(plenty.views) == 2
    assert view.loss == pytest.approx(np.mean(residual**2), rel=1e-5)
    assert view.predicted == pytest.approx(RATE * g @ g - RATE**2 / 2 * g @ hessian @ g, rel=1e-4)
    assert view.actual == pytest.approx(view.predicted, rel=1e-4)
    along = [np.mean((design @ (theta - s * RATE * g) - Y[:, 0]) ** 2) for s in view.positions]
    assert view.losses == pytest.approx(along, rel=1e-4)


@pytest.mark.parametrize("given", ["sample_weight", "class_weight"])
def test_weights_count_as_in_fit(plenty: Looks, given: str) -> None:
    weights = np.where(LABELS == 1, 3.0, 0.5)
    weighted = {"sample_weight": weights} if given == "sample_weight" else {"class_weight": {0: 0.5, 1: 3.0}}
    model = compiled(layers.Dense(1, "sigmoid"), loss="binary_crossentropy")
    history = model.fit(X, LABELS, batch_size=40, epochs=3, verbose=0, callbacks=[plenty], **weighted).history
    assert [view.loss for view in plenty.views] == pytest.approx(history["loss"][1:], rel=1e-5)


def test_at_most_so_many_examples_are_looked_at_spread_over_all() -> None:
    x = np.arange(1000)
    found = fit_examples.FitExamples.of(FitCall({"a": x}, x, None, None, None, None))
    assert isinstance(found.x, ArrayTree)
    assert isinstance(found.y, np.ndarray)
    assert found.x.nest["a"].tolist() == found.y.tolist()
    assert len(found.y) == fit_examples.MOST_EXAMPLES
    assert found.y[[0, 1, -1]].tolist() == [0, 15, 945]


def test_training_is_the_same_with_looks_and_without(plenty: Looks) -> None:
    net = lambda: compiled(layers.Dense(8, "tanh"), layers.BatchNormalization(), layers.Dropout(0.3), layers.Dense(1))  # noqa: E731
    seen, alone = net(), net()
    seen.fit(X, Y, epochs=3, verbose=0, shuffle=False, callbacks=[plenty])
    alone.fit(X, Y, epochs=3, verbose=0, shuffle=False)
    assert plenty.views
    for one, other in zip(seen.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


class OwnStep(keras.Sequential):
    def train_step(self, data: Any) -> Any:
        return super().train_step(data)


def test_what_cannot_be_seen_is_said() -> None:
    own = OwnStep([keras.Input((3,)), layers.Dense(1)])
    own.compile("sgd", "mse")
    batches = tf.data.Dataset.from_tensor_slices((X, Y)).batch(8)
    together = compiled(layers.Dense(1), steps_per_execution=2)
    for model, data, reason in (
        (compiled(layers.Dense(1)), (batches,), step_looks.BATCHES),
        (own, (X, Y), step_looks.OWN_STEP),
        (together, (X, Y), step_looks.TOGETHER),
    ):
        looks = Looks(Clock(10.0))
        model.fit(*data, epochs=2, shuffle=False, verbose=0, callbacks=[looks])
        assert (looks.looks.reason, looks.views) == (reason, [])


def test_a_look_that_is_dear_comes_when_it_is_its_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, look = Looks(Clock(0.0)), UpdateLine.look

    def slow(line: UpdateLine, before: list[np.ndarray]) -> LineView:
        looks.clock.now += 2.5
        return look(line, before)

    def pass_time(batch: int, logs: Any) -> None:
        looks.clock.now = next(times)

    def note(batch: int, logs: Any) -> None:
        seen.append((looks.looks.reason, len(looks.views)))

    monkeypatch.setattr(UpdateLine, "tracing_seconds", lambda self: 0.06)  # so that a look takes 25 times that, 1.5 s
    monkeypatch.setattr(UpdateLine, "look", slow)
    times = iter([0.0, 4.9, 5.1, 119.9, 120.1, 202.3, 202.6])  # the second one is to take 0.03 s
    seen: list[tuple[str, int]] = []
    before, after = (keras.callbacks.LambdaCallback(**{f"on_train_batch_{at}": call})
                     for at, call in (("begin", pass_time), ("end", note)))  # fmt: skip
    compiled(layers.Dense(1)).fit(X, Y, batch_size=40, epochs=7, verbose=0, callbacks=[before, looks, after])
    wait = "A look would slow fit down: the first comes after 120 seconds of training."
    assert seen == [("", 0), ("", 0), (wait, 0), (wait, 0), ("", 1), ("", 1), ("", 2)]


@pytest.mark.parametrize(("times", "seconds"), [([0.0, 4.9], 5), ([0.0, 5.1, 99.9], 120)])
def test_after_fit_no_look_is_promised(monkeypatch: pytest.MonkeyPatch, times: list[float], seconds: int) -> None:
    clock = Clock(0.0)
    monkeypatch.setattr(UpdateLine, "tracing_seconds", lambda self: 0.06)
    model = compiled(layers.Dense(1))
    looks = StepLooks(model, FitCall(X, Y, None, None, None, None), clock)
    for clock.now in times:
        looks.before_update()
    looks.end()
    assert looks.reason.startswith(f"fit was over before the first look, which comes after {seconds} seconds")


def test_a_reason_for_which_there_are_no_looks_stays_after_fit() -> None:
    looks = StepLooks(compiled(layers.Dense(1)), None, Clock(0.0))
    looks.end()
    assert looks.reason == step_looks.BATCHES


def test_a_loss_that_fails_outside_fit_ends_the_looks_and_not_the_fit(
    plenty: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Any, before: Any) -> None:
        raise RuntimeError("no line")

    monkeypatch.setattr(UpdateLine, "look", fail)
    history = compiled(layers.Dense(1)).fit(X, Y, epochs=4, verbose=0, callbacks=[plenty]).history
    assert len(history["loss"]) == 4
    assert (plenty.looks.reason, plenty.views) == (step_looks.FAILED, [])
