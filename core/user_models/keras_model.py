"""Whether what a person handed over is a Keras model that can be trained here."""

from __future__ import annotations

import sys
from typing import Any

from core.field import ConfigError
from core.language import _


def check_is_keras_model(model: Any) -> None:
    """Raises ConfigError for a model of another library, a class, and a model of another backend than TensorFlow."""
    if isinstance(model, type):
        raise ConfigError(_("{name} is a class: pass a model made by it, model={name}(…).", name=model.__name__))
    keras = sys.modules.get("keras")  # who has a model of it has imported it
    if keras is None or not isinstance(model, keras.Model):
        package, name = type(model).__module__.split(".")[0], type(model).__name__
        raise ConfigError(
            _("model must be a Keras 3 model (keras.Model); it is a {name} of {package}.", name=name, package=package)
        )
    if keras.config.backend() != "tensorflow":
        raise ConfigError(
            _(
                "Keras computes with {backend} here, and the page trains with TensorFlow: set "
                'os.environ["KERAS_BACKEND"] = "tensorflow" before keras is imported.',
                backend=keras.config.backend(),
            )
        )
