"""Notices about a model in training: how far it has come, or what holds it up, as a good teacher would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.datasets.baselines import strongest
from core.language import _, ngettext, pgettext, shown
from core.metric import metric
from core.notices import waiting
from core.notices.notice import Notice, diverged_at, side_by_side
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

LONG_EPOCH = 3600.0  # seconds; a person should know before waiting that long for one pass over the data
WORSE = 1.2  # of the lowest validation loss; noise from one evaluation to the next is smaller


def preparing(setup: ModelSetup, downloaded: float | None) -> Notice:
    """Says why nothing moves yet; `downloaded` is the share of the data that is there, None if none is fetched."""
    if downloaded is None or downloaded >= 1:
        return waiting.preparing()
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
        return _diverged(run, findings)
    long = _long_epoch(run, steps_per_epoch)
    if long is not None and run.step == 0:
        return long
    if evaluation is None:
        return Notice("info", _("Ready."), _described(setup))
    found: Evaluations = evaluation.value
    if run.step == 0:
        untrained = _("{model}, untrained.", model=setup.label)
        sentence = side_by_side(untrained, _scores(found))
        for note in setup.notes:
            sentence = side_by_side(sentence, shown(note))
        return Notice("info", _("Ready."), sentence)
    if run.status is Status.FINISHED and evaluation.step != run.step:
        sentence = _("All updates are made; the model is being evaluated once more.")
        return Notice("info", _("Evaluating."), sentence)
    return _overfitting(found, run) or _progress(found, run)


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
    title = diverged_at(run.step)
    curvature = findings.get(CURVATURE.name)
    rate = None if run.observation is None else run.observation.hyper["learning_rate"]
    limit = None if curvature is None else curvature.value.limit
    if curvature is None or rate is None or limit is None or rate <= limit:
        sentence = _("The loss was no longer a finite number. Lower the learning rate, then Reset.")
        return Notice("danger", title, sentence)
    sentence = _(
        "The learning rate {rate} is above the stability limit, about {limit} as estimated at step {step}, so steps "
        "overshot more and more. Lower it and press Reset.",
        rate=rounded(rate),
        limit=rounded(limit),
        step=format_number(curvature.step),
    )
    return Notice("danger", title, sentence)


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
    return Notice("danger", _("One epoch takes long."), sentence)


def _overfitting(found: Evaluations, run: AnyRun) -> Notice | None:
    """Warns if the validation loss has risen from its lowest while the training loss fell on."""
    best = int(np.argmin(found.val_loss))
    rises = found.val_loss[-1] > WORSE * found.val_loss[best] and found.train_loss[-1] < found.train_loss[best]
    if not rises:
        return None
    sentence = _(
        "The validation loss was lowest, {lowest}, at step {step} and is {now} now, while the training loss went on "
        "falling.",
        lowest=rounded(found.val_loss[best]),
        step=format_number(int(found.step[best])),
        now=rounded(found.val_loss[-1]),
    )
    title = _finished() if run.status is Status.FINISHED else _("Overfitting.")
    return Notice("info", title, side_by_side(sentence, _scores(found)))


def _progress(found: Evaluations, run: AnyRun) -> Notice:
    beaten = _beats_baselines(found)
    if run.status is Status.FINISHED:
        title = _finished()
    else:
        title = _("Learning.") if beaten else _("Not better than no model yet.")
    return Notice("good" if beaten else "info", title, _scores(found))


def _finished() -> str:
    return pgettext("of a run", "Finished.")


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
        return _("Validation {metric} {value} at step {step}.", **values)
    return _(
        "Validation {metric} {value} at step {step}; without a model {best} ({baseline}).",
        **values,
        best=metric_text(best.value, found.metric),
        baseline=best.label,
    )
