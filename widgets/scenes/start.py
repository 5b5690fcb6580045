"""What a page starts with: its settings, and the model and data of a person's own where there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.config.training_config import TrainingConfig
from core.datasets.dataset import CSV
from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras

    from core.user_models.user_model import UserModel

START = TrainingConfig()  # what a page opens with
OWN_START = START.replace(problem=CSV, optimizer="adam", learning_rate=0.001, batch_size=32, epochs=20)
SAID = ("task", "validation_data", "validation_split", "class_names", "class_weight", "scale_targets")


def first_page(
    config: TrainingConfig | None, model: keras.Model | None, data: Any, loss: Any, said: Mapping[str, Any]
) -> tuple[TrainingConfig, UserModel | None]:
    """The settings and the model that `Dashboard` was asked for.

    Raises:
        ConfigError: They do not fit together, or the model cannot be taken; one sentence says why.
        TypeError: There is no such argument.
    """
    unknown = sorted(said.keys() - set(SAID))
    if unknown:
        raise TypeError(f"Dashboard has no argument {unknown[0]!r}; about a model of one's own it takes {SAID}.")
    if model is None and data is None and not said and loss is None:
        return config or START, None
    if model is None or data is None:
        raise ConfigError(_("A model of one's own comes with its data: Dashboard(model=model, data=(x, y))."))
    return _own_page(config, model, data, loss, dict(said))


def _own_page(
    config: TrainingConfig | None, model: keras.Model, data: Any, loss: Any, said: dict[str, Any]
) -> tuple[TrainingConfig, UserModel]:
    from core.user_models.compiled_optimizer import settings_of
    from core.user_models.making import user_model_of

    held_out = said.pop("validation_split", None)
    if config is None:
        start = OWN_START.replace(**(settings_of(model.optimizer) if model.compiled else {}))
    else:
        start = config.replace(problem=CSV, family=OWN_START.family)  # the settings of any other problem say nothing
    if held_out is not None:
        start = start.replace(train_share=1 - held_out)
    said = {name: value for name, value in said.items() if value is not None}
    return start, user_model_of(model, data, loss, in_order=held_out is not None, **said)
