"""Generated text, against a loop of one character after the other and against a known distribution."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from core.config.suggested import suitable
from core.datasets.python_help import text
from core.datasets.vocabulary import Vocabulary
from core.findings import generated_text
from core.findings.generated_text import TextProbe, text_length
from tests.support.learners import assert_left_alone, learner_of, numpy_softmax, trainer_of

LETTERS = Vocabulary.of_characters(text(), "")


def test_greedy_text_is_what_a_loop_over_the_model_writes() -> None:
    learner = learner_of("python_help", family="decoder", width=8, depth=1, examples=400, learning_rate=0.02)
    trainer = trainer_of(learner)
    trainer.advance(40)
    found = TextProbe(learner).look(trainer.snapshot())
    assert found.prompt == LETTERS.decode(learner.split.x_val[0])
    tokens = LETTERS.encode(found.prompt).tolist()
    for _ in range(30):
        logits = learner.objective.predict(np.array([tokens[-64:]], np.int32))[0, -1]
        tokens.append(int(logits.argmax()))
    assert found.greedy[:30] == LETTERS.decode(np.array(tokens[64:]))
    assert (len(found.greedy), len(found.sampled)) == (200, 200)


def test_candidates_are_the_six_likeliest_characters_after_the_prompt() -> None:
    learner = learner_of("python_help", family="rnn_text", width=8, depth=1, examples=200)
    found = TextProbe(learner).look(trainer_of(learner).snapshot())
    shares = numpy_softmax(learner.objective.predict(learner.split.x_val[:1])[0, -1])
    order = np.argsort(-shares)[:6]
    assert [character for character, _ in found.candidates] == [learner.split.classes[token] for token in order]
    assert [share for _, share in found.candidates] == pytest.approx(shares[order].tolist(), rel=1e-5)


def test_sampled_characters_come_as_often_as_a_softmax_at_temperature_0_8_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(generated_text, "LONGEST", 4000)
    learner = learner_of("python_help", family="rnn_text", width=1, depth=1, examples=200)
    a, b = LETTERS.encode("ab")
    bias = np.full(len(learner.split.classes), -100.0)
    bias[[a, b]] = 2.0, 1.2
    model = learner.objective.model
    model.set_weights([*(np.zeros(weight.shape) for weight in model.get_weights()[:-1]), bias])
    found = TextProbe(learner).look(trainer_of(learner).snapshot())
    share = 1 / (1 + np.exp(-0.8 / 0.8))  # at temperature 1 it would be 0.69
    assert found.sampled.count("a") / 4000 == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 4000))
    assert found.sampled.count("a") + found.sampled.count("b") == 4000
    assert found.greedy == "a" * 4000


def test_the_same_model_writes_the_same_text_and_leaves_the_trainer_alone() -> None:
    learner = learner_of("python_help", family="rnn_text", width=8, depth=1, examples=200, dropout=0.5)
    probe, trainer = TextProbe(learner), trainer_of(learner)
    assert probe.look(trainer.snapshot()) == probe.look(trainer.snapshot())
    assert_left_alone(probe, learner)


@pytest.mark.parametrize(("flops", "length"), [(0, 200), (2 * 10**7, 200), (4 * 10**7, 100), (10**8, 40), (10**10, 10)])
def test_a_larger_model_writes_a_shorter_text_in_the_same_number_of_operations(flops: int, length: int) -> None:
    assert text_length(flops) == length


def test_a_text_is_written_in_less_than_half_a_second_by_a_model_of_the_suitable_size() -> None:
    settings: dict[str, Any] = {**suitable("python_help"), "examples": 100}
    learner = learner_of("python_help", **settings)
    probe, trainer = TextProbe(learner), trainer_of(learner)
    probe.look(trainer.snapshot())  # compiles
    seconds = []
    for _ in range(3):  # the fastest one: other programs may hold up the rest
        started = time.perf_counter()
        assert len(probe.look(trainer.snapshot()).sampled) == 200
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.5
