"""Which probes a learner has a use for: a registry of name -> what it fits and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.probes.probe import Probe
from core.probes.probe_schedule import ProbeSchedule

if TYPE_CHECKING:
    from core.learning.learner import Learner
    from core.learning.setup import ModelSetup
    from core.optimizers.optimizer import Optimizer

Make = Callable[["Learner", "Optimizer"], Probe]


def build_probes(learner: Learner, optimizer: Optimizer) -> ProbeSchedule:
    """The probes that fit what `learner` learns; the evaluation is made whoever watches."""
    names = [name for name, fits in FITS.items() if fits(learner.setup)]
    makers = _makers()
    probes = {name: makers[name](learner, optimizer) for name in names}
    return ProbeSchedule(
        probes,
        always=frozenset({"evaluation"}),
        undrawn=frozenset({"snapshots"}),
        along=frozenset({"evaluation", "snapshots"}),
        undisturbed=frozenset({"cost"}),
    )


def _makers() -> dict[str, Make]:
    """name -> constructor; imported here, since they cost TensorFlow."""
    from core.findings.attention import AttentionProbe
    from core.findings.classification import ConfusionProbe, SamplesProbe
    from core.findings.decision_surface import DecisionProbe, UnitsProbe
    from core.findings.evaluation import EvaluationProbe
    from core.findings.fitted_curve import FittedCurveProbe
    from core.findings.generated_text import TextProbe
    from core.findings.inference_cost import CostProbe
    from core.findings.predictions import ForecastProbe, PredictionsProbe
    from core.geometry.model_step_view import NextStepProbe
    from core.geometry.sharpness import SharpnessProbe
    from core.geometry.weight_path import WeightPathProbe

    return {
        "evaluation": lambda learner, _: EvaluationProbe(learner),
        "next-step": lambda _, optimizer: NextStepProbe(optimizer),
        "curvature": lambda _, optimizer: SharpnessProbe(optimizer),
        "snapshots": lambda _, __: WeightPathProbe(),
        "cost": lambda learner, _: CostProbe(learner),
        "decision": lambda learner, _: DecisionProbe(learner),
        "units": lambda learner, _: UnitsProbe(learner),
        "fitted-curve": lambda learner, _: FittedCurveProbe(learner),
        "predictions": lambda learner, _: PredictionsProbe(learner),
        "forecast": lambda learner, _: ForecastProbe(learner),
        "confusion": lambda learner, _: ConfusionProbe(learner),
        "samples": lambda learner, _: SamplesProbe(learner),
        "text": lambda learner, _: TextProbe(learner),
        "attention": lambda learner, _: AttentionProbe(learner),
    }


def _always(setup: ModelSetup) -> bool:
    return True


def _of_kind(kind: str) -> Callable[[ModelSetup], bool]:
    return lambda setup: setup.dataset.kind == kind


def _of_task(task: str) -> Callable[[ModelSetup], bool]:
    return lambda setup: setup.dataset.task == task


def _has_units(setup: ModelSetup) -> bool:
    return setup.dataset.kind == "points" and setup.family.layers == "mlp"


def _has_curve(setup: ModelSetup) -> bool:
    return setup.dataset.task == "regression" and setup.dataset.input_shape == (1,)


def _has_confusion(setup: ModelSetup) -> bool:
    return setup.dataset.task == "classification" and setup.dataset.kind != "points"  # a boundary shows it better


def _has_attention(setup: ModelSetup) -> bool:
    return setup.family.layers in ("encoder", "decoder")


# In the order of their first looks: what compiles for seconds comes last, so that the page fills soon.
FITS: dict[str, Callable[[ModelSetup], bool]] = {
    "evaluation": _always,
    "snapshots": _always,
    "decision": _of_kind("points"),
    "units": _has_units,
    "fitted-curve": _has_curve,
    "predictions": _of_task("regression"),
    "forecast": _of_task("forecast"),
    "confusion": _has_confusion,
    "samples": _of_kind("image"),
    "attention": _has_attention,
    "cost": _always,
    "text": _of_kind("text"),
    "next-step": _always,
    "curvature": _always,
}
