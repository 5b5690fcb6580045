"""The metrics that stand beside a loss: how each is called, drawn and compared.

A metric is known by its name, such as "accuracy". The name of one that is not in the table, such as a compiled
metric of a person's own model, is also what it is called.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.language import N_

SMALLER_IS_BETTER = ("error", "loss", "crossentropy", "hinge", "divergence", "false_", "poisson", "logcosh", "log_cosh")
ABBREVIATED_ERRORS = frozenset({"mae", "mse", "rmse", "mape", "msle"})


@dataclass(frozen=True)
class Metric:
    """A metric as a person reads it.

    Attributes:
        label: Its name within a sentence.
        title: Its name as a heading.
        is_share: True for a share of 1 that is shown in percent.
        falls: True if a smaller value is better.
        is_log: True for an axis in powers of ten.
        start: The ends of its axis before anything is evaluated.
        floor: The lowest value that its axis shows; None for any.
    """

    label: str
    title: str
    is_share: bool = False
    falls: bool = False
    is_log: bool = False
    start: tuple[float, float] = (0.0, 1.0)
    floor: float | None = None


LOSS = "loss"  # the metric of a model of which no other is known: the loss itself

METRICS = {
    "accuracy": Metric(N_("accuracy"), N_("Accuracy"), is_share=True, start=(0.0, 100.0)),
    "AUC": Metric("AUC", "AUC"),
    "F1": Metric("F1", "F1"),
    # An untrained model's R² can be as low as it likes, and would flatten the rest.
    "R2": Metric("R²", "R²", floor=-1.0),
    "MAE": Metric(N_("mean absolute error"), N_("Mean absolute error"), falls=True),
    "perplexity": Metric(N_("perplexity"), N_("Perplexity"), falls=True, is_log=True, start=(1.0, 100.0)),
    LOSS: Metric(N_("loss"), N_("Loss"), falls=True),
}


def metric(name: str) -> Metric:
    """The metric called `name`.

    >>> metric("val_accuracy").is_share, metric("mae").falls, metric("my_score").label
    (True, True, 'my_score')
    """
    if name in METRICS:
        return METRICS[name]
    plain = name.lower()
    is_share = "accuracy" in plain or plain in ("acc", "precision", "recall")
    words = set(plain.split("_"))
    falls = bool(words & ABBREVIATED_ERRORS) or any(part in plain for part in SMALLER_IS_BETTER)
    return Metric(name, name, is_share, falls, start=(0.0, 100.0) if is_share else (0.0, 1.0))
