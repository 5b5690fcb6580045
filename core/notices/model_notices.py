"""Notices about a model in training: how far it has come, or what holds it up, as a good teacher would say it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.datasets.baselines import strongest
from core.geometry.blow_up import blow_up
from core.language import _, ngettext, shown
from core.metric import metric
from core.notices import waiting
from core.notices.divergence import blown_up, not_finite
from core.notices.notice import Notice, side_by_side
from core.notices.overfitting import best_step
from core.number_format import format_number, rounded
from core.number_text import metric_text, percent
from core.probes.registry import CURVATURE, EVALUATION
from core.runs.status import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.findings.results import Evaluations
    from core.learning.setup import ModelSetup
    from core.probes.finding import Finding
    from core.runs.any_run import AnyRun
    from core.runs.awaited import Awaited

LONG_EPOCH = 3600.0  # seconds; a person should know before waiting that long for one pass over the data
OLD = 0.1  # of the run: nothing is concluded from an evaluation that is older
FEWER_UPDATES = 0.5  # of those made by now: nor from one of a model that had so few
FAR_ABOVE = 100.0  # times the loss at the start: no batch is so unlucky
POINTS = 500  # of the loss, to tell from where it rose


def preparing(setup: ModelSetup, downloaded: float | None, awaited: Awaited, is_built: bool) -> Notice:
    """Says why nothing moves yet.

    `downloaded` is the share of the data that is there, None if none is fetched; `is_built` says that data and model
    are there, and only their program is missing.
    """
    if downloaded is None or downloaded >= 1:
        building = _("The data are being read, and the model and its training step made.")
        return waiting.preparing(awaited, waiting.compiling() if is_built else building)
    sentence = _(
        "{data}: {share} of {megabytes} MB is here.",
        data=setup.dataset.label,
        share=percent(downloaded, 0),
        megabytes=format_number(round(setup.dataset.download_bytes / 1e6)),
    )
    return Notice("info", _("Downloading the data."), sentence, downloaded)


def of_run(setup: ModelSetup, run: AnyRun, steps_per_epoch: int, findings: Mapping[str, Finding]) -> Notice:
    """Says how training goes, by what was found last."""
    evaluation = findings.get(EVALUATION.name)
    if run.status is Status.DIVERGED:
        return _with_hint(setup, _diverged(run, findings))
    if run.observation is not None and not math.isfinite(run.observation.loss):
        return not_finite(run.step)
    if run.step == 0:
        return _at_the_start(setup, run, steps_per_epoch, None if evaluation is None else evaluation.value)
    if evaluation is None:
        return Notice("info", _("Training, not evaluated yet."), _described(setup))
    if run.status is Status.FINISHED and evaluation.step != run.step:
        sentence = _("All updates are made; the model is being evaluated once more.")
        return Notice("info", _("Done; evaluating once more."), sentence)
    if is_old(evaluation.step, run):
        return Notice("info", _("Training, to be evaluated again soon."), _scores(evaluation.value))
    return _overfitting(evaluation.value, run, steps_per_epoch) or _progress(setup, evaluation.value, run)


def is_old(step: int, run: AnyRun) -> bool:
    """True if what was found at `step` says too little of where the run stands now."""
    return run.step - step > OLD * run.total_steps or step < FEWER_UPDATES * run.step


def _at_the_start(setup: ModelSetup, run: AnyRun, steps_per_epoch: int, found: Evaluations | None) -> Notice:
    long = _long_epoch(run, steps_per_epoch)
    if long is not None:
        return long
    if found is None:
        return Notice("info", _("Ready to train."), _described(setup))
    sentence = side_by_side(_("{model}, untrained.", model=setup.label), _scores(found))
    for note in setup.notes:
        sentence = side_by_side(sentence, shown(note))
    return Notice("info", _("Ready to train."), sentence)


def _described(setup: ModelSetup) -> str:
    count = setup.parameters
    return ngettext(
        "{model}, one parameter.",
        "{model}, {count} parameters.",
        count,
        model=setup.label,
        count=format_number(count),
    )


def _diverged(run: AnyRun, findings: Mapping[str, Finding]) -> Notice:
    """Says from where the loss rose, with the limit that was found there, if one was."""
    rise = None if run.history is None else blow_up(run.history.view(POINTS))
    curvature = findings.get(CURVATURE.name)
    rate = math.nan if run.observation is None else run.observation.hyper["learning_rate"]
    start, until = (run.step, run.step) if rise is None else (rise.step, rise.until)
    step, limit = (curvature and curvature.value.limit_at(start, until)) or (0, None)
    return blown_up(run.step, rise, rate, limit, step)


def _long_epoch(run: AnyRun, steps_per_epoch: int) -> Notice | None:
    """Warns if one pass over the data takes over an hour, by the measured time of an update."""
    seconds = run.seconds_per_update
    if seconds is None or seconds * steps_per_epoch <= LONG_EPOCH:
        return None
    sentence = _(
        "An update was measured to take {seconds} s, so an epoch of {updates} updates takes about {hours} hours. A "
        "smaller model, fewer examples or larger batches make it shorter.",
        seconds=rounded(seconds, 2),
        updates=format_number(steps_per_epoch),
        hours=rounded(seconds * steps_per_epoch / 3600, 2),
    )
    title = _("One epoch takes about {hours} hours.", hours=rounded(seconds * steps_per_epoch / 3600, 2))
    return Notice("danger", title, sentence)


def _overfitting(found: Evaluations, run: AnyRun, steps_per_epoch: int) -> Notice | None:
    """Warns if the validation loss has been rising from its lowest while the training loss fell on."""
    best = best_step(found, steps_per_epoch, run.total_steps)
    if best is None:
        return None
    step = format_number(best)
    sentence = _(
        "The validation loss was lowest, {lowest}, at step {step} and is {now} now, while the training loss went on "
        "falling.",
        lowest=rounded(float(np.nanmin(found.val_loss))),
        step=step,
        now=rounded(found.val_loss[-1]),
    )
    if run.status is Status.FINISHED:
        title = _("Finished; overfitting since step {step}.", step=step)
    else:
        title = _("Overfitting since step {step}.", step=step)
    return Notice("info", title, side_by_side(sentence, _scores(found)))


def _with_hint(setup: ModelSetup, notice: Notice) -> Notice:
    """`notice`, and what there is in the data that may be the cause."""
    return replace(notice, sentence=side_by_side(notice.sentence, shown(setup.hint))) if setup.hint else notice


def _progress(setup: ModelSetup, found: Evaluations, run: AnyRun) -> Notice:
    """Says whether the model is better than none, with its metric."""
    is_finished = run.status is Status.FINISHED
    if not _beats_baselines(found):
        worse = _("Finished, not better than no model.") if is_finished else _("Not better than no model yet.")
        jumped = _jump(run)
        reasons = _scores(found) if jumped is None else side_by_side(_scores(found), jumped)
        return _with_hint(setup, Notice("info", worse, reasons))
    score = {"metric": metric(found.metric).label, "value": metric_text(float(found.val_metric[-1]), found.metric)}
    title = _("Finished: {metric} {value}.", **score) if is_finished else _("Learning: {metric} {value}.", **score)
    return Notice("good", title, _scores(found))


def _jump(run: AnyRun) -> str | None:
    """Says that the loss was once thrown far above where it began; None if it was not.

    Units of a net may have been thrown so far that they never answer again, though the loss came back.
    """
    if run.history is None:
        return None
    rows = run.history.view(POINTS)
    losses = np.asarray(rows["loss"], float)
    if not np.isfinite(losses).any():
        return None
    highest = int(np.nanargmax(np.where(np.isfinite(losses), losses, np.nan)))
    if not losses[highest] > FAR_ABOVE * max(abs(losses[0]), losses[0] - np.nanmin(losses)):
        return None
    return _(
        "The loss jumped from {first} to {highest} at step {step}, so a step was too long there, and the model has "
        "not recovered. Lower the learning rate, then Reset.",
        first=rounded(losses[0]),
        highest=rounded(losses[highest]),
        step=format_number(int(rows["step"][highest])),
    )


def _beats_baselines(found: Evaluations) -> bool:
    """True if the newest validation metric is better than the strongest baseline's, or there is none."""
    best = strongest(found.baselines, by="metric")
    return best is None or best.is_beaten_by(float(found.val_metric[-1]))


def _scores(found: Evaluations) -> str:
    """The newest validation metric beside the strongest baseline's, in a sentence."""
    values = {
        "metric": metric(found.metric).label,
        "value": metric_text(float(found.val_metric[-1]), found.metric),
        "step": format_number(int(found.step[-1])),
    }
    best = strongest(found.baselines, by="metric")
    if best is None:
        scores = _("Validation {metric} {value} at step {step}.", **values)
    else:
        scores = _(
            "Validation {metric} {value} at step {step}; without a model {best} ({baseline}).",
            **values,
            best=metric_text(best.value, found.metric),
            baseline=best.label,
        )
    return side_by_side(scores, validated_on(found)) if found.is_of_part else scores


def validated_on(found: Evaluations) -> str:
    """Says of how many of the held-out examples the validation is."""
    some, held_out = format_number(found.n_val), format_number(found.n_held_out)
    return _("Validated on {some} of {held_out} held-out examples.", some=some, held_out=held_out)
