"""What a page starts with: its settings, and the model and data of a person's own where there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.config.relevance import FIELDS_OF_FAMILY
from core.config.training_config import TrainingConfig
from core.datasets.dataset import CSV, TRAIN_SHARE
from core.field import ConfigError
from core.language import _
from core.number_format import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras

    from core.user_models.user_model import UserModel

START = TrainingConfig()  # what a page opens with
OWN_START = START.replace(problem=CSV, optimizer="adam", learning_rate=0.001, batch_size=32, epochs=20)

OF_A_MODEL_TO_CHOOSE = frozenset(
    {"problem", "examples", "train_examples", *(n for names in FIELDS_OF_FAMILY.values() for n in names), "family"}
)


def settings_without_use(own: UserModel | None) -> frozenset[str]:
    """The settings that a page of a person's own model has no use for; none without such a model."""
    if own is None:
        return frozenset()
    return OF_A_MODEL_TO_CHOOSE | (frozenset() if own.data.validation is None else {"train_share"})


def first_page(
    config: TrainingConfig | None, model: keras.Model | None, data: Any, said: Mapping[str, Any]
) -> tuple[TrainingConfig, UserModel | None]:
    """The settings and the model that `Dashboard` was asked for; `said` are its other arguments that were given.

    Raises:
        ConfigError: They do not fit together, or the model cannot be taken; one sentence says why.
    """
    if model is None and data is None and not said:
        return config or START, None
    if model is None or data is None:
        raise ConfigError(_("A model of one's own comes with its data: Dashboard(model=model, data=(x, y))."))
    return _own_page(config, model, data, dict(said))


def _own_page(
    config: TrainingConfig | None, model: keras.Model, data: Any, said: dict[str, Any]
) -> tuple[TrainingConfig, UserModel]:
    from core.user_models.compiled_optimizer import settings_of
    from core.user_models.making import user_model_of
    from core.user_models.refusals import check_is_keras_model

    check_is_keras_model(model)
    held_out, weights = said.pop("validation_split", None), said.pop("sample_weight", None)
    if config is None:
        start = OWN_START.replace(**(settings_of(model.optimizer) if model.compiled else {}))
    else:
        start = config.replace(problem=CSV, family=OWN_START.family)  # the settings of any other problem say nothing
    if held_out is not None:
        start = start.replace(train_share=1 - _share(held_out))
    data = data if weights is None else _weighted(data, weights)
    return start, user_model_of(model, data, in_order=held_out is not None, **said)


def _share(held_out: Any) -> float:
    """The share that is held out; raises ConfigError if there is no such share, or one that is hardly any."""
    low, high = 1 - TRAIN_SHARE.high, 1 - TRAIN_SHARE.low
    if not isinstance(held_out, int | float) or not low - 1e-9 <= held_out <= high + 1e-9:
        raise ConfigError(
            _(
                "validation_split must be a share between {low} and {high}; for others, pass validation_data=(x, y).",
                low=rounded(low),
                high=rounded(high),
            )
        )
    return float(held_out)


def _weighted(data: Any, weights: Any) -> tuple[Any, ...]:
    """(x, y, weights) of (x, y)."""
    if not isinstance(data, list | tuple) or len(data) != 2:
        raise ConfigError(_("sample_weight goes with data=(x, y): other data bring their weights themselves."))
    return (*data, weights)
