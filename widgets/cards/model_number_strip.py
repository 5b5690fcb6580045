"""The strip of numbers of a model's run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.learning.setup import METRIC_NAMES, ModelSetup
from core.number_format import format_number
from widgets.cards.number_strip import Item, numbers_html
from widgets.charts.model_moment import ModelMoment
from widgets.number_text import metric_text, significant

if TYPE_CHECKING:
    from core.findings.results import Evaluations

NEEDS = frozenset({"evaluation"})

ITEMS: tuple[Item, ...] = (
    ("step", "Step", ""),
    ("epoch", "Epoch", ""),
    ("loss", "Batch loss", "dl-c-loss"),
    ("validation-loss", "Validation loss", "dl-c-reference"),
    ("metric", "{metric}: train, valid.", ""),
    ("gradient-norm", "Gradient norm", "dl-c-gradient"),
    ("learning-rate", "Rate now", ""),
    ("training", "Training", ""),
    ("screen", "Screen", ""),
)


def strip_html(setup: ModelSetup) -> str:
    """The strip before any number is known."""
    metric = METRIC_NAMES[setup.metric].capitalize()
    return numbers_html(tuple((slot, label.format(metric=metric), colour) for slot, label, colour in ITEMS))


def blank_slots() -> dict[str, str]:
    """The strip before anything is known."""
    return {slot: "–" for slot, _, _ in ITEMS}


def moment_slots(moment: ModelMoment) -> dict[str, Any]:
    """What the strip says of the run at `moment`; rates are those of `strip.meter_slots`."""
    return {
        "step": format_number(moment.step),
        "epoch": format_number(moment.step // moment.steps_per_epoch),
        "loss": significant(moment.seen.loss),
        "gradient-norm": significant(moment.seen.gradient_norm),
        "learning-rate": significant(moment.seen.hyper["learning_rate"]),
        **_evaluation_slots(moment),
    }


def _evaluation_slots(moment: ModelMoment) -> dict[str, Any]:
    """The newest evaluation, with the step it was made at for whoever points at it."""
    found: Evaluations | None = moment.found("evaluation")
    if found is None or not len(found.step):
        return {name: {"text": "–", "attrs": {"title": "not evaluated yet"}} for name in ("validation-loss", "metric")}
    metrics = (metric_text(float(values[-1]), found.metric) for values in (found.train_metric, found.val_metric))
    when = {"title": f"evaluated after step {format_number(moment.findings['evaluation'].step)}"}
    return {
        "validation-loss": {"text": significant(float(found.val_loss[-1])), "attrs": when},
        "metric": {"text": ", ".join(metrics), "attrs": when},
    }
