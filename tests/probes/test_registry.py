"""One definition makes a probe: it fits what it says, is scheduled as it says, and costs no TensorFlow before."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from core.optimizers.registry import OPTIMIZERS
from core.probes.definition import ProbeDefinition
from core.probes.registry import PROBES, build_probes
from core.training.probe import Probe
from tests.support.model_moments import setup_of

EVERYWHERE = ["evaluation", "weight-path", "cost", "next-step", "curvature"]


class Counting(Probe[int]):
    """A probe that keeps nothing from one look to the next and so has nothing to forget."""

    def look(self, snapshot: Any) -> int:
        return 10 * snapshot.step


@pytest.mark.parametrize(
    ("data", "family", "more"),
    [
        ("spiral", "mlp", ["decision", "units"]),
        ("spiral", "linear", ["decision"]),
        ("plane", "mlp", ["decision", "units", "predictions"]),
        ("breast_cancer", "mlp", ["confusion"]),
        ("diabetes", "mlp", ["predictions"]),
        ("digits", "cnn", ["confusion", "samples"]),
        ("digits", "transformer", ["confusion", "samples", "attention"]),
        ("co2", "rnn_gru", ["forecast"]),
        ("python_help", "decoder", ["attention", "text"]),
        ("python_help", "rnn_text", ["text"]),
    ],
)
def test_a_setup_has_the_probes_that_fit_it(data: str, family: str, more: list[str]) -> None:
    setup = setup_of(data, family)
    assert {name for name, probe in PROBES.items() if probe.fits(setup)} == {*EVERYWHERE, *more}


def test_one_definition_adds_a_probe_that_is_scheduled_by_its_own_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = ProbeDefinition(
        "tokens",
        lambda learner, optimizer: Counting(),
        fits=lambda setup: setup.dataset.kind == "text",
        always=True,
        weight=3,
        along_run=True,
        drawn=False,
        undisturbed=True,
    )
    monkeypatch.setattr("core.probes.registry.PROBES", {"tokens": tokens})
    learners: list[Any] = [
        SimpleNamespace(setup=setup_of(*names)) for names in (("python_help", "decoder"), ("digits",))
    ]
    of_text, of_images = (build_probes(learner, OPTIMIZERS["sgd"]) for learner in learners)
    assert list(of_images.probes) == []
    assert isinstance(of_text.probes["tokens"], Counting)
    one = frozenset({"tokens"})
    assert (of_text.always, of_text.along, of_text.undrawn, of_text.undisturbed) == (one, one, one, one)
    assert of_text.weights == {"tokens": 3}


def test_a_probe_that_keeps_nothing_need_not_say_how_to_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = ProbeDefinition("counting", lambda learner, optimizer: Counting())
    monkeypatch.setattr("core.probes.registry.PROBES", {"counting": counting})
    learner: Any = SimpleNamespace(setup=setup_of("digits"))
    schedule = build_probes(learner, OPTIMIZERS["sgd"])
    schedule.forget()
    snapshot: Any = SimpleNamespace(step=7)
    found = schedule.look("counting", snapshot)
    assert found is not None
    assert (found.step, found.value) == (7, 70)


def test_the_registry_loads_no_tensorflow() -> None:
    code = "import sys, core.probes.registry; print({'keras', 'tensorflow'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
