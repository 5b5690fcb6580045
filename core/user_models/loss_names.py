"""The names of Keras losses: by which a task is told, and in words."""

from __future__ import annotations

import re
from typing import Any

from core.array_tree import leaves
from core.language import N_, _

CROSS_ENTROPY = N_("cross-entropy")
IN_WORDS = {
    "mean_squared_error": N_("mean squared error"),
    "mean_absolute_error": N_("mean absolute error"),
    "mean_absolute_percentage_error": N_("mean absolute percentage error"),
    "mean_squared_logarithmic_error": N_("mean squared logarithmic error"),
    "sparse_categorical_crossentropy": CROSS_ENTROPY,
    "categorical_crossentropy": CROSS_ENTROPY,
    "binary_crossentropy": CROSS_ENTROPY,
    "huber": N_("Huber loss"),
    "log_cosh": N_("log-cosh loss"),
    "poisson": N_("Poisson loss"),
    "hinge": N_("hinge loss"),
    "squared_hinge": N_("squared hinge loss"),
    "kl_divergence": N_("Kullback-Leibler divergence"),
}


def loss_name(loss: Any) -> str:
    """The Keras name of one loss: "mean_squared_error" for "mse" and for `MeanSquaredError()`.

    A person's own function or class goes by the name it has in the code, `my_loss` or `MyLoss` as "my_loss".
    """
    import keras

    if isinstance(loss, str):
        if loss.lower() in ("crossentropy", "ce"):
            return "crossentropy"
        loss = keras.losses.get(loss)
    function = getattr(loss, "fn", loss)
    if isinstance(function, keras.losses.Loss):
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(function).__name__).lower()
    return str(getattr(function, "__name__", type(function).__name__))


def has_logits(loss: Any) -> bool:
    """True if the loss takes logits for outputs."""
    return bool(getattr(loss, "_fn_kwargs", {}).get("from_logits", getattr(loss, "from_logits", False)))


def loss_in_words(loss: Any) -> str:
    """The loss as a chart calls it; of several outputs the sum of theirs, None where the model computes it itself."""
    if loss is None:
        return _("the model's own loss")
    names = [loss_name(each) for each in leaves(loss) if each is not None]
    if len(names) == 1:
        return IN_WORDS.get(names[0], names[0].replace("_", " "))
    return _("sum of the losses of {count} outputs", count=len(names))
