"""What the curves of runs over each other do not say, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import _, ngettext
from core.number_format import format_number
from widgets.compare.run_texts import descends_surface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.experiments.curve import Curve
    from core.store.kept_run import KeptRun

MOST_NAMES = 5


def sentences(
    broken: Sequence[tuple[KeptRun, Curve]],
    missing: Sequence[KeptRun],
    guessed: Sequence[KeptRun],
    branches: Sequence[KeptRun] = (),
) -> list[str]:
    """A sentence on each of the first runs that diverged and that branched off, one on those not drawn.

    Another one says which times are a guess.
    """
    said = [_broken(run, curve) for run, curve in broken[:MOST_NAMES]]
    said += [_branched(run) for run in branches[:MOST_NAMES]]
    if missing:
        said.append(
            ngettext("One run has no such curve or axis: {names}.",
                     "{count} runs have no such curve or axis, among them {names}.",
                     len(missing), count=len(missing), names=_names(missing))
        )  # fmt: skip
    if guessed:
        said.append(
            ngettext("The time of single steps was not recorded for {names}: its seconds are spread evenly.",
                     "The time of single steps was not recorded for {count} runs, among them {names}: their seconds "
                     "are spread evenly.",
                     len(guessed), count=len(guessed), names=_names(guessed))
        )  # fmt: skip
    return said


def _broken(run: KeptRun, curve: Curve) -> str:
    step = run.steps if curve.broken is None else curve.broken
    return _("{run} diverged at step {step}; it ends in a cross.", run=run.title, step=format_number(step))


def _branched(run: KeptRun) -> str:
    number, step = run.left_number, format_number(run.left_at or 0)
    if number is not None and run.forked_at is not None:
        return _("{run} is run {number} up to the ring, at step {step}, and goes its own way from there.",
                 run=run.title, step=step, number=number)  # fmt: skip
    if number is not None and descends_surface(run):
        return _("{run} begins at the ring, where run {number} stood at step {step}.",
                 run=run.title, step=step, number=number)  # fmt: skip
    if number is None:
        if run.forked_at is not None or descends_surface(run):
            return _("{run} begins at the ring, at step {step} of a run that is kept no longer.",
                     run=run.title, step=step)  # fmt: skip
        return _("{run} begins with the weights of step {step} of a run that is kept no longer.",
                 run=run.title, step=step)  # fmt: skip
    return _("{run} begins at the ring, with the weights of step {step} of run {number}.",
             run=run.title, step=step, number=number)  # fmt: skip


def _names(runs: Sequence[KeptRun]) -> str:
    return ", ".join(run.title for run in runs[:MOST_NAMES])
