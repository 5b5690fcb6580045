"""A run that branches off begins with its parent's weights and trains on as plain Keras does from there."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.learning.setup import ModelSetup
from core.remote.remote_run import RemoteRun
from tests.support.sessions import WAIT_S, taken
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from widgets.scenes.session import Session


LEFT, STEPS, MORE = 30, 50, 20  # where the parent is left, how far it went, how far the branch goes
FULL = {"batch_size": 10_000, "epochs": 200, "examples": 200}  # every update sees all examples
SPIRAL = TrainingConfig.suited_to("spiral").replace(**FULL, optimizer="sgd", learning_rate=0.1)
NOISY = SPIRAL.replace(batch_size=16, epochs=20, dropout=0.2, normalization="batch")


def taken_back(session: Session) -> tuple[keras.Model, list[np.ndarray]]:
    """The run's model where it is taken back to, with its weights."""
    taken(session, STEPS)
    session.go_to(LEFT)
    assert session.wait(WAIT_S)
    model = session.model
    assert model is not None
    return model, model.get_weights()


def branched(session: Session, **changes: Any) -> Session:
    session.apply(session.config.replace(**changes))
    assert session.wait(WAIT_S)
    return session


def losses_of_keras(
    model: keras.Model, weights: list[np.ndarray], config: TrainingConfig, optimizer: keras.optimizers.Optimizer
) -> list[float]:
    """The losses that `fit` finds from these weights on, before each of its updates with all examples."""
    split = ModelSetup.of(config).dataset.load(config.examples, config.data_noise, config.train_share, config.seed)
    model.set_weights(weights)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    fitted = model.fit(split.x_train, split.y_train, batch_size=len(split.x_train), epochs=MORE, verbose=0)
    return fitted.history["loss"]


@pytest.mark.parametrize(
    ("changes", "optimizer"),
    [
        ({"optimizer": "adam", "learning_rate": 0.01}, keras.optimizers.Adam(0.01)),
        ({"optimizer": "rmsprop", "learning_rate": 0.003}, keras.optimizers.RMSprop(0.003)),
    ],
)
def test_it_makes_the_losses_that_plain_keras_makes_from_the_parents_weights(
    begin: Callable[..., Session], changes: dict[str, Any], optimizer: keras.optimizers.Optimizer
) -> None:
    session = begin(SPIRAL)
    model, weights = taken_back(session)
    branched(session, **changes)
    assert (session.run.step, session.run.recorded) == (0, 0)
    taken(session, MORE)
    expected = losses_of_keras(model, weights, SPIRAL, optimizer)
    np.testing.assert_allclose(session.history["loss"], expected, rtol=0, atol=1e-5)
    assert expected[0] < 0.99 * losses_of_keras(model, fresh(SPIRAL), SPIRAL, keras.optimizers.SGD(0.1))[0]


def fresh(config: TrainingConfig) -> list[np.ndarray]:
    """The weights that the seed draws."""
    setup = ModelSetup.of(config)
    keras.utils.set_random_seed(config.seed)
    return setup.family.build(setup.spec).get_weights()


def test_averages_of_batch_normalization_come_along(begin: Callable[..., Session]) -> None:
    session = begin(NOISY)
    _model, weights = taken_back(session)
    branched(session, optimizer="adam", learning_rate=0.01, dropout=0.4)
    model = session.model
    assert model is not None
    ours = [value for value in model.get_weights() if value.dtype.kind == "f"]
    floats = [value for value in weights if value.dtype.kind == "f"]
    assert len(ours) == len(floats) > 8
    for value, theirs in zip(ours, floats, strict=True):
        np.testing.assert_array_equal(value, theirs)


def test_it_is_kept_as_a_child_that_the_list_finds(begin: Callable[..., Session]) -> None:
    session = begin(SPIRAL)
    taken_back(session)
    taken(branched(session, optimizer="adam"), 5)
    assert session.keep(WAIT_S)
    store = session._recorder.store
    child, parent = store
    assert (child.parent, child.parent_step, child.parent_number) == (parent.id, LEFT, parent.number)
    assert (parent.parent, parent.parent_step, parent.steps, child.steps) == (None, None, STEPS, 5)
    assert [run.id for run in store.runs(f"parent = {parent.number} and parent_step >= {LEFT}")] == [child.id]
    assert store.to_dict()["parent_step"] == [LEFT, None]


