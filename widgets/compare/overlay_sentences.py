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
    validated: Sequence[KeptRun] = (),
) -> list[str]:
    """A sentence on each of the first runs that diverged and that branched off, one on those not drawn.

    Others say which times are a guess, and of runs whose validation is drawn, which are of fewer examples.
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
    return said + _unequal(validated)


def _unequal(runs: Sequence[KeptRun]) -> list[str]:
    """A sentence on the first problem of which runs were validated on different numbers of held-out examples."""
    by_data: dict[tuple[object, str], dict[int, list[KeptRun]]] = {}
    for run in runs:
        if run.validated_on is not None:
            alike = by_data.setdefault((run.settings.get("problem"), run.data), {})
            alike.setdefault(run.validated_on, []).append(run)
    unequal = next((by_count for by_count in by_data.values() if len(by_count) > 1), None)
    if unequal is None:
        return []
    least, most = min(unequal), max(unequal)
    return [
        _("Not validated on equally many held-out examples: {fewer} on {least}, {more} on {most}; a small gap between "
          "these curves may come from that alone.",
          fewer=_names(unequal[least]), least=format_number(least), more=_names(unequal[most]),
          most=format_number(most))
    ]  # fmt: skip


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
