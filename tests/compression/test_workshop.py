"""The workshop with its real process: artifacts are made, measured, cancelled, refused and deleted."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import psutil
import pytest

from core.artifacts.change import steps_of
from core.artifacts.litert import LiteRtModel
from core.compression import workshop as workshop_module
from core.compression.orders import sentence_of
from core.compression.subject import Subject, check_subject
from core.compression.workshop import MOST_WAITING, Workshop
from core.config.training_config import TrainingConfig
from core.export.run_files import keras_file
from core.field import ConfigError
from core.pruning.fine_tuning import fine_tune
from tests.support.learners import learner_of
from tests.support.processes import wait_until_ended
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.artifacts.artifact import Artifact
    from core.learning.learner import Learner

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own, where it writes weights
SETTINGS: dict[str, Any] = {"problem": "digits", "family": "mlp", "size": 3000, "batch_size": 32, "optimizer": "adam"}


@pytest.fixture(scope="module")
def learner() -> Learner:
    made = learner_of("digits", **{name: value for name, value in SETTINGS.items() if name != "problem"})
    fine_tune(made.objective, 600)
    return made


@pytest.fixture(scope="module")
def subject(learner: Learner) -> Subject:
    return Subject("MLP on digits", keras_file(learner.objective.model), TrainingConfig(**SETTINGS))


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    made = Workshop(lambda: None)
    yield made
    made.close()


def order(workshop: Workshop, subject: Subject, *steps: tuple[str, dict[str, object]]) -> int:
    return workshop.make(subject.label, lambda: subject, steps_of(steps))


def get(workshop: Workshop, number: int) -> Artifact:
    return next(each for each in workshop.artifacts if each.number == number)


def test_artifacts_are_made_and_measured_beside_their_original(
    workshop: Workshop, subject: Subject, learner: Learner
) -> None:
    small = order(workshop, subject, ("quantize", {}))
    pruned = order(workshop, subject, ("prune", {"sparsity": 0.9, "updates": 100}), ("quantize", {"scheme": "int4"}))
    odd = order(workshop, subject, ("low_rank", {"rank": "4000"}))
    wait_until(lambda: all(each.is_over for each in workshop.artifacts))
    made = {each.number: each for each in workshop.artifacts}
    original = next(each for each in made.values() if not each.steps)
    assert [each.state for each in made.values()].count("made") == 3
    assert workshop.artifacts_of("digits") == workshop.artifacts
    assert workshop.artifacts_of("spiral") == ()
    keras_answers = learner.objective.predict(learner.split.x_val).argmax(-1)
    plain = original.measured
    assert plain is not None
    np.testing.assert_array_equal(plain.answers, keras_answers)
    np.testing.assert_array_equal(plain.truths, learner.split.y_val)
    assert plain.sizes.parameters == learner.objective.model.count_params()
    assert plain.changed_layers == ()
    int8, sparse = made[small].measured, made[pruned].measured
    assert int8 is not None
    assert sparse is not None
    assert int8.sizes.dense < 0.5 * plain.sizes.dense
    assert len(int8.changed_layers) == int8.all_layers == len([x for x in learner.objective.model.layers if x.weights])
    assert sparse.sizes.non_zeros < 0.2 * plain.sizes.parameters
    assert sparse.sizes.compressed < 0.6 * int8.sizes.compressed
    answers = LiteRtModel(made[pruned].file).outputs(learner.split.x_val).argmax(-1)
    np.testing.assert_array_equal(sparse.answers, answers)
    kernels = [v.numpy() for v in loaded(made[pruned].keras_file).trainable_variables if v.name == "kernel"]
    assert sum((kernel == 0).sum() for kernel in kernels) == int(0.9 * sum(kernel.size for kernel in kernels))
    assert made[odd].error.startswith("No dense layer has a rank of 4000")
    shifted = [row for row, _x in sparse.shifted]
    assert shifted == np.flatnonzero(sparse.answers != sparse.original)[: len(shifted)].tolist()


def loaded(file: str) -> keras.Model:
    return keras.models.load_model(file)


def worker_of(workshop: Workshop) -> psutil.Process:
    assert workshop._process is not None
    return psutil.Process(workshop._process.pid)


def test_what_is_being_made_can_be_cancelled_and_the_next_is_made(workshop: Workshop, subject: Subject) -> None:
    endless = order(workshop, subject, ("prune", {"updates": 100_000}))
    wait_until(lambda: get(workshop, endless).progress > 0.01)
    process = worker_of(workshop)
    workshop.cancel(endless)
    assert get(workshop, endless).state == "cancelled"
    wait_until_ended(process)
    after = order(workshop, subject, ("quantize", {"scheme": "float16"}))
    wait_until(lambda: get(workshop, after).is_over)
    assert get(workshop, after).state == "made"
    folder = Path(get(workshop, after).file).parent
    workshop.delete(after)
    assert not folder.exists()
    assert after not in [each.number for each in workshop.artifacts]


def test_a_process_that_is_killed_is_said_and_another_one_takes_its_place(workshop: Workshop, subject: Subject) -> None:
    number = order(workshop, subject, ("prune", {"updates": 100_000}))
    wait_until(lambda: get(workshop, number).progress > 0.01)
    worker_of(workshop).kill()
    wait_until(lambda: get(workshop, number).is_over)
    assert get(workshop, number).error == "The process that made it has ended."
    after = order(workshop, subject, ("quantize", {}))
    wait_until(lambda: get(workshop, after).state == "made")


def test_a_model_that_answers_with_no_numbers_is_said_and_the_next_is_made(
    workshop: Workshop, learner: Learner, subject: Subject
) -> None:
    model = keras.models.clone_model(learner.objective.model)
    model.set_weights([np.full(weight.shape, np.nan) for weight in model.get_weights()])
    broken = replace(subject, model_file=keras_file(model))
    number = order(workshop, broken)
    workshop.find_spectra(lambda: broken)
    after = order(workshop, subject)
    wait_until(lambda: get(workshop, after).is_over)
    assert get(workshop, number).error == "The trained model answers with numbers that are not finite."
    assert get(workshop, after).state == "made"


def test_closing_deletes_all_files_and_ends_the_process(subject: Subject) -> None:
    workshop = Workshop(lambda: None)
    number = order(workshop, subject)
    wait_until(lambda: get(workshop, number).is_over)
    folder = Path(get(workshop, number).file).parents[1]
    assert folder.is_dir()
    workshop.close()
    assert not folder.exists()


class Unfetched(Workshop):
    """A workshop that makes nothing: what is ordered is never sent."""

    def _send(self, message: object, start: bool = False) -> None:
        pass

    def end(self, number: int) -> None:
        """Has an artifact made, as its process would say."""
        artifact = next(each for each in self.artifacts if each.number == number)
        process: Any = object()  # it is only compared with who speaks
        self._process = process
        self._hear(process, artifact.with_state("made"))
        self._process = None


def is_in_work(workshop: Workshop, number: int) -> bool:
    return get(workshop, number).state == "working"


def is_done(workshop: Workshop, number: int) -> bool:
    return get(workshop, number).is_over


def test_of_too_many_artifacts_the_oldest_without_a_star_go(monkeypatch: pytest.MonkeyPatch, subject: Subject) -> None:
    monkeypatch.setattr(workshop_module, "MOST_ARTIFACTS", 5)
    workshop = Unfetched(lambda: None)
    try:
        for _ in range(8):
            number = order(workshop, subject)
            wait_until(partial(is_in_work, workshop, number))
            workshop.star(number, number == 0)
            workshop.end(number)
        assert [each.number for each in workshop.artifacts] == [0, 4, 5, 6, 7]
    finally:
        workshop.close()


def test_when_all_have_a_star_no_further_one_is_made_until_one_gives_room(
    monkeypatch: pytest.MonkeyPatch, subject: Subject
) -> None:
    monkeypatch.setattr(workshop_module, "MOST_ARTIFACTS", 3)
    workshop = Unfetched(lambda: None)
    try:
        for _ in range(3):
            number = order(workshop, subject)
            wait_until(partial(is_in_work, workshop, number))
            workshop.star(number, True)
            workshop.end(number)
        refused = order(workshop, subject)
        wait_until(lambda: get(workshop, refused).is_over)
        said = "Artifacts with a star take all the room there is: take the star from one."
        assert (get(workshop, refused).state, get(workshop, refused).error) == ("failed", said)
        workshop.star(1, False)
        number = order(workshop, subject)
        wait_until(partial(is_in_work, workshop, number))
        assert [each.number for each in workshop.artifacts] == [0, 2, number]
    finally:
        workshop.close()


def test_one_that_was_cancelled_while_its_model_was_fetched_stays_so_and_may_be_deleted(subject: Subject) -> None:
    workshop, let_go, given_up = Unfetched(lambda: None), threading.Event(), []

    def fetched() -> Subject:
        assert let_go.wait(20)
        given_up.append(threading.current_thread())
        raise ConfigError("It was stopped while that run was brought back.")

    try:
        stopped, deleted = (workshop.make("", fetched, ()) for _ in range(2))
        workshop.cancel(stopped)
        workshop.cancel(deleted)
        workshop.delete(deleted)
        let_go.set()
        wait_until(lambda: len(given_up) == 2)
        for thread in given_up:
            thread.join()
        assert [(each.number, each.state, each.error) for each in workshop.artifacts] == [(stopped, "cancelled", "")]
    finally:
        workshop.close()


def test_a_machine_that_starts_no_process_and_a_full_disk_are_said(
    monkeypatch: pytest.MonkeyPatch, subject: Subject
) -> None:
    workshop = Workshop(lambda: None)

    def refuses(*_asked: Any, **_more: Any) -> None:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    def full(*_asked: Any, **_more: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    try:
        monkeypatch.setattr(workshop_module.subprocess, "Popen", refuses)
        number = order(workshop, subject)
        wait_until(lambda: get(workshop, number).is_over)
        assert get(workshop, number).error == "There is not enough memory for this."
        workshop.close()
        workshop = Workshop(lambda: None)
        monkeypatch.setattr(tempfile, "mkdtemp", full)
        for _time in range(2):
            number = order(workshop, subject)
            wait_until(partial(is_done, workshop, number))
            assert get(workshop, number).error.startswith("The disk is full")
    finally:
        workshop.close()


def test_too_many_that_wait_are_refused(subject: Subject) -> None:
    workshop = Unfetched(lambda: None)
    try:
        for _ in range(MOST_WAITING):
            order(workshop, subject)
        with pytest.raises(ConfigError, match="20 artifacts wait already"):
            order(workshop, subject)
    finally:
        workshop.close()


def test_what_goes_wrong_is_one_sentence_without_a_path() -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/secret/model.tflite")
    assert sentence_of(full).startswith("The disk is full")
    assert sentence_of(MemoryError()) == "There is not enough memory for this."
    assert "secret" not in sentence_of(ValueError("/tmp/secret"))


def test_the_same_weights_in_another_file_are_the_same_subject(learner: Learner, subject: Subject) -> None:
    again = Subject("again", keras_file(learner.objective.model), subject.config)
    other = Subject("other", keras_file(learner_of("digits", family="mlp", size=2000).objective.model), subject.config)
    assert again.key == subject.key != other.key
    assert len(subject.key) == 2


def test_a_surface_is_refused_and_a_quantity_is_not() -> None:
    with pytest.raises(ConfigError, match="A surface has no model to compress"):
        check_subject(TrainingConfig(problem="regression"))
    check_subject(TrainingConfig(problem="diabetes"))
