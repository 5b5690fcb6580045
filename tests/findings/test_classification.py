"""Confusion counts and sample images, against counting by hand and the raw images."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.datasets.registry import DATASETS
from core.findings import validated_part
from core.findings.classification import ConfusionProbe, SamplesProbe
from core.findings.evaluation import EvaluationProbe
from tests.support.learners import assert_left_alone, learner_of, numpy_softmax, trainer_of


def test_each_validation_example_is_counted_in_the_row_of_its_class() -> None:
    learner = learner_of("digits", family="linear")
    trainer = trainer_of(learner)
    trainer.advance(60)
    found = ConfusionProbe(learner).look(trainer.snapshot())
    assert found is not None
    weights, bias = learner.objective.model.get_weights()
    split = learner.split
    expected = np.zeros((10, 10), int)
    for x, true in zip(split.x_val, split.y_val, strict=True):
        expected[true, np.argmax(x.ravel() @ weights + bias)] += 1
    assert found.matrix.tolist() == expected.tolist()
    assert found.matrix.sum() == len(split.x_val)
    assert found.classes == DATASETS["digits"].classes


def test_of_an_expensive_model_the_examples_that_are_counted_are_those_it_is_validated_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learner = learner_of("digits", family="linear")
    flops = learner.card.flops
    assert flops is not None
    for name, value in {"FEWEST": 100, "MOST_FLOPS": 250 * flops, "CHEAP_FLOPS": 250 * flops}.items():
        monkeypatch.setattr(validated_part, name, value)
    trainer = trainer_of(learner)
    trainer.advance(60)
    found = ConfusionProbe(learner).look(trainer.snapshot())
    assert found is not None
    assert (found.matrix.sum(), found.n_held_out) == (200, len(learner.split.x_val))
    evaluated = EvaluationProbe(learner).look(trainer.snapshot())
    assert np.trace(found.matrix) / 200 == pytest.approx(evaluated.val_metric[0])
    rows = np.sort(np.random.default_rng(0).permutation(found.n_held_out)[:200])
    assert found.matrix.sum(axis=1).tolist() == np.bincount(learner.split.y_val[rows], minlength=10).tolist()


def test_more_than_twenty_classes_are_not_counted() -> None:
    learner = learner_of("digits", family="linear")
    names = tuple(f"class {number}" for number in range(101))
    many = replace(learner, split=replace(learner.split, classes=names))
    assert ConfusionProbe(many).look(trainer_of(learner).snapshot()) is None


@pytest.mark.parametrize(("name", "brightest"), [("digits", 16), ("mnist", 255)])
def test_samples_are_the_raw_images_from_0_to_1(name: str, brightest: int) -> None:
    learner = learner_of(name, family="linear")
    found = SamplesProbe(learner).look(trainer_of(learner).snapshot())
    raw = DATASETS[name].make()
    known = {image.tobytes(): label for image, label in zip(raw.x, raw.y, strict=True)}
    assert (found.images.min(), found.images.max()) == (pytest.approx(0, abs=1e-6), pytest.approx(1))
    images = np.round(found.images * brightest).astype(np.uint8)
    assert [known[image.tobytes()] for image in images] == found.truths.tolist()
    assert len(images) == 24
    assert len(set(found.truths.tolist())) == 10


def test_a_prediction_is_the_likeliest_class_with_its_softmax() -> None:
    learner = learner_of("digits", family="linear")
    trainer = trainer_of(learner)
    trainer.advance(40)
    found = SamplesProbe(learner).look(trainer.snapshot())
    weights, bias = learner.objective.model.get_weights()
    shares = numpy_softmax(learner.split.x_val[:24].reshape(24, -1) @ weights + bias)
    assert found.predictions.tolist() == shares.argmax(1).tolist()
    assert found.probabilities == pytest.approx(shares.max(1), abs=1e-5)


def test_looking_leaves_the_trainer_alone() -> None:
    learner = learner_of("digits", dropout=0.5, normalization="batch", examples=200)
    assert_left_alone(ConfusionProbe(learner), learner)
    assert_left_alone(SamplesProbe(learner), learner)
