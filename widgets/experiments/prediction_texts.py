"""What the laws' parts say of their predictions: what is foretold, how it came out, and the running score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import _, ngettext
from core.number_text import count_text, significant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.laws.foretelling import Foretold, GradedRun
    from core.store.predictions import Prediction

GOOD = 2.0  # deviations within which a prediction was good
FEWEST_FOR_A_SHARE = 10  # predictions; of a normal error 95 % lie within two deviations


def foretold_text(foretold: Foretold) -> str:
    """What a law foretells, before it trains."""
    words = {"size": count_text(foretold.size), "loss": significant(foretold.loss, 3),
             "deviation": significant(foretold.deviation, 2)}  # fmt: skip
    if foretold.examples is None:
        return _("Foretold for {size} parameters: {loss} ± {deviation}.", **words)
    return _("Foretold for {size} parameters on {examples} examples: {loss} ± {deviation}.",
             examples=count_text(foretold.examples), **words)  # fmt: skip


def graded_text(run: GradedRun) -> str:
    """How a prediction came out."""
    grade = run.grade
    words = {"size": count_text(run.config.size), "predicted": significant(grade.predicted, 3),
             "measured": significant(grade.measured, 3), "z": significant(abs(grade.z), 2)}  # fmt: skip
    if run.config.train_examples is None:
        return _("{size} parameters: foretold {predicted}, measured {measured}, {z} deviations off.", **words)
    return _("{size} parameters on {examples} examples: foretold {predicted}, measured {measured}, {z} deviations off.",
             examples=count_text(run.config.train_examples), **words)  # fmt: skip


def score_texts(kept: Sequence[Prediction]) -> list[str]:
    """The running score of all predictions that were `kept`, also by pages before this one; none without any."""
    if not kept:
        return []
    good = sum(abs(prediction.grade.z) <= GOOD for prediction in kept)
    said = ngettext(
        "Running score: {good} of one prediction lies within two deviations.",
        "Running score: {good} of {count} predictions lie within two deviations.", len(kept), good=good,
        count=count_text(len(kept)),
    )  # fmt: skip
    if len(kept) < FEWEST_FOR_A_SHARE:
        return [said]
    return [_("{score} About 19 of 20 should.", score=said)]
