"""The probes there are: one definition each.

To add a probe, write its class in `core/findings` or `core/geometry`, and here its constructor, its definition
and its place in `PROBES`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from core.optimizers.pruning import NONE
from core.probes.definition import ProbeDefinition
from core.probes.probe_schedule import ProbeSchedule

if TYPE_CHECKING:
    from core.findings.results import (
        Attention,
        Confusion,
        Cost,
        Decision,
        Evaluations,
        FittedCurve,
        Forecast,
        GeneratedText,
        NonZeros,
        Predictions,
        Samples,
        UnitMaps,
    )
    from core.geometry.line_view import LineView
    from core.geometry.results import Sharpness, WeightPath
    from core.learning.learner import Learner
    from core.learning.setup import ModelSetup
    from core.optimizers.optimizer import Optimizer
    from core.training.probe import Probe

log = logging.getLogger(__name__)


def _has_units(setup: ModelSetup) -> bool:
    return setup.dataset.kind == "points" and setup.family.shows_units


def _has_one_feature(setup: ModelSetup) -> bool:
    return setup.dataset.task == "regression" and setup.dataset.input_shape == (1,)


def _has_pictures(setup: ModelSetup) -> bool:
    return setup.dataset.kind == "image" and setup.dataset.task == "classification"


def _has_confusion(setup: ModelSetup) -> bool:
    return setup.dataset.task == "classification" and setup.dataset.kind != "points"  # a boundary shows it better


# Constructors import their probes when they are called: these cost TensorFlow.


def _make_evaluation(learner: Learner, optimizer: Optimizer) -> Probe[Evaluations]:
    from core.findings.evaluation import EvaluationProbe

    return EvaluationProbe(learner)


EVALUATION = ProbeDefinition(
    "evaluation",
    _make_evaluation,
    always=True,
    weight=4,  # validation is what most people watch
    along_run=True,
    together=True,
)


def _make_weight_path(learner: Learner, optimizer: Optimizer) -> Probe[WeightPath]:
    from core.geometry.weight_path import WeightPathProbe

    return WeightPathProbe()


WEIGHT_PATH = ProbeDefinition(
    "weight-path",
    _make_weight_path,
    always=True,  # a path can be drawn only of what was kept on the way
    along_run=True,
    drawn=False,
)


def _make_decision(learner: Learner, optimizer: Optimizer) -> Probe[Decision]:
    from core.findings.decision_surface import DecisionProbe

    return DecisionProbe(learner)


DECISION = ProbeDefinition("decision", _make_decision, fits=lambda setup: setup.dataset.kind == "points", together=True)


def _make_units(learner: Learner, optimizer: Optimizer) -> Probe[UnitMaps]:
    from core.findings.decision_surface import UnitsProbe

    return UnitsProbe(learner)


UNITS = ProbeDefinition("units", _make_units, fits=_has_units, together=True)


def _make_fitted_curve(learner: Learner, optimizer: Optimizer) -> Probe[FittedCurve]:
    from core.findings.fitted_curve import FittedCurveProbe

    return FittedCurveProbe(learner)


FITTED_CURVE = ProbeDefinition("fitted-curve", _make_fitted_curve, fits=_has_one_feature, together=True)


def _make_predictions(learner: Learner, optimizer: Optimizer) -> Probe[Predictions]:
    from core.findings.predictions import PredictionsProbe

    return PredictionsProbe(learner)


PREDICTIONS = ProbeDefinition(
    "predictions", _make_predictions, fits=lambda setup: setup.dataset.task == "regression", together=True
)


def _make_forecast(learner: Learner, optimizer: Optimizer) -> Probe[Forecast]:
    from core.findings.predictions import ForecastProbe

    return ForecastProbe(learner)


FORECAST = ProbeDefinition(
    "forecast", _make_forecast, fits=lambda setup: setup.dataset.task == "forecast", together=True
)


def _make_confusion(learner: Learner, optimizer: Optimizer) -> Probe[Confusion | None]:
    from core.findings.classification import ConfusionProbe

    return ConfusionProbe(learner)


CONFUSION = ProbeDefinition("confusion", _make_confusion, fits=_has_confusion, together=True)


def _make_samples(learner: Learner, optimizer: Optimizer) -> Probe[Samples]:
    from core.findings.classification import SamplesProbe

    return SamplesProbe(learner)


SAMPLES = ProbeDefinition("samples", _make_samples, fits=_has_pictures, together=True)


def _make_attention(learner: Learner, optimizer: Optimizer) -> Probe[Attention]:
    from core.findings.attention import AttentionProbe

    return AttentionProbe(learner)


ATTENTION = ProbeDefinition(
    "attention", _make_attention, fits=lambda setup: setup.family.attention != "none", together=True
)


def _make_cost(learner: Learner, optimizer: Optimizer) -> Probe[Cost]:
    from core.findings.inference_cost import CostProbe

    return CostProbe(learner)


COST = ProbeDefinition("cost", _make_cost, undisturbed=True)


def _make_text(learner: Learner, optimizer: Optimizer) -> Probe[GeneratedText]:
    from core.findings.generated_text import TextProbe

    return TextProbe(learner)


TEXT = ProbeDefinition("text", _make_text, fits=lambda setup: setup.dataset.kind == "text")


def _make_next_step(learner: Learner, optimizer: Optimizer) -> Probe[LineView]:
    from core.geometry.model_step_view import NextStepProbe

    return NextStepProbe(optimizer)


NEXT_STEP = ProbeDefinition("next-step", _make_next_step)


def _make_curvature(learner: Learner, optimizer: Optimizer) -> Probe[Sharpness]:
    from core.geometry.sharpness import SharpnessProbe

    return SharpnessProbe(optimizer)


CURVATURE = ProbeDefinition("curvature", _make_curvature)


def _make_zeros(learner: Learner, optimizer: Optimizer) -> Probe[NonZeros]:
    from core.findings.zeros import ZerosProbe

    return ZerosProbe()


ZEROS = ProbeDefinition(
    "zeros",
    _make_zeros,
    fits=lambda setup: setup.config.pruning != NONE,
    always=True,  # its curve begins at step 0, also where the chart comes into sight later
    along_run=True,
)


# In the order of their first looks: those that compile for seconds come last, so that the page fills soon.
_ALL = (
    EVALUATION, WEIGHT_PATH, DECISION, UNITS, FITTED_CURVE, PREDICTIONS, FORECAST, CONFUSION, SAMPLES, ATTENTION,
    ZEROS, COST, TEXT, NEXT_STEP, CURVATURE,
)  # fmt: skip
PROBES: dict[str, ProbeDefinition[Any]] = {probe.name: probe for probe in _ALL}


def build_probes(learner: Learner, optimizer: Optimizer) -> ProbeSchedule:
    """Return the schedule of the probes that fit what `learner` learns; one that cannot be made has failed."""
    fitting = [probe for probe in PROBES.values() if probe.fits(learner.setup)]
    made = {probe.name: _made(probe, learner, optimizer) for probe in fitting}
    return ProbeSchedule(
        {name: probe for name, probe in made.items() if probe is not None},
        failed=frozenset(name for name, probe in made.items() if probe is None),
        always=frozenset(probe.name for probe in fitting if probe.always),
        weights={probe.name: probe.weight for probe in fitting},
        undrawn=frozenset(probe.name for probe in fitting if not probe.drawn),
        along=frozenset(probe.name for probe in fitting if probe.along_run),
        together=frozenset(probe.name for probe in fitting if probe.together),
        undisturbed=frozenset(probe.name for probe in fitting if probe.undisturbed),
    )


def _made(probe: ProbeDefinition[Any], learner: Learner, optimizer: Optimizer) -> Probe[Any] | None:
    """Return the probe; None if data or model have what it was not written for."""
    try:
        return probe.make(learner, optimizer)
    except Exception:
        log.exception("the probe %s cannot be made", probe.name)
        return None