@pytest.mark.parametrize("step", [None, 0, 7])
def test_opened_from_the_list_it_goes_its_recorded_way(begin: Callable[..., Session], step: int | None) -> None:
    live = begin(NOISY)
    taken_back(live)
    taken(branched(live, optimizer="adam", learning_rate=0.01, schedule="cosine"), MORE)
    assert live.keep(WAIT_S)
    store = live._recorder.store
    child = store[0]
    opened = begin()
    opened.open_kept(child, step)
    assert opened.wait(WAIT_S)
    assert opened.run.step == (MORE if step is None else step)
    opened.go_to(0)
    assert opened.wait(WAIT_S)
    opened.fork()
    for session in (live, opened):
        taken(session, 10 if session is live else MORE + 10)
    np.testing.assert_allclose(opened.history["loss"], live.history["loss"], rtol=0, atol=1e-6)
    assert opened.keep(WAIT_S)
    assert {run.parent for run in store if run.parent_step == LEFT} == {child.parent}


def test_reset_and_an_engine_that_died_lead_back_to_the_parents_weights(begin: Callable[..., Session]) -> None:
    session = begin(NOISY)
    taken_back(session)
    taken(branched(session, optimizer="adam", learning_rate=0.01), MORE)
    first = session.history["loss"]
    session.restart()
    taken(session, MORE)
    np.testing.assert_allclose(session.history["loss"], first, rtol=0, atol=1e-6)
    run = session.run
    assert isinstance(run, RemoteRun)
    assert run.process_id is not None
    before = run.process_id
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: run.process_id != before and run.is_up_to_date and run.record is not None, WAIT_S)
    assert session.wait(WAIT_S)
    np.testing.assert_allclose(session.history["loss"], first, rtol=0, atol=1e-6)


def test_a_second_change_before_its_first_step_leaves_it_where_it_began(begin: Callable[..., Session]) -> None:
    session = begin(SPIRAL)
    model, weights = taken_back(session)
    session.apply(session.config.replace(batch_size=8))
    branched(session, optimizer="adam", learning_rate=0.01, batch_size=FULL["batch_size"])
    taken(session, MORE)
    expected = losses_of_keras(model, weights, SPIRAL, keras.optimizers.Adam(0.01))
    np.testing.assert_allclose(session.history["loss"], expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("changes", [{"width": 7}, {"normalization": "layer"}, {"problem": "circle"}])
def test_weights_of_other_shapes_are_fresh(begin: Callable[..., Session], changes: dict[str, Any]) -> None:
    session = begin(SPIRAL)
    taken_back(session)
    branched(session, **changes)
    assert session.staged.branch is None
    taken(session, 3)
    alone = taken(begin(session.config), 3)
    np.testing.assert_allclose(session.history["loss"], alone.history["loss"], rtol=0, atol=1e-6)


def test_a_run_at_its_end_begins_anew_with_fresh_weights(begin: Callable[..., Session]) -> None:
    session = taken(begin(SPIRAL), 5)
    branched(session, optimizer="adam")
    assert session.staged.branch is None


def test_its_script_begins_with_the_parents_weights_while_they_are_kept(
    begin: Callable[..., Session], tmp_path: Path
) -> None:
    session = begin(SPIRAL)
    _model, weights = taken_back(session)
    taken(branched(session, optimizer="adam"), 5)
    assert session.keep(WAIT_S)
    child = session._recorder.store[0]
    assert session.saved is not None
    assert session.saved.to_json()["branch"]
    script, data = child.save(tmp_path / "run.py")
    assert "weight_" in script.read_text()
    with np.load(data) as saved:
        for place, value in enumerate(weights):
            np.testing.assert_array_equal(saved[f"weight_{place}"], value)
    assert child.save(tmp_path / "run.csv")
    kept = child.saved_at(5).branch
    assert kept is not None
    assert kept.weights is not None
    lost = replace(child, load_inherited=lambda _id: ())
    for attempt in (lambda: lost.saved_at(5), lambda: lost.save(tmp_path / "lost.py")):
        with pytest.raises(ConfigError, match="these are no longer kept"):
            attempt()
    assert not (tmp_path / "lost.py").exists()


def test_a_branch_of_a_branch_goes_back_through_both(begin: Callable[..., Session]) -> None:
    session = begin(SPIRAL)
    taken_back(session)
    taken(branched(session, optimizer="adam", learning_rate=0.01), MORE)
    session.go_to(10)
    assert session.wait(WAIT_S)
    model = session.model
    assert model is not None
    weights = model.get_weights()
    branched(session, optimizer="rmsprop", learning_rate=0.003)
    taken(session, MORE)
    expected = losses_of_keras(model, weights, SPIRAL, keras.optimizers.RMSprop(0.003))
    np.testing.assert_allclose(session.history["loss"], expected, rtol=0, atol=1e-5)
    assert session.keep(WAIT_S)
    grandchild, child, parent = session._recorder.store
    assert (grandchild.parent, grandchild.parent_step, child.parent) == (child.id, 10, parent.id)
