"""Pruning inside the compiled loop: against loops of Keras with masks made by NumPy, under every optimizer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.config.training_config import TrainingConfig
from core.geometry.derivatives import Gradients
from core.geometry.model_step_view import next_terms
from core.learning.model_objective import ModelObjective
from core.models.family import MODELS
from core.models.spec import ModelSpec
from core.optimizers.pruning import kept_weights, planned_sparsity
from core.optimizers.registry import OPTIMIZERS
from core.optimizers.weight_masks import WeightMasks
from core.runs.past.rewind import Rewind
from core.runs.past.setting_changes import SettingChange
from core.training.build import build_trainer
from core.training.flat_weights import flatten

if TYPE_CHECKING:
    from core.training.trainer import Trainer

RNG = np.random.default_rng(3)
X = RNG.normal(size=(40, 3))
Y = np.sin(X[:, :1]) * X[:, 1:2]
BASE = TrainingConfig(problem="spiral", epochs=400, batch_size=40, learning_rate=0.01, pruning="gradual", sparsity=0.9)


def mlp() -> keras.Model:
    keras.utils.set_random_seed(8)
    return MODELS["mlp"].build(ModelSpec((3,), 1, width=12, depth=2, activation="tanh"))


def trainer_of(**settings: object) -> Trainer:
    return build_trainer(BASE.replace(**settings), ModelObjective(mlp(), X, Y, loss="mse"))


def kernels(variables: list[keras.Variable]) -> np.ndarray:
    return np.concatenate([v.numpy().ravel() for v in variables if v.name == "kernel"])


def zeros(trainer: Trainer) -> float:
    return float((kernels(list(trainer.variables)) == 0).mean())


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_zeros_hold_under_every_optimizer_as_in_a_loop_of_keras(optimizer: str) -> None:
    rate = 0.001 if optimizer == "lion" else 0.01
    trainer = trainer_of(optimizer=optimizer, learning_rate=rate)
    model, total = mlp(), 400
    rule = OPTIMIZERS[optimizer].build(vars(trainer_config := BASE.replace(optimizer=optimizer, learning_rate=rate)))
    assert trainer_config.learning_rate == rate
    model.compile(rule, "mse")
    pruned = [v for v in model.trainable_variables if v.name == "kernel"]
    kept = [np.ones(v.shape, bool) for v in pruned]
    for step in range(1, 61):
        model.train_on_batch(X, Y)
        values = [v.numpy() for v in pruned]
        if step == 1 or step % 25 == 0:  # a sixteenth of the run
            size = np.sort(np.abs(np.concatenate([v.ravel() for v in values])))
            count = int(0.9 * (1 - (1 - step / (0.75 * total)) ** 3) * len(size))
            kept = [np.abs(v) > size[count - 1] if count else np.ones(v.shape, bool) for v in values]
        for v, value, mask in zip(pruned, values, kept, strict=True):
            v.assign(value * mask)
    trainer.advance(17)
    trainer.advance(43)
    for ours, theirs in zip(trainer.variables, model.trainable_variables, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=2e-4, atol=2e-5)
    assert zeros(trainer) == pytest.approx(1 - sum(m.sum() for m in kept) / sum(m.size for m in kept))


def test_at_the_end_the_share_is_the_one_asked_for_and_masked_weights_are_exactly_zero() -> None:
    trainer = trainer_of()
    trainer.advance(400)
    count = kernels(list(trainer.variables)).size
    assert zeros(trainer) == int(0.9 * count + 1e-6) / count
    assert float(planned_sparsity(400, 400, 0.9)) == 0.9


def test_the_slider_moves_the_zeros_at_the_next_update_and_compiles_nothing() -> None:
    trainer = trainer_of()
    trainer.advance(350)
    program = trainer.loop.program
    traces = program.experimental_get_tracing_count()
    trainer.set(sparsity=0.95)
    assert trainer.hyper()["sparsity"] == 0.95
    trainer.advance(1)
    count = kernels(list(trainer.variables)).size
    assert zeros(trainer) == int(0.95 * count + 1e-6) / count
    trainer.set(sparsity=0.3)
    trainer.advance(40)  # weights that are free again move
    assert zeros(trainer) == pytest.approx(0.3, abs=0.01)
    assert program.experimental_get_tracing_count() == traces
    assert trainer.loop.program is program


def test_freed_weights_are_spread_over_the_layers() -> None:
    values = [np.zeros((40, 10)), np.zeros((10, 30)), np.arange(1.0, 101)]
    first, second, third = kept_weights(values, 0.5)
    assert third.all()
    assert first.mean() == pytest.approx(0.43, abs=0.06)
    assert second.mean() == pytest.approx(0.43, abs=0.06)
    assert first.sum() + second.sum() + third.sum() == 400


def test_the_masks_of_numpy_and_of_the_program_are_the_same() -> None:
    trainer = trainer_of(sparsity=0.6)
    trainer.advance(330)
    trainer.set(sparsity=0.25)
    before = [v.numpy() for v in trainer.variables if v.name == "kernel"]
    masks = trainer.snapshot().masks
    assert masks is not None
    assert masks.chosen_share == pytest.approx(0.25)
    trainer.set(learning_rate=0.0)
    trainer.advance(1)
    after = trainer.snapshot().masks
    assert after is not None
    size = np.abs(np.concatenate([value.ravel() for value in before]))
    order = np.lexsort((np.arange(len(size)) * 2654435761 % 2**31, size))
    kept = np.isin(np.arange(len(size)), order[: len(size) // 4], invert=True)
    np.testing.assert_array_equal(np.concatenate([mask.numpy().ravel() for mask in after.kept]), kept)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "adamw"])
def test_the_update_that_is_explained_is_the_one_that_is_made(optimizer: str) -> None:
    trainer = trainer_of(optimizer=optimizer)
    for step in (0, 3, 149, 331):  # the first and the 150th choose zeros anew, the others leave them
        trainer.advance(step - trainer.step)
        seen, before = trainer.snapshot(), flatten(trainer.variables, float)
        gradients = Gradients(trainer.objective)
        gradient, squares = gradients.gradient_and_squares(seen.weights, seen.state, seen.rows, seen.loss_scale)
        explained = next_terms(seen, OPTIMIZERS[optimizer], gradient, squares).update
        trainer.advance(1)
        np.testing.assert_allclose(explained, flatten(trainer.variables, float) - before, rtol=1e-3, atol=2e-6)


def test_a_run_that_is_taken_back_has_the_same_zeros_again_also_over_a_change() -> None:
    trainer, rewind, asked = trainer_of(), Rewind(), [SettingChange(150, "sparsity", 0.9, 0.5)]
    rewind.begin(trainer)
    points = []
    for step in range(200):
        if step == 150:
            trainer.set(sparsity=0.5)
        points.append(kernels(list(trainer.variables)))
        trainer.advance(1)
        rewind.note(trainer, float(step))
    for step in (120, 10, 180, 151):
        rewind.go_to(trainer, step, asked, lambda: True)
        np.testing.assert_array_equal(kernels(list(trainer.variables)), points[step])


def test_a_reset_begins_without_zeros_and_makes_the_same_run_again() -> None:
    trainer = trainer_of()
    first = trainer.advance(300).loss
    trainer.reset(trainer.objective.initial)
    assert zeros(trainer) == 0
    np.testing.assert_array_equal(trainer.advance(300).loss, first)


@pytest.mark.parametrize("step", [1, 7, 8, 344, 345])
def test_the_recorded_norm_is_that_of_the_update_that_was_made_also_where_weights_become_zero(step: int) -> None:
    trainer = trainer_of()
    trainer.advance(step - 1)
    before = flatten(trainer.variables, float)
    recorded = trainer.advance(1).update_norm
    made = np.linalg.norm(flatten(trainer.variables, float) - before)
    assert recorded == pytest.approx([made], rel=1e-4)


SIZES = {
    "normal": lambda chance, n: chance.normal(size=n),
    "mostly zero": lambda chance, n: chance.normal(size=n) * (chance.random(n) < 0.1),
    "of two scales": lambda chance, n: chance.normal(size=n) * np.where(chance.random(n) < 0.6, 1e-6, 1.0),
    "of few values": lambda chance, n: chance.integers(-3, 4, n).astype(float),
    "all alike": lambda chance, n: np.ones(n),
    "tiny": lambda chance, n: chance.normal(size=n) * 1e-38,
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", list(SIZES))
def test_the_largest_weights_stay_whatever_their_sizes(kind: str, dtype: str) -> None:
    values = SIZES[kind](np.random.default_rng(5), 60_000).astype(dtype)
    weights = [keras.Variable(part, dtype=dtype, name="kernel") for part in np.split(values, [20_000])]
    masks = WeightMasks(weights, 0.5, 1.0)
    choose = tf.function(masks.choose, autograph=False, jit_compile=True)
    for sparsity in (0.0, 0.3, 0.5, 0.9, 0.99):
        for weight, part in zip(weights, np.split(values, [20_000]), strict=True):
            weight.assign(part)
        masks.sparsity.assign(sparsity)
        choose(tf.constant(1, tf.int64))
        order = np.lexsort((np.arange(len(values)) * 2654435761 % 2**31, np.abs(values)))
        gone = np.zeros(len(values), bool)
        gone[order[: int(sparsity * len(values) + 1e-6)]] = True
        kept = np.concatenate([mask.numpy() for mask in masks.at(0).kept])
        np.testing.assert_array_equal(kept, ~gone)
        np.testing.assert_array_equal(np.concatenate([w.numpy() for w in weights]), np.where(gone, 0, values))


def test_how_the_calls_are_cut_changes_nothing() -> None:
    whole, cut = trainer_of(), trainer_of()
    whole.advance(240)
    for _call in range(20):
        cut.advance(12)
    np.testing.assert_array_equal(kernels(list(whole.variables)), kernels(list(cut.variables)))


def test_a_longer_run_has_its_zeros_later() -> None:
    trainer = trainer_of()
    trainer.set_total(4000)
    trainer.advance(400)
    assert zeros(trainer) == pytest.approx(float(planned_sparsity(400, 4000, 0.9)), abs=0.02)
