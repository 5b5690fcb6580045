"""Training is right and not only fast: held-out accuracy with the settings that the page starts from."""

from __future__ import annotations

import numpy as np
import pytest

from core.config.suggested import suitable
from core.config.training_config import TrainingConfig
from core.learning.learner import Learner, build_learner
from core.learning.setup import ModelSetup
from core.training.build import build_trainer


def trained(problem: str) -> Learner:
    """The learner of a problem's suitable settings, after all of its updates."""
    config = TrainingConfig.suited_to(problem)
    learner = build_learner(ModelSetup.of(config))
    trainer = build_trainer(config, learner.objective)
    steps = config.epochs * -(-len(learner.split.x_train) // config.batch_size)
    trainer.set_total(steps)
    trainer.advance(steps)
    assert (trainer.step, trainer.diverged) == (steps, False)
    return learner


@pytest.mark.parametrize(
    ("problem", "family", "least"),
    [
        ("digits", "cnn", 0.97),
        ("mnist", "cnn", 0.95),
        ("japanese_vowels", "rnn_gru", 0.94),
        ("breast_cancer", "mlp", 0.95),
        ("spiral", "mlp", 0.95),
    ],
)
def test_held_out_examples_are_classified(problem: str, family: str, least: float) -> None:
    learner = trained(problem)
    predicted = learner.objective.predict(learner.split.x_val).argmax(1)
    assert suitable(problem)["family"] == family
    assert np.mean(predicted == learner.split.y_val) >= least


def test_the_forecast_of_co2_beats_persistence_on_held_out_weeks() -> None:
    learner = trained("co2")
    split = learner.split
    assert split.y_scaling is not None
    truth, predicted = (split.y_scaling.undo(y) for y in (split.y_val, learner.objective.predict(split.x_val)))
    assert np.mean((predicted - truth) ** 2) < 0.75 * np.mean(truth**2)


def test_the_text_model_beats_unigram_and_bigram_on_the_last_part_of_the_text() -> None:
    learner = trained("python_help")
    loss = learner.objective.evaluate(learner.split.x_val, learner.split.y_val)
    assert [baseline.label for baseline in learner.baselines] == ["Unigram", "Bigram"]
    assert loss < min(baseline.loss for baseline in learner.baselines) - 0.5
