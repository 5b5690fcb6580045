"""A run in numbers: what stays of it beside the next one, once its model, its weights and its data are gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.datasets.dataset import CSV
from core.language import _
from core.metric import metric
from core.probes.registry import COST, EVALUATION
from core.runs.status import Status
from core.training.batches import examples_seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.findings.results import Cost, Evaluations
    from core.learning.facts import LearnerFacts
    from core.learning.setup import ModelSetup
    from core.runs.any_run import AnyRun

MOST_RUNS = 5  # side by side, the one in progress included


@dataclass(frozen=True)
class RunSummary:
    """A run of a model in numbers: its settings, its results and its costs; None for what was not measured.

    `config` has the live settings as they were last, `changed_at` the updates from which those that were
    changed on the way hold. `held_out` is the same for runs whose held-out examples are the same, on `validated_on` of
    which each was validated.
    `best_metric` and `lowest_loss` are those of the evaluations that are kept, the untrained model's left
    out. `seconds` is the time trained, without pauses; `answer_ms` maps how many examples are answered at
    once to the median time that takes, if that was measured while the machine did nothing else.
    """

    config: TrainingConfig
    family: str
    data: str
    held_out: str
    metric: str
    parameters: int
    flops: int | None
    weight_bytes: int
    steps: int = 0
    examples: int = 0
    seconds: float = 0.0
    diverged: bool = False
    changed_at: Mapping[str, int] = field(default_factory=dict)
    best_metric: float | None = None
    lowest_loss: float | None = None
    seconds_per_update: float | None = None
    validated_on: int | None = None
    answer_ms: Mapping[int, float] = field(default_factory=dict)

    @property
    def examples_per_second(self) -> float | None:
        """The examples trained on each second, over the whole run."""
        return self.examples / self.seconds if self.seconds > 0 else None


def summary_of(run: AnyRun, setup: ModelSetup, facts: LearnerFacts, config: TrainingConfig) -> RunSummary:
    """The summary of `run`, which trains what `facts` describe, as it stands; `config` is its config by now."""
    card, steps = facts.card, run.step
    cost, found = run.findings.get(COST.name), run.findings.get(EVALUATION.name)
    return RunSummary(
        config=config,
        family=setup.family.label,
        data=_data_text(setup.dataset),
        held_out=facts.held_out,
        metric=setup.metric,
        parameters=card.parameters,
        flops=card.flops,
        weight_bytes=card.weight_bytes,
        steps=steps,
        examples=examples_seen(steps, facts.n_examples, config.batch_size),
        seconds=run.seconds_played,
        diverged=run.status is Status.DIVERGED,
        changed_at={mark.name: mark.step for mark in run.marks},
        best_metric=None if found is None else _best_metric(found.value),
        lowest_loss=None if found is None else _best(found.value, found.value.val_loss, sign=-1),
        seconds_per_update=run.seconds_per_update,
        validated_on=facts.n_validated or None,
        answer_ms=_medians(cost.value) if cost is not None and cost.value.is_quiet else {},
    )


def _data_text(dataset: Dataset) -> str:
    """The name of the data, and of a visitor's own what is predicted: tables differ in that."""
    if dataset.name != CSV:
        return dataset.label
    return _("{data}, {target}", data=dataset.label, target=dataset.target)


def with_run(past: tuple[RunSummary, ...], run: RunSummary | None) -> tuple[RunSummary, ...]:
    """The runs that stay beside the next one, newest first: `run` only if it took a step."""
    kept = past if run is None or run.steps == 0 else (run, *past)
    return kept[: MOST_RUNS - 1]


def _best_metric(found: Evaluations) -> float | None:
    """The best validation metric: the highest, of errors and perplexities the lowest."""
    return _best(found, found.val_metric, sign=-1 if metric(found.metric).falls else 1)


def _best(found: Evaluations, values: np.ndarray, sign: int) -> float | None:
    """The largest of the finite `values` after at least one update, the smallest if `sign` is -1."""
    known = values[(found.step > 0) & np.isfinite(values)]
    return sign * float((sign * known).max()) if len(known) else None


def _medians(cost: Cost) -> dict[int, float]:
    return {batch: median for batch, (median, _p95) in cost.latency_ms.items()}
