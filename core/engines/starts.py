"""What most people begin with: engines get ready for it before anybody has asked."""

from __future__ import annotations

import hashlib

from core.config.training_config import TrainingConfig

WARM_MODELS = "DESCENT_LAB_WARM_MODELS"  # environment variable: "1" has engines get ready for `MODELS`, too
SPARES = "DESCENT_LAB_SPARES"  # environment variable: how many engines stand ready for `PAGE`
KEY_BYTES = 16
PAGE = TrainingConfig()  # what a page opens with
MODELS = (  # as the menus choose them: another family chooses width and depth anew
    TrainingConfig.suited_to("digits"),
    TrainingConfig.suited_to("python_help").replace(family="decoder", width=None, depth=None),
)


def key_of(config: TrainingConfig) -> bytes:
    """The bytes that name a start: those of configs that differ in their epochs alone are the same.

    >>> key_of(PAGE) == key_of(PAGE.replace(epochs=7)), key_of(PAGE) == key_of(PAGE.replace(seed=7))
    (True, False)
    """
    return hashlib.blake2b(repr(config.replace(epochs=PAGE.epochs)).encode(), digest_size=KEY_BYTES).digest()
