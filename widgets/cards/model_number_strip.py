"""The strip of numbers of a model's run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.language import N_, _
from core.number_format import format_number
from core.number_text import UNKNOWN, metric_text, significant
from core.probes.registry import EVALUATION
from widgets.cards.number_strip import Item, metric_label, numbers_html, relabelled

if TYPE_CHECKING:
    from core.learning.setup import ModelSetup
    from widgets.charts.model_moment import ModelMoment

PROBE = EVALUATION  # whose findings the strip shows

ITEMS: tuple[Item, ...] = (
    ("step", N_("Step"), ""),
    ("epoch", N_("Epoch"), ""),
    ("loss", N_("Batch loss"), "dl-c-loss"),
    ("validation-loss", N_("Validation loss"), "dl-c-reference"),
    ("metric", N_("Metric"), ""),
    ("gradient-norm", N_("Gradient norm"), "dl-c-gradient"),
    ("learning-rate", N_("Rate now"), ""),
    ("training", N_("Training"), ""),
    ("screen", N_("Screen"), ""),
)


def strip_html(setup: ModelSetup) -> str:
    """The strip before any number is known."""
    return numbers_html(relabelled(ITEMS, metric=metric_label(setup.metric)))


def blank_slots() -> dict[str, str]:
    """The strip before anything is known."""
    return {slot: UNKNOWN for slot, _label, _colour in ITEMS}


def moment_slots(moment: ModelMoment) -> dict[str, Any]:
    """The numbers of the run at `moment`; its rates are those of `number_strip.meter_slots`."""
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
    found = moment.found(EVALUATION)
    if found is None or not len(found.step):
        nothing = {"text": UNKNOWN, "attrs": {"title": _("not evaluated yet")}}
        return {"validation-loss": nothing, "metric": nothing}
    metrics = (metric_text(float(values[-1]), found.metric) for values in (found.train_metric, found.val_metric))
    step = format_number(moment.findings[EVALUATION.name].step)
    when = {"title": _("evaluated after step {step}", step=step)}
    return {
        "validation-loss": {"text": significant(float(found.val_loss[-1])), "attrs": when},
        "metric": {"text": ", ".join(metrics), "attrs": when},
    }
