"""What is said of a model in training: true of what was found, and of the step it was found at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.notices import model_notices
from core.probes.finding import Finding
from core.runs.status import Status
from tests.support.model_moments import evaluations, seen_at, setup_of, sharpness

SETUP = setup_of()


def run_at(step: int, status: Status = Status.PLAYING, seconds: float | None = 0.01, rate: float = 0.01) -> Any:
    seen = seen_at(step, hyper={"learning_rate": rate})
    of_run = {"step": step, "status": status, "seconds_per_update": seconds, "observation": seen}
    return SimpleNamespace(**of_run, failed_probes=frozenset())


def said(run: Any, found_at: int, steps_per_epoch: int = 10, **findings: Any) -> tuple[str, str]:
    found = {name: Finding(found_at, value, 0.1) for name, value in findings.items()}
    notice = model_notices.of_run(SETUP, run, steps_per_epoch, found)
    return notice.title, notice.sentence


def test_the_newest_validation_metric_stands_beside_the_baseline_with_its_step() -> None:
    found = evaluations(1000)
    title, sentence = said(run_at(1100), 1000, evaluation=found)
    assert title == "Learning."
    assert f"{100 * found.val_metric[-1]:.1f}\u00a0% at step 1\u00a0000" in sentence
    assert "10.1\u00a0% (Majority class)" in sentence


def test_a_run_is_called_finished_only_when_its_last_step_was_evaluated() -> None:
    found = evaluations(1000)
    assert said(run_at(1100, Status.FINISHED), 1000, evaluation=found)[0] == "Evaluating."
    assert said(run_at(1000, Status.FINISHED), 1000, evaluation=found)[0] == "Finished."


def test_worse_than_no_model_is_said() -> None:
    found = evaluations(0, count=1)
    assert found.val_metric[-1] < 0.101
    assert said(run_at(5), 0, evaluation=found)[0] == "Not better than no model yet."


def test_overfitting_is_said_with_the_step_where_validation_was_best() -> None:
    found = evaluations(1000, count=3)
    found.val_loss[:] = 2.0, 0.5, 1.0
    title, sentence = said(run_at(1000), 1000, evaluation=found)
    assert title == "Overfitting."
    assert "0.5, at step 500 " in sentence
    assert "is 1 now" in sentence


def test_an_epoch_of_over_an_hour_is_said_before_it_starts_from_the_measured_time() -> None:
    title, sentence = said(run_at(0, seconds=2.0), 0, steps_per_epoch=3600, evaluation=evaluations(0, count=1))
    assert title == "One epoch takes long."
    assert "2 s" in sentence
    assert "about 2 hours" in sentence
    assert said(run_at(0, seconds=0.9), 0, steps_per_epoch=3600, evaluation=evaluations(0, count=1))[0] == "Ready."


@pytest.mark.parametrize(("rate", "named"), [(10.0, True), (1e-6, False)])
def test_a_divergence_names_the_limit_only_where_the_rate_was_above_it(rate: float, named: bool) -> None:
    found = sharpness([2.0], [0.01], 900)
    assert found.limit is not None
    assert 1e-6 < found.limit < 10
    title, sentence = said(run_at(1000, Status.DIVERGED, rate=rate), 900, curvature=found)
    assert title == "Diverged at step 1\u00a0000."
    assert ("stability limit" in sentence) == named


def test_a_download_is_told_in_percent_and_megabytes() -> None:
    notice = model_notices.preparing(setup_of("fashion_mnist"), 0.37)
    assert "37\u00a0% of 31 MB" in notice.sentence
    assert notice.share == 0.37
    assert model_notices.preparing(SETUP, None).title == "Getting ready."


def test_every_sentence_is_of_finite_numbers() -> None:
    found = evaluations(1000)
    assert np.isfinite(found.val_loss).all()
    assert "nan" not in " ".join(said(run_at(1000), 1000, evaluation=found))
