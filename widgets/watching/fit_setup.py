"""What the charts have to know of a model that is being fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.config.training_config import TrainingConfig
from core.datasets.dataset import Dataset
from core.datasets.split import Examples
from core.language import N_
from core.learning.answers import Answers
from core.learning.judgement import Judgement
from core.learning.setup import ModelSetup
from core.metric import LOSS
from core.models.family import ModelFamily
from core.models.spec import ModelSpec
from core.user_models.loss_names import loss_in_words

if TYPE_CHECKING:
    import keras

BATCH, RUNNING_MEAN = N_("batch"), N_("running mean")


@dataclass(frozen=True)
class FitSetup(ModelSetup):
    """A setup of which only the judgement means anything; `batches` names the line of the batch losses."""

    batches: str = BATCH


def fit_setup(model: keras.Model, metrics: tuple[str, ...], averages: bool) -> FitSetup:
    """The setup of `model`, of which Keras logs these metrics, and of batches the loss or only `averages`."""
    dataset = Dataset(
        name="own", label=N_("your data"), task="other", kind="table",
        make=lambda: Examples(np.empty(0), np.empty(0)), input_shape=(), target=N_("target"),
        source=N_("your own arrays"), licence=N_("yours"),
    )  # fmt: skip
    family = ModelFamily(
        label=model.name, source="yours", kinds=("table",), count=lambda spec: 0, build=lambda spec: model
    )
    judgement = Judgement(Answers("other"), _loss_name(model.loss), metrics or (LOSS,))
    batches = RUNNING_MEAN if averages else BATCH
    return FitSetup(TrainingConfig(), dataset, family, ModelSpec((), 1), judgement, batches=batches)


def _loss_name(loss: Any) -> str:
    """The loss in words; one that is not known by a name is just called loss."""
    if loss is None:  # it is all in add_loss or compute_loss
        return N_("loss")
    try:
        return loss_in_words(loss)
    except (TypeError, ValueError, AttributeError):  # whatever a train_step of one's own left there
        return N_("loss")
