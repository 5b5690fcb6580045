"""Compression of a digits CNN: bytes, accuracy and latency of its artifacts, and what pruning costs while training."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from core.artifacts.artifact import Artifact, Measured
from core.artifacts.change import steps_of
from core.config.training_config import TrainingConfig
from core.export.run_files import keras_file
from tests.bench.figures import Figure, median

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.compression.making import Workbench
    from core.learning.learner import Learner
    from core.objectives.objective import Objective

    Asked = list[tuple[str, dict[str, Any]]]

CNN = TrainingConfig(
    problem="digits", family="cnn", size=170_000, optimizer="adam", learning_rate=0.001, batch_size=32, epochs=15
)
VOWELS = CNN.replace(problem="japanese_vowels", size=20_000, epochs=40)
INT8: Asked = [("quantize", {"scheme": "int8"})]
CALLS = 100  # of Keras, for its latency
ROUNDS, UPDATES = 21, 210  # of training with and without masks: five choices a round in a run of its length


def measure() -> Iterator[Figure]:
    """What each compression buys and costs on held-out digits, the smallest artifacts, and the price of masks."""
    learner, bench = trained(CNN)
    plain = made_of(bench, [])
    yield from _quantized(learner, bench, plain)
    yield from _smaller(bench, plain)
    yield from _smallest("digits", bench, 0.97)
    yield from _smallest("vowels", trained(VOWELS)[1], 0.94)
    yield from _masks()


def trained(config: TrainingConfig) -> tuple[Learner, Workbench]:
    from core.compression.making import Workbench
    from core.compression.subject import Subject
    from core.learning.learner import build_learner
    from core.learning.setup import ModelSetup
    from core.training.build import build_trainer

    learner = build_learner(ModelSetup.of(config))
    build_trainer(config, learner.objective).advance(updates_of(config, learner.objective))
    return learner, Workbench(Subject("", keras_file(learner.objective.model), config))


def updates_of(config: TrainingConfig, objective: Objective) -> int:
    """How many updates a run of `config` makes."""
    from core.training.batches import updates_per_epoch

    return config.epochs * updates_per_epoch(objective.n_examples, config.batch_size)


def made_of(bench: Workbench, asked: Asked) -> Measured:
    with TemporaryDirectory() as folder:
        made = bench.make(Artifact(0, steps_of(asked), ""), Path(folder), lambda _share, _doing: None)
    assert made.measured is not None
    return made.measured


def _quantized(learner: Learner, bench: Workbench, plain: Measured) -> Iterator[Figure]:
    int8 = made_of(bench, INT8)
    parameters = f"{plain.sizes.parameters} parameters, {_percent(plain)} of {plain.truths.size} right in float"
    yield Figure(
        "compress.int8.bytes", int8.sizes.dense / plain.sizes.dense, "", 0.27, f"by the float file; {parameters}", True
    )
    yield Figure("compress.int8.lost", _points(plain, int8), "points", 0.3, f"dynamic int8 at {_percent(int8)}", True)
    seconds = _keras_seconds(learner)
    against = (
        f"Keras' call of one example, {1e3 * seconds:.2f} ms, by int8 in LiteRT, {1e6 * int8.latency[1].median:.0f} µs"
    )
    yield Figure("compress.int8.faster", seconds / int8.latency[1].median, "times", 30, against)


def _keras_seconds(learner: Learner) -> float:
    model, x = learner.objective.model, learner.split.x_val[:1]
    seconds = []
    for _ in range(CALLS):
        began = time.perf_counter()
        np.asarray(model(x, training=False))
        seconds.append(time.perf_counter() - began)
    return median(seconds[CALLS // 5 :])


def _smaller(bench: Workbench, plain: Measured) -> Iterator[Figure]:
    tenth = plain.sizes.parameters // 10
    asked: dict[str, Asked] = {
        "units80": [("prune_units", {"sparsity": 0.8, "updates": 600})],
        "zeros90": [("prune", {"sparsity": 0.9, "updates": 600})],
        "student": [("distill", {"size": tenth, "updates": 2000})],
    }
    for name, steps in asked.items():
        made = made_of(bench, steps)
        against = f"{_percent(made)}, {made.sizes.dense} bytes, gzipped {made.sizes.compressed}, {_latency(made)}"
        yield Figure(f"compress.{name}.lost", _points(plain, made), "points", 1, against, at_most=True)


def _smallest(name: str, bench: Workbench, least: float) -> Iterator[Figure]:
    """The fewest bytes of a few recipes that keep an accuracy; targets are our own, as MLPerf Tiny has them."""
    recipes: list[Asked] = [[("distill", {"size": size, "updates": 3000}), *INT8] for size in (3000, 6000, 12_000)] + [
        [("prune_units", {"sparsity": sparsity, "updates": 900}), *INT8] for sparsity in (0.9, 0.95, 0.97)
    ]
    made = [made_of(bench, recipe) for recipe in recipes]
    good = [each for each in made if each.accuracy.value >= least]
    best = min(good, key=lambda each: each.sizes.dense, default=None)
    kilobytes = float("nan") if best is None else best.sizes.dense / 1e3
    against = (
        "none keeps it" if best is None else f"keeps {_percent(best)} of {best.truths.size}, of {len(made)} recipes"
    )
    yield Figure(f"compress.{name}.least", kilobytes, "kB", 30, against, at_most=True)


def _masks() -> Iterator[Figure]:
    """Updates a second of a run that prunes, by those of one that does not; rounds alternate."""
    for family in ("cnn", "mlp"):
        yield Figure(
            f"compress.masks.{family}.cost", _slower(family), "%", 10, "time of an update, pruned while training",
            at_most=True,
        )  # fmt: skip


def _slower(family: str) -> float:
    """By how many percent an update takes more CPU time, which others on the machine change least.

    Masks are chosen as often as in a run of that configuration, and the two take turns to be the first of a round. Two
    trainers without masks differed by 0.4 to 1.8 % in the median of 15 to 60 rounds, and by 6 % in that of nine.
    """
    from core.learning.learner import build_learner
    from core.learning.setup import ModelSetup
    from core.training.build import build_trainer

    trainers = []
    for pruning in ("none", "gradual"):
        config = CNN.replace(family=family, width=None, depth=None, pruning=pruning, sparsity=0.9)
        trainers.append(build_trainer(config, build_learner(ModelSetup.of(config)).objective))
        trainers[-1].set_total(updates_of(config, trainers[-1].objective))
        trainers[-1].advance(UPDATES)
    ratios = []
    for number in range(ROUNDS):
        seconds = {}
        for pruned in (0, 1) if number % 2 else (1, 0):
            began = time.process_time()
            trainers[pruned].advance(UPDATES)
            seconds[pruned] = time.process_time() - began
        ratios.append(seconds[1] / seconds[0])
    return 100 * (median(ratios) - 1)


def _points(plain: Measured, made: Measured) -> float:
    return 100 * (plain.accuracy.value - made.accuracy.value)


def _percent(made: Measured) -> str:
    return f"{100 * made.accuracy.value:.1f} %"


def _latency(made: Measured) -> str:
    return f"one example {1e6 * made.latency[1].median:.0f} µs"
