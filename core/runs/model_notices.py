"""What a good teacher would say of a model in training, in one or two sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from core.datasets.baselines import strongest
from core.learning.setup import METRIC_NAMES
from core.number_format import format_number
from core.probes.finding import Finding
from core.runs.notices import PREPARING, Notice
from core.runs.run import Run
from core.runs.status import Status

if TYPE_CHECKING:
    from core.findings.results import Evaluations
    from core.learning.setup import ModelSetup

LONG_EPOCH = 3600.0  # seconds; a person should know before waiting that long for one pass over the data
WORSE = 1.2  # of the lowest validation loss; noise from one evaluation to the next is smaller


def preparing(setup: ModelSetup, downloaded: float | None) -> Notice:
    """Why nothing moves yet; `downloaded` is the share of the data that is there, None where nothing is fetched."""
    if downloaded is None or downloaded >= 1:
        return PREPARING
    megabytes = setup.dataset.download_bytes / 1e6
    sentence = f"{setup.dataset.label}: {downloaded:.0%} of {megabytes:.0f} MB is here."
    return Notice("info", "Downloading the data.", sentence, downloaded)


def of_run(setup: ModelSetup, run: Run, steps_per_epoch: int, findings: Mapping[str, Finding]) -> Notice:
    """How training goes, by what was last found."""
    evaluation = findings.get("evaluation")
    if run.status is Status.DIVERGED:
        return _diverged(run, findings)
    if run.failed_probes:
        return _missing(run.failed_probes)
    long = _long_epoch(run, steps_per_epoch)
    if long is not None and run.step == 0:
        return long
    if evaluation is None:
        return Notice("info", "Ready.", f"{setup.label}, {format_number(setup.parameters)} parameters.")
    found: Evaluations = evaluation.value
    if run.step == 0:
        return Notice("info", "Ready.", f"{setup.label}. Untrained, {_scores(found)}.")
    if run.status is Status.FINISHED and evaluation.step != run.step:
        return Notice("info", "Evaluating.", "All updates are made; what they came to is being found out.")
    return _overfitting(found, run) or _progress(found, run)


def _diverged(run: Run, findings: Mapping[str, Finding]) -> Notice:
    title = f"Diverged at step {format_number(run.step)}."
    curvature = findings.get("curvature")
    rate = None if run.observation is None else run.observation.hyper["learning_rate"]
    limit = None if curvature is None else curvature.value.limit
    if curvature is None or rate is None or limit is None or rate <= limit:
        return Notice("danger", title, "The loss was no longer a finite number. Lower the learning rate, then Reset.")
    return Notice(
        "danger",
        title,
        f"The learning rate {rate:.3g} is above the stability limit, about {limit:.3g} as estimated at step "
        f"{format_number(curvature.step)}, so steps overshot more and more. Lower it and press Reset.",
    )


def _missing(names: frozenset[str]) -> Notice:
    """That charts stay empty, and why."""
    which = ", ".join(sorted(names))
    sentence = (
        f"What these charts show cannot be computed because of a fault in the program: {which}. Training goes on."
    )
    return Notice("danger", "Some charts stay empty.", sentence)


def _long_epoch(run: Run, steps_per_epoch: int) -> Notice | None:
    """A warning if one pass over the data takes over an hour, by the measured time of an update."""
    seconds = run.seconds_per_update
    if seconds is None or seconds * steps_per_epoch <= LONG_EPOCH:
        return None
    hours = seconds * steps_per_epoch / 3600
    return Notice(
        "danger",
        "One epoch takes long.",
        f"An update was measured to take {seconds:.2g} s, so an epoch of {format_number(steps_per_epoch)} updates "
        f"takes about {hours:.2g} hours. A smaller model, fewer examples or larger batches make it shorter.",
    )


def _overfitting(found: Evaluations, run: Run) -> Notice | None:
    """Said when the validation loss has risen from its lowest while the training loss fell on."""
    best = int(np.argmin(found.val_loss))
    rises = found.val_loss[-1] > WORSE * found.val_loss[best] and found.train_loss[-1] < found.train_loss[best]
    if not rises:
        return None
    return Notice(
        "info",
        "Finished." if run.status is Status.FINISHED else "Overfitting.",
        f"The validation loss was lowest, {found.val_loss[best]:.3g}, at step {format_number(int(found.step[best]))} "
        f"and is {found.val_loss[-1]:.3g} now, while the training loss went on falling; {_scores(found)}.",
    )


def _progress(found: Evaluations, run: Run) -> Notice:
    beaten = _beats_baselines(found)
    title = "Finished." if run.status is Status.FINISHED else "Learning." if beaten else "Not better than no model yet."
    return Notice("good" if beaten else "info", title, f"{_scores(found)[0].upper()}{_scores(found)[1:]}.")


def _beats_baselines(found: Evaluations) -> bool:
    """True if the newest validation metric is better than the strongest baseline's, or there is none."""
    best = strongest(found.baselines, by="metric")
    return best is None or best.is_beaten_by(float(found.val_metric[-1]))


def _scores(found: Evaluations) -> str:
    """The newest validation metric beside the strongest baseline's."""
    value = _worded(found.metric, float(found.val_metric[-1]))
    words = f"validation {METRIC_NAMES[found.metric]} {value} at step {format_number(int(found.step[-1]))}"
    best = strongest(found.baselines, by="metric")
    return words if best is None else f"{words}, {best.label.lower()} {_worded(found.metric, best.value)}"


def _worded(metric: str, value: float) -> str:
    return f"{value:.1%}" if metric == "accuracy" else f"{value:.3g}".replace("-", "−")
