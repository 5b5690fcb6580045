"""A run driven from a notebook cell, with TensorFlow and without a page: what is asked is what happens."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.objectives.linear_regression import LinearRegression
from core.runs.status import Status
from core.training.build import build_objective
from tests.support.page_without_browser import mount, shown
from widgets.dashboard import Dashboard

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 90.0  # seconds; a bound for a busy machine that imports TensorFlow, not a wait
RNG = np.random.default_rng(5)
X = RNG.normal(size=(40, 3)).astype(np.float32)
Y = (X @ np.array([1.0, -2.0, 0.5]) + 0.3).astype(np.float32)


@pytest.fixture
def lab() -> Iterator[Dashboard]:
    made = Dashboard(TrainingConfig(epochs=300, learning_rate=0.1))
    yield made
    made.close()


def rest(lab: Dashboard) -> None:
    assert lab.wait(PATIENCE)


def net() -> keras.Model:
    keras.utils.set_random_seed(7)
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(1)])


def test_the_history_is_that_of_gradient_descent_in_numpy(lab: Dashboard) -> None:
    lab.play()
    rest(lab)
    data = build_objective(lab.config)
    assert isinstance(data, LinearRegression)
    x, y = data.x.astype(float), data.y.astype(float)
    point, points, losses, gradients = np.array([0.01, 0.01]), [], [], []
    for _ in range(300):
        error = point[0] * x + point[1] - y
        gradient = np.array([2 * np.mean(error * x), 2 * np.mean(error)])
        points.append(point)
        losses.append(np.mean(error**2))
        gradients.append(gradient)
        point = point - 0.1 * gradient
    history = lab.history
    assert history["step"].tolist() == list(range(300))
    assert history["loss"] == pytest.approx(np.array(losses), rel=1e-4)
    assert history["parameters"] == pytest.approx(np.array(points), rel=1e-4)
    assert history["gradient_norm"] == pytest.approx(np.linalg.norm(gradients, axis=1), rel=1e-2, abs=1e-5)
    assert history["update_norm"] == pytest.approx(0.1 * history["gradient_norm"], rel=1e-2, abs=1e-6)
    assert lab.model is None
    with pytest.raises(KeyError, match="nothing is recorded as 'validation_loss'; there is step, loss, gradient_norm"):
        lab.history["validation_loss"]


def test_ten_steps_are_ten_steps_and_many_can_be_paused(lab: Dashboard) -> None:
    lab.step(10)
    rest(lab)
    assert len(lab.history["loss"]) == lab._session.run.step == 10
    lab.step()
    rest(lab)
    assert lab.history["step"].tolist() == list(range(11))
    lab.set(epochs=1_000_000_000)
    lab.step(1_000_000_000)
    assert not lab.wait(0.2)
    lab.pause()
    rest(lab)
    assert 11 < lab._session.run.step < 1_000_000_000


def test_a_rate_that_is_set_while_it_plays_holds_at_once_and_shows_on_the_page(lab: Dashboard) -> None:
    lab.set(epochs=1_000_000_000)
    run = lab._session.run
    lab.step(3)
    rest(lab)
    lab.play()
    lab.set(learning_rate=0.02)
    assert not lab.wait(0.2)
    lab.pause()
    rest(lab)
    assert lab._session.run is run
    (mark,) = run.marks
    assert (mark.name, mark.old, mark.new) == ("learning_rate", pytest.approx(0.1), pytest.approx(0.02))
    history = lab.history
    ratio = history["update_norm"][mark.step] / history["gradient_norm"][mark.step]
    assert ratio == pytest.approx(0.02, rel=1e-2)
    assert shown(lab, "learning_rate") == "0.02"
    assert "learning_rate=0.02" in lab._header.query


def test_a_value_that_is_not_legal_is_refused_and_changes_nothing(lab: Dashboard) -> None:
    before = lab.config
    with pytest.raises(ConfigError, match=r"^Learning rate must be between .* too large\.$"):
        lab.set(learning_rate=50, seed=9)
    assert lab.config == before
    with pytest.raises(TypeError, match="rate_of_learning"):
        lab.set(rate_of_learning=1)
    with pytest.raises(ConfigError, match="comes with your own model"):
        Dashboard(model=net(), data=(X, Y)).set(family="cnn")


def test_a_reset_is_at_the_start_and_play_after_the_end_begins_again(lab: Dashboard) -> None:
    lab.reset()  # before anything is prepared
    lab.play()
    rest(lab)
    first = lab.history
    lab.play()
    rest(lab)
    assert np.array_equal(lab.history["loss"], first["loss"])
    lab.reset()
    rest(lab)
    assert len(lab.history["loss"]) == 0
    lab.play()
    rest(lab)
    lab.set(epochs=400)
    lab.play()  # goes on: it has just been given more
    rest(lab)
    assert np.array_equal(lab.history["loss"][:300], first["loss"])
    assert len(lab.history["loss"]) == 400


def test_the_pages_speed_slows_nobody_down_who_waits_without_a_page(lab: Dashboard) -> None:
    lab._session.set_pace(0.001)  # a step in a quarter of an hour
    lab.play()
    rest(lab)
    assert len(lab.history["loss"]) == 300
    lab.play()
    assert not lab._session.wait(0.2)
    assert lab._session.run.step <= 1


def test_a_run_that_diverges_rests_too(lab: Dashboard) -> None:
    lab.set(learning_rate=10)
    lab.play()
    rest(lab)
    assert lab._session.run.status is Status.DIVERGED
    assert np.isfinite(lab.history["loss"]).all()


def test_waiting_goes_on_with_the_run_that_takes_the_place_of_the_first(lab: Dashboard) -> None:
    lab.set(epochs=1_000_000_000)
    lab.play()
    changes = threading.Timer(0.3, lambda: lab.set(problem="bowl", epochs=5))
    changes.start()
    rest(lab)
    changes.join()
    assert (lab.config.problem, lab.history["step"].tolist()) == ("bowl", [0, 1, 2, 3, 4])


def test_a_page_that_cannot_answer_while_a_cell_waits_is_not_taken_for_lost(lab: Dashboard) -> None:
    mount(lab)
    lab._board.seconds_since_ack = lambda: 1000.0  # type: ignore[method-assign]  # a clock would have to wait
    lab.set(epochs=20)
    lab.play()
    lab._session._waiting._awaited_until = float("inf")
    lab._stage.draw()
    rest(lab)
    lab._stage.draw()
    assert len(lab.history["loss"]) == 20


def test_the_weights_are_those_that_fit_comes_to() -> None:
    lab = Dashboard(TrainingConfig(problem="csv", optimizer="adam", learning_rate=0.01, epochs=30, batch_size=100),
                    model=net(), data=(X, Y), loss="mse")  # fmt: skip
    try:
        lab.play()
        rest(lab)
        split = lab._session.scene.learner.split  # type: ignore[attr-defined]  # a ModelScene
        fitted = net()
        fitted.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
        past = fitted.fit(split.x_train, split.y_train, batch_size=100, epochs=30, shuffle=False, verbose=0)
        assert lab.history["loss"] == pytest.approx(np.array(past.history["loss"]), rel=1e-4)
        assert lab.model is not None
        for ours, theirs in zip(lab.model.get_weights(), fitted.get_weights(), strict=True):
            assert ours == pytest.approx(theirs, rel=1e-3, abs=1e-5)
        steps, losses = lab.history.steps("validation_loss"), lab.history["validation_loss"]
        assert (steps[0], steps[-1]) == (0, 30)
        assert losses[-1] == pytest.approx(fitted.evaluate(split.x_val, split.y_val, verbose=0), rel=1e-3)
        assert lab.history["validation_metric"].shape == lab.history["training_metric"].shape == steps.shape
    finally:
        lab.close()
