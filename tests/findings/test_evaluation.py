"""Evaluations against Keras' evaluate and NumPy."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from core.findings import evaluation, validated_part
from core.findings.evaluation import EvaluationProbe
from core.models.card import ModelCard
from tests.support.learners import assert_left_alone, learner_of, numpy_softmax, trainer_of


def test_loss_and_accuracy_are_those_that_keras_evaluates() -> None:
    learner = learner_of("digits", dropout=0.5, normalization="batch", examples=600)
    trainer = trainer_of(learner)
    trainer.advance(30)
    found = EvaluationProbe(learner).look(trainer.snapshot())
    model, split = learner.objective.model, learner.split
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    loss, accuracy = model.evaluate(split.x_val, split.y_val, verbose=0)
    assert (found.val_loss[0], found.val_metric[0]) == (pytest.approx(loss, rel=1e-5), pytest.approx(accuracy))
    assert (found.step.tolist(), found.metric) == ([30.0], "accuracy")
    assert (found.n_train, found.n_val) == (120, 120)
    assert found.baselines == learner.baselines
    assert {getattr(found, name).dtype for name in evaluation.NAMES} == {np.dtype(np.float64)}


def test_of_a_quantity_the_metric_is_r2_of_each_part() -> None:
    learner = learner_of("diabetes", family="linear", train_share=0.5)
    trainer = trainer_of(learner)
    trainer.advance(50)
    found = EvaluationProbe(learner).look(trainer.snapshot())
    split = learner.split
    weights, bias = learner.objective.model.get_weights()
    for x, y, loss, r2 in (
        (split.x_train, split.y_train, found.train_loss, found.train_metric),
        (split.x_val, split.y_val, found.val_loss, found.val_metric),
    ):
        error = np.mean((x.astype(float) @ weights + bias - y) ** 2)
        assert loss[0] == pytest.approx(error, rel=1e-5)
        assert r2[0] == pytest.approx(1 - error / np.var(y.astype(float)), rel=1e-4)


def test_of_a_text_the_metric_is_the_perplexity_of_the_first_drawn_pieces() -> None:
    learner = learner_of("python_help", family="decoder", width=8, depth=1, examples=200)
    found = EvaluationProbe(learner).look(trainer_of(learner).snapshot())
    split = learner.split
    shares = numpy_softmax(learner.objective.predict(split.x_val))
    loss = -np.log(np.take_along_axis(shares, split.y_val[..., None], -1)).mean()
    assert found.val_loss[0] == pytest.approx(loss, rel=1e-5)
    assert found.val_metric[0] == pytest.approx(np.exp(loss), rel=1e-4)


def test_the_penalties_of_l1_and_l2_are_part_of_the_loss_as_in_evaluate() -> None:
    learner = learner_of("spiral", l1=0.1, l2=0.1)
    found = EvaluationProbe(learner).look(trainer_of(learner).snapshot())
    model, split = learner.objective.model, learner.split
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    expected = model.evaluate(split.x_val, split.y_val, verbose=0)
    assert found.val_loss[0] == pytest.approx(expected, rel=1e-6)


def test_every_class_is_in_the_sample_of_the_training_part() -> None:
    learner = learner_of("mnist", family="linear")
    probe = EvaluationProbe(learner)
    counts = np.bincount(np.asarray(probe._train.y), minlength=10)
    assert counts.sum() == 1000
    assert counts.min() > 60  # a hundred of each on average, with a standard deviation of nine


def test_the_model_is_traced_once_whatever_the_size_of_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    learner = learner_of("spiral", examples=700)  # 560 to train on, 140 to validate on: three sizes of a batch
    traces: list[None] = []
    of_model = learner.objective._call

    def counted(*batch: Any) -> object:
        traces.append(None)
        return of_model(*batch)

    monkeypatch.setattr(learner.objective, "_call", counted)
    probe = EvaluationProbe(learner)
    probe.look(trainer_of(learner).snapshot())
    probe.look(trainer_of(learner).snapshot())
    assert len(traces) == 1


def test_evaluations_add_up_one_for_each_step_until_they_are_forgotten() -> None:
    learner = learner_of("spiral")
    trainer, probe = trainer_of(learner), EvaluationProbe(learner)
    first = probe.look(trainer.snapshot())
    probe.look(trainer.snapshot())
    trainer.advance(7)
    found = probe.look(trainer.snapshot())
    assert found.step.tolist() == [0, 7]
    assert found.val_loss[0] == first.val_loss[0] != found.val_loss[1]
    assert first.step.tolist() == [0]
    probe.forget()
    assert probe.look(trainer.snapshot()).step.tolist() == [7]


def test_a_long_history_is_thinned_to_true_points_between_the_first_and_the_newest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evaluation, "MOST_POINTS", 20)
    learner = learner_of("circle", family="linear")
    trainer, probe = trainer_of(learner), EvaluationProbe(learner)
    true = {}
    for _ in range(60):
        trainer.advance(1)
        found = probe.look(trainer.snapshot())
        true[found.step[-1]] = found.val_loss[-1]
        assert len(found.step) <= 20
    assert (found.step[0], found.step[-1]) == (1, 60)
    assert [true[step] for step in found.step] == found.val_loss.tolist()
    assert np.all(np.diff(found.step) > 0)


def test_looking_leaves_the_trainer_alone() -> None:
    learner = learner_of("spiral", dropout=0.5, normalization="batch")
    assert_left_alone(EvaluationProbe(learner), learner)


def test_an_expensive_model_is_validated_on_the_same_part_of_the_examples_each_time_which_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learner = learner_of("digits", examples=1800)
    flops = learner.card.flops
    assert flops is not None
    monkeypatch.setattr(validated_part, "FEWEST", 100)
    monkeypatch.setattr(validated_part, "FEWEST_TRAINING", 50)
    monkeypatch.setattr(validated_part, "MOST_FLOPS", 250.0 * flops)
    monkeypatch.setattr(validated_part, "CHEAP_FLOPS", 250.0 * flops)
    trainer = trainer_of(learner)
    probe = EvaluationProbe(learner)
    found = probe.look(trainer.snapshot())
    assert (found.n_train, found.n_val, found.n_held_out) == (50, 200, len(learner.split.x_val))
    assert found.is_of_part
    trainer.advance(20)
    found = probe.look(trainer.snapshot())
    rows = np.sort(np.random.default_rng(0).permutation(found.n_held_out)[:200])
    x, y = learner.split.x_val[rows], learner.split.y_val[rows]
    shares = numpy_softmax(learner.objective.predict(x))
    assert found.val_loss[1] == pytest.approx(-np.log(shares[np.arange(200), y]).mean(), rel=1e-5)
    assert found.val_metric[1] == pytest.approx((shares.argmax(1) == y).mean())


@pytest.mark.parametrize(
    ("flops", "trained", "expected"),
    [
        (1e4, 100, (1000, 5000)),  # costs nothing, however short the run
        (1e6, 10**6, (1000, 5000)),
        (12.5e6, 10**6, (320, 1280)),  # 20 GFLOP, four in five for validation
        (154e6, 10**6, (128, 512)),
        (10e9, 10**6, (128, 512)),  # never fewer
        (4e6, 40_000, (300, 1200)),  # of a short run as many as twenty looks can afford
        (4e6, 12_000, (128, 512)),
    ],
)
def test_the_fewer_examples_the_more_an_answer_costs_but_never_too_few(
    flops: float, trained: int, expected: tuple[int, int]
) -> None:
    card = ModelCard(1000, (), int(flops), 4000)
    assert validated_part._affordable(1000, 5000, trained, card) == expected
