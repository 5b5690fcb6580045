"""Which settings matter for a choice: a page shows these and hides the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.datasets.dataset import CSV
from core.datasets.registry import DATASETS
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig


_START = ("start_x", "start_y")
_LEARNING = ("train_share", "batch_size", "seed", "family", "schedule", "clip_norm")
_PENALTIES = ("l1", "l2")
_SHAPE = ("size", "width", "depth", "dropout", *_PENALTIES)

FIELDS_OF_PROBLEM: dict[str, tuple[str, ...]] = {
    "regression": ("samples", "noise", "batch_size", "seed", *_START),
    **{name: (*surface.parameters, *_START) for name, surface in SURFACES.items()},
    **{
        name: ("examples", *(("data_noise",) if "noise" in dataset.parameters else ()), *_LEARNING)
        for name, dataset in DATASETS.items()
    },
    CSV: ("examples", *_LEARNING),
}
FIELDS_OF_FAMILY: dict[str, tuple[str, ...]] = {
    "linear": _PENALTIES,  # the data alone decide its size
    "mlp": (*_SHAPE, "activation", "normalization"),
    "cnn": (*_SHAPE, "activation", "normalization"),
    "rnn_simple": (*_SHAPE, "activation", "normalization"),
    "rnn_lstm": (*_SHAPE, "normalization"),
    "rnn_gru": (*_SHAPE, "normalization"),
    "transformer": (*_SHAPE, "activation"),  # layer normalization is part of it
    "decoder": (*_SHAPE, "activation"),
    "rnn_text": (*_SHAPE, "normalization"),
}
FIELDS_OF_OPTIMIZER = {name: optimizer.fields for name, optimizer in OPTIMIZERS.items()}
FIELDS_OF_SCHEDULE: dict[str, tuple[str, ...]] = {
    "constant": (),
    "step": ("schedule_period", "schedule_factor"),
    "cosine": (),
    "warmup": ("warmup_share",),
}


def relevant_fields(config: TrainingConfig) -> set[str]:
    """The names of the settings that mean something in `config`."""
    always = {"problem", "optimizer", "epochs", *FIELDS_OF_PROBLEM[config.problem]}
    of_model = (*FIELDS_OF_FAMILY[config.family], *FIELDS_OF_SCHEDULE[config.schedule]) if config.learns else ()
    return always | {*FIELDS_OF_OPTIMIZER[config.optimizer], *of_model}
