"""What is said of a model in training: true of what was found, and of the step it was found at."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.notices import model_notices
from core.number_format import format_number, rounded
from core.probes.finding import Finding
from core.runs.awaited import Awaited
from core.runs.status import Status
from tests.support.model_moments import evaluations, seen_at, setup_of, sharpness

SETUP = setup_of()


def run_at(step: int, status: Status = Status.PLAYING, seconds: float | None = 0.01, rate: float = 0.01) -> Any:
    seen = seen_at(step, hyper={"learning_rate": rate})
    of_run = {"step": step, "status": status, "seconds_per_update": seconds, "observation": seen}
    return SimpleNamespace(**of_run, failed_probes=frozenset(), total_steps=5000, history=None)


def said(run: Any, found_at: int, steps_per_epoch: int = 10, **findings: Any) -> tuple[str, str]:
    found = {name: Finding(found_at, value, 0.1) for name, value in findings.items()}
    notice = model_notices.of_run(SETUP, run, steps_per_epoch, found)
    return notice.title, notice.sentence


def test_the_newest_validation_metric_stands_beside_the_baseline_with_its_step() -> None:
    found = evaluations(1000)
    title, sentence = said(run_at(1100), 1000, evaluation=found)
    assert title == f"Learning: accuracy {100 * found.val_metric[-1]:.1f}\u00a0%."
    assert f"{100 * found.val_metric[-1]:.1f}\u00a0% at step 1\u00a0000" in sentence
    assert "10.1\u00a0% (Majority class)" in sentence


def test_a_validation_of_a_part_of_the_held_out_examples_is_said_to_be_one() -> None:
    found = evaluations(1000, n_val=512, n_held_out=1000)
    assert said(run_at(1000), 1000, evaluation=found)[1].endswith(" Validated on 512 of 1\u00a0000 held-out examples.")


def test_a_run_is_called_finished_only_when_its_last_step_was_evaluated() -> None:
    found = evaluations(1000)
    assert said(run_at(1100, Status.FINISHED), 1000, evaluation=found)[0] == "Done; evaluating once more."
    assert said(run_at(1000, Status.FINISHED), 1000, evaluation=found)[0].startswith("Finished: accuracy ")


def test_worse_than_no_model_is_said() -> None:
    found = evaluations(5, count=2)
    found.val_metric[:] = 0.1
    assert said(run_at(5), 5, evaluation=found)[0] == "Not better than no model yet."
    assert said(run_at(5, Status.FINISHED), 5, evaluation=found)[0] == "Finished, not better than no model."


@pytest.mark.parametrize(("highest", "jumped"), [(8.2e17, True), (250.0, True), (30.0, False), (np.nan, False)])
def test_a_model_that_is_no_better_than_none_after_its_loss_was_thrown_up_is_told_so(
    highest: float, jumped: bool
) -> None:
    found = evaluations(900, count=2)
    found.val_metric[:] = 0.1
    run = run_at(900, Status.FINISHED)
    rows = {"step": np.arange(900), "loss": np.full(900, 2.3)}
    rows["loss"][5] = highest
    run.history = SimpleNamespace(view=lambda points: rows)
    title, sentence = said(run, 900, evaluation=found)
    assert title == "Finished, not better than no model."
    assert (f"jumped from 2.3 to {rounded(highest)} at step 5," in sentence) == jumped


def test_what_the_data_give_as_a_reason_is_said_where_a_model_is_no_better_than_none() -> None:
    found = evaluations(5, count=2)
    setup = replace(SETUP, hint="y is large.")

    def says_so(status: Status) -> bool:
        notice = model_notices.of_run(setup, run_at(5, status), 10, {"evaluation": Finding(5, found, 0.0)})
        return notice.sentence.endswith(" y is large.")

    assert not says_so(Status.PLAYING)
    found.val_metric[:] = 0.1
    assert says_so(Status.PLAYING)
    assert says_so(Status.FINISHED)
    assert says_so(Status.DIVERGED)


@pytest.mark.parametrize(
    ("step", "found_at", "is_said"),
    [
        (293, 2, False),
        (1, 0, False),
        (60, 50, True),
        (99, 50, True),
        (101, 50, False),
        (3000, 2500, True),
        (3001, 2500, False),
    ],
)
def test_no_verdict_is_spoken_from_an_evaluation_of_long_ago(step: int, found_at: int, is_said: bool) -> None:
    """Of a run of 5000 steps: older than a tenth of it, or of a model that had less than half the updates."""
    found = evaluations(found_at, count=2)
    found.val_metric[:] = 0.1
    title, sentence = said(run_at(step), found_at, evaluation=found)
    assert title == ("Not better than no model yet." if is_said else "Training, to be evaluated again soon.")
    assert f"at step {format_number(found_at)};" in sentence


def test_overfitting_is_said_with_the_step_where_validation_was_best() -> None:
    found = evaluations(1000, count=21)
    found.val_loss[:] = np.abs(np.arange(21) - 10) / 20 + 0.5
    title, sentence = said(run_at(1000), 1000, evaluation=found)
    assert title == "Overfitting since step 500."
    assert "0.5, at step 500 " in sentence
    assert "is 1 now" in sentence
    assert said(run_at(1000, Status.FINISHED), 1000, evaluation=found)[0] == "Finished; overfitting since step 500."


def test_five_epochs_of_a_rising_validation_loss_are_no_overfitting_yet() -> None:
    found = evaluations(1000, count=21)
    found.val_loss[:] = np.abs(np.arange(21) - 10) / 20 + 0.5
    assert said(run_at(1000), 1000, steps_per_epoch=100, evaluation=found)[0].startswith("Learning")


def test_a_validation_loss_that_jumps_up_and_down_is_no_overfitting() -> None:
    found = evaluations(1000, count=41)
    found.val_loss[:] = np.random.default_rng(0).uniform(1.0, 2.0, 41)
    found.val_loss[5] = 0.5
    assert said(run_at(1000), 1000, evaluation=found)[0].startswith("Learning")


def test_an_epoch_of_over_an_hour_is_said_before_it_starts_from_the_measured_time() -> None:
    title, sentence = said(run_at(0, seconds=2.0), 0, steps_per_epoch=3600, evaluation=evaluations(0, count=1))
    assert title == "One epoch takes about 2 hours."
    assert "2 s" in sentence
    assert "about 2 hours" in sentence
    assert (
        said(run_at(0, seconds=0.9), 0, steps_per_epoch=3600, evaluation=evaluations(0, count=1))[0]
        == "Ready to train."
    )


@pytest.mark.parametrize(("rate", "named"), [(10.0, True), (1e-6, False)])
def test_a_divergence_names_the_limit_only_where_the_rate_was_above_it(rate: float, named: bool) -> None:
    found = sharpness([2.0], [0.01], 900)
    assert found.limit is not None
    assert 1e-6 < found.limit < 10
    title, sentence = said(run_at(1000, Status.DIVERGED, rate=rate), 900, curvature=found)
    assert title == ("Diverged at step 1\u00a0000: rate too large." if named else "Diverged at step 1\u00a0000.")
    assert ("stability limit" in sentence) == named


def test_a_divergence_names_the_limit_from_where_the_loss_rose_not_that_of_its_end() -> None:
    found = sharpness([2.0, 4.0, 1e20], [0.6] * 3, 100)  # at steps 0, 50 and 100: limits 1, 0.5 and 2e-20
    rows = {"step": np.arange(101), "loss": np.concatenate([np.linspace(5, 1, 61), np.geomspace(2, 1e30, 40)])}
    run = run_at(101, Status.DIVERGED, rate=0.6)
    run.history = SimpleNamespace(view=lambda points: rows)
    _title, sentence = said(run, 100, curvature=found)
    assert "above the stability limit, about 0.5 at step 50," in sentence
    assert "rose from 1 at step 60 to 1e30 at step 100, the last one that is finite." in sentence


def test_a_divergence_names_no_limit_that_was_found_in_the_midst_of_it() -> None:
    found = sharpness([1e20], [0.6], 100)
    rows = {"step": np.arange(101), "loss": np.geomspace(1, 1e30, 101)}
    run = run_at(101, Status.DIVERGED, rate=0.6)
    run.history = SimpleNamespace(view=lambda points: rows)
    found.steps[:] = 80
    title, sentence = said(run, 80, curvature=found)
    assert (title, "limit" in sentence) == ("Diverged at step 101.", False)
    found.steps[:] = 2  # the loss is not four times the first one there
    assert said(run, 2, curvature=found)[0] == "Diverged at step 101: rate too large."


def test_a_loss_that_is_not_finite_is_never_called_learning() -> None:
    run = run_at(1000)
    run.observation = seen_at(1000, loss=np.inf)
    assert said(run, 1000, evaluation=evaluations(1000))[0] == "The loss is no longer finite."


def test_a_download_is_told_in_percent_and_megabytes() -> None:
    notice = model_notices.preparing(setup_of("fashion_mnist"), 0.37, Awaited(False), is_built=False)
    assert "37\u00a0% of 31 MB" in notice.sentence
    assert notice.share == 0.37
    assert model_notices.preparing(SETUP, None, Awaited(False), is_built=False).title == "Getting ready."


@pytest.mark.parametrize(
    ("awaited", "is_built", "title", "sentence"),
    [
        (Awaited(True), False, "TensorFlow is loading.", "The first process to train in is being started."),
        (Awaited(False), True, "Getting ready.", "The training step is being compiled."),
        (Awaited(False, 3.2), True, "Getting ready.", "The training step is being compiled. That took 4 s last time."),
    ],
)
def test_tensorflow_is_said_to_load_only_when_it_does_and_a_time_only_if_one_was_measured(
    awaited: Awaited, is_built: bool, title: str, sentence: str
) -> None:
    notice = model_notices.preparing(SETUP, None, awaited, is_built)
    assert (notice.title, notice.sentence) == (title, sentence)


def test_every_sentence_is_of_finite_numbers() -> None:
    found = evaluations(1000)
    assert np.isfinite(found.val_loss).all()
    assert "nan" not in " ".join(said(run_at(1000), 1000, evaluation=found))
