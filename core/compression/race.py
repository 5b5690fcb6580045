"""A large model with zeros against a small one without, at equal bytes: both trained anew, several times."""

from __future__ import annotations

import gzip
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.artifacts.quantity import Explained
from core.compression.work import DIVERGED
from core.field import ConfigError
from core.language import _
from core.learning.learner import build_learner
from core.number_text import bytes_text, count_text, percent
from core.optimizers.pruning import GRADUAL, NONE
from core.pruning.fine_tuning import FineTuningFailed, train
from core.student_t import quantile
from core.training.build import build_trainer

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from core.artifacts.change import Step
    from core.compression.work import Work
    from core.config.training_config import TrainingConfig
    from core.learning.learner import Learner
    from core.learning.setup import ModelSetup

HALVINGS = 20  # of the interval of sizes that is searched
SURE = 0.975  # one end of a 95 % interval


@dataclass(frozen=True)
class RaceResult:
    """The held-out scores of each pair, which had one seed, and what both take.

    Attributes:
        sparse, dense: Right answers of all, or R² of a quantity, one a pair.
        sparse_bytes, dense_bytes: Of the weights through gzip, of the first pair.
    """

    sparse: tuple[float, ...]
    dense: tuple[float, ...]
    sparse_bytes: int
    dense_bytes: int

    @property
    def difference(self) -> float:
        """The mean of sparse minus dense."""
        return float(np.mean(np.subtract(self.sparse, self.dense)))

    @property
    def interval(self) -> tuple[float, float] | None:
        """Mean ± t(0.975, n - 1) s / sqrt(n) over the pairs; None of a single one."""
        apart, n = np.subtract(self.sparse, self.dense), len(self.sparse)
        if n < 2:
            return None
        reach = quantile(SURE, n - 1) * float(apart.std(ddof=1)) / math.sqrt(n)
        return self.difference - reach, self.difference + reach


def race(_model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The large model with zeros of the first pair, the small one of it beside; the result is a note."""
    if work.own is not None:
        raise ConfigError(_("A smaller model of your own kind is not known, so there is none to race against."))
    pairs, updates = step.whole("pairs"), step.whole("updates")
    config = work.setup.config.replace(pruning=GRADUAL, sparsity=step.number("sparsity"))
    sparse, dense, held = [], [], (0, 0)
    first: keras.Model | None = None
    small: ModelSetup | None = None
    for pair in range(pairs):
        seed = config.seed + pair
        large = _trained(_with_seed(work.setup, config, seed), updates, _share(work, 2 * pair, 2 * pairs))
        if small is None:
            small = as_large_as(packed_bytes(large.objective.model), work.setup)
            first = large.objective.model
        other = _trained(
            _with_seed(small, small.config.replace(pruning=NONE), seed),
            updates, _share(work, 2 * pair + 1, 2 * pairs),
        )  # fmt: skip
        if pair == 0:
            held = packed_bytes(large.objective.model), packed_bytes(other.objective.model)
            work.beside = other.objective.model
        sparse.append(score(large))
        dense.append(score(other))
    assert first is not None
    assert small is not None
    result = RaceResult(tuple(sparse), tuple(dense), *held)
    work.notes += notes_of(result, first.count_params(), small.parameters)
    work.extra["race"] = {"sparse": result.sparse, "dense": result.dense}
    return first


def as_large_as(most: int, setup: ModelSetup) -> ModelSetup:
    """`setup` with the largest size of its family, at its depth, whose weights through gzip take at most `most` bytes.

    Raises:
        ConfigError: Even the smallest model takes more.
    """
    low, high = 1.0, float(setup.parameters)
    found = None
    for _halving in range(HALVINGS):
        middle = math.sqrt(low * high)
        spec = setup.family.of_depth(setup.spec.depth, round(middle), setup.spec)
        if packed_bytes(setup.family.build(spec)) <= most:
            low, found = middle, spec
        else:
            high = middle
        if high / low < 1.01:
            break
    if found is None:
        smallest = setup.family.of_depth(setup.spec.depth, 1, setup.spec)
        if setup.family.count(smallest) >= setup.parameters:
            raise ConfigError(_("No model of this family is smaller than this one: none can race its zeros."))
        raise ConfigError(_("No model of this family is as small as this one with its zeros: choose a lower share."))
    return replace(setup, spec=found)


def packed_bytes(model: keras.Model) -> int:
    """How many bytes the weights, float32, take through gzip."""
    numbers = b"".join(np.ascontiguousarray(weight, np.float32).tobytes() for weight in model.get_weights())
    return len(gzip.compress(numbers, 9))


def score(learner: Learner) -> float:
    """The share of right answers on the held-out examples, or R² of a quantity."""
    split = learner.split
    outputs = learner.objective.predict(split.x_val)
    if split.y_val.dtype.kind == "f":
        return Explained.of(outputs, split.y_val).value
    return float((outputs.argmax(-1) == split.y_val).mean())


def notes_of(result: RaceResult, large: int, small: int) -> list[str]:
    """The result in sentences; `large` and `small` are the parameters."""
    said = _(
        "Large with zeros, {large} parameters, takes {sparse_bytes} through gzip and scores {sparse}; small without, "
        "{small} parameters, takes {dense_bytes} and scores {dense}: means over {count} pairs of held-out scores.",
        large=count_text(large), small=count_text(small), sparse=percent(float(np.mean(result.sparse))),
        dense=percent(float(np.mean(result.dense))), sparse_bytes=bytes_text(result.sparse_bytes),
        dense_bytes=bytes_text(result.dense_bytes), count=len(result.sparse),
    )  # fmt: skip
    return [said, _verdict(result)]


def _verdict(result: RaceResult) -> str:
    interval = result.interval
    if interval is None:
        return _("One pair says nothing of chance: race at least two.")
    words = {"points": _points(result.difference), "low": _points(interval[0]), "high": _points(interval[1])}
    if interval[0] > 0:
        return _("Large with zeros is better by {points} points [{low}, {high}].", **words)
    if interval[1] < 0:
        return _("Small without zeros is better: large with zeros differs by {points} points [{low}, {high}].", **words)
    return _("These pairs cannot tell the two apart: {points} points [{low}, {high}].", **words)


def _points(share: float) -> str:
    return f"{100 * share:+.2f}".replace("-", "−")


def _with_seed(setup: ModelSetup, config: TrainingConfig, seed: int) -> ModelSetup:
    return replace(setup, config=config.replace(seed=seed))


def _share(work: Work, place: int, count: int) -> Callable[[int, int], None]:
    def report(done: int, updates: int) -> None:
        work.report(
            (place + done / updates) / count,
            _("Race: training {place} of {count}, {done} of {all} updates", place=place + 1, count=count, done=done,
              all=updates),
        )  # fmt: skip

    return report


def _trained(setup: ModelSetup, updates: int, report: Callable[[int, int], None]) -> Learner:
    learner = build_learner(setup)
    trainer = build_trainer(setup.config, learner.objective)
    trainer.set_total(updates)
    try:
        train(trainer, updates, lambda done: report(done, updates))
    except FineTuningFailed as error:
        raise ConfigError(DIVERGED) from error
    return learner
