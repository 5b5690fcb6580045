"""Large with zeros against small without: equal bytes, the interval of Student, and one real race."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.artifacts.artifact import BESIDE, Artifact
from core.artifacts.change import steps_of
from core.compression.making import Workbench
from core.compression.race import RaceResult, as_large_as, notes_of, packed_bytes
from core.compression.subject import Subject, loaded_model
from core.config.training_config import TrainingConfig
from core.export.run_files import keras_file
from core.field import ConfigError
from core.language import use
from core.learning.setup import ModelSetup
from tests.support.learners import learner_of
from widgets.compress.pareto_chart import ParetoChart

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own, where it writes weights


def test_the_small_model_takes_as_many_bytes_as_it_may_and_no_more() -> None:
    setup = ModelSetup.of(TrainingConfig.suited_to("digits").replace(family="mlp", size=20000))
    for most in (8_000, 20_000):
        small = as_large_as(most, setup)
        taken = packed_bytes(small.family.build(small.spec))
        wider = small.family.build(small.family.of_depth(small.spec.depth, round(1.15 * small.parameters), small.spec))
        assert taken <= most < packed_bytes(wider)
        assert small.spec.depth == setup.spec.depth
    with pytest.raises(ConfigError, match="as small"):
        as_large_as(100, setup)


@pytest.mark.parametrize("family", ["linear", "mlp"])
def test_the_smallest_model_of_a_family_has_no_rival_and_is_given_no_advice(family: str) -> None:
    setup = ModelSetup.of(TrainingConfig.suited_to("digits").replace(family=family))
    smallest = replace(setup, spec=setup.family.of_depth(setup.spec.depth, 1, setup.spec))
    with pytest.raises(ConfigError, match="smaller than this one"):
        as_large_as(100, smallest)


def test_the_interval_is_that_of_paired_differences_by_student() -> None:
    result = RaceResult((0.95, 0.96, 0.97), (0.93, 0.95, 0.94), 100, 100)
    assert result.difference == pytest.approx(0.02)
    assert result.interval == pytest.approx((0.02 - 4.302653 * 0.01 / 3**0.5, 0.02 + 4.302653 * 0.01 / 3**0.5))
    assert RaceResult((0.9,), (0.8,), 1, 1).interval is None


@pytest.mark.parametrize(
    ("sparse", "sentence"),
    [
        ((0.95, 0.951, 0.952), "Large with zeros is better by +5.10 points [+4.85, +5.35]."),
        ((0.85, 0.851, 0.852), "Small without zeros is better: large with zeros differs by −4.90 points"),
        ((0.95, 0.85, 0.90), "These pairs cannot tell the two apart"),
        ((0.95,), "One pair says nothing of chance"),
    ],
)
def test_the_verdict_is_a_sentence_with_its_interval(sparse: tuple[float, ...], sentence: str) -> None:
    use("en")
    said = notes_of(RaceResult(sparse, (0.9,) * len(sparse), 5000, 4900), 20000, 2000)
    assert said[1].startswith(sentence)


def test_a_race_trains_both_and_leaves_the_large_one_with_its_zeros(tmp_path: Path) -> None:
    use("en")
    config = TrainingConfig.suited_to("digits").replace(family="mlp", size=5000)
    learner = learner_of("digits", family="mlp", size=5000)
    bench = Workbench(Subject("", keras_file(learner.objective.model), config))
    asked = steps_of([("race", {"sparsity": "0.8", "pairs": "2", "updates": "200"})])
    made = bench.make(Artifact(1, asked, ""), tmp_path, lambda _share, _doing: None)
    model = loaded_model(Path(made.keras_file).read_bytes())
    kernels = np.concatenate([v.numpy().ravel() for v in model.trainable_variables if v.name == "kernel"])
    assert (kernels == 0).mean() == pytest.approx(0.8, abs=1e-3)
    assert made.measured is not None
    first, verdict = made.measured.notes[:2]
    numbers = b"".join(weight.tobytes() for weight in model.get_weights())
    assert f"{len(gzip.compress(numbers, 9)) / 1000:.1f}"[:3] in first
    assert "points" in verdict
    race = made.extra["race"]
    assert len(race["sparse"]) == len(race["dense"]) == 2
    assert race["sparse"][0] == pytest.approx(made.measured.accuracy.value, abs=0.02)
    beside = made.extra[BESIDE]
    assert beside.sizes.parameters == beside.sizes.non_zeros < made.measured.sizes.parameters
    assert beside.accuracy.value == pytest.approx(race["dense"][0], abs=0.02)
    assert beside.sizes.compressed < 1.2 * made.measured.sizes.compressed
    drawn = ParetoChart([made], "gzipped", None).panel().figure
    points = {text: x for trace in drawn.data if trace.text for text, x in zip(trace.text, trace.x, strict=True)}
    assert points["#1 small"] == pytest.approx(beside.sizes.compressed / 1e3)
    assert points["#1"] == pytest.approx(made.measured.sizes.compressed / 1e3)
