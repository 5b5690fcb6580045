"""The settings that matter for a choice, as the registries say: a page shows these and hides the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.datasets.dataset import CSV
from core.datasets.registry import DATASETS
from core.models.family import MODELS
from core.objectives.linear_regression import LinearRegression
from core.objectives.surfaces import SURFACES
from core.optimizers.pruning import GRADUAL, NONE, SPARSITY
from core.optimizers.registry import OPTIMIZERS
from core.optimizers.schedules import SCHEDULES

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig


_START = ("start_x", "start_y")
_LEARNING = ("train_share", "train_examples", "batch_size", "seed", "family", "schedule", "clip_norm", "pruning")

FIELDS_OF_PROBLEM: dict[str, tuple[str, ...]] = {
    LinearRegression.name: ("samples", "noise", "batch_size", "seed", *_START),
    **{name: (*(field.name for field in surface.fields), *_START) for name, surface in SURFACES.items()},
    **{
        name: ("examples", *(("data_noise",) if "noise" in dataset.parameters else ()), *_LEARNING)
        for name, dataset in DATASETS.items()
    },
    CSV: ("examples", *_LEARNING),
}
FIELDS_OF_FAMILY = {name: family.settings for name, family in MODELS.items()}
FIELDS_OF_OPTIMIZER = {name: optimizer.names for name, optimizer in OPTIMIZERS.items()}
FIELDS_OF_SCHEDULE = {name: tuple(field.name for field in plan.fields) for name, plan in SCHEDULES.items()}

FIELDS_OF_PRUNING: dict[str, tuple[str, ...]] = {NONE: (), GRADUAL: (SPARSITY.name,)}


def relevant_fields(config: TrainingConfig) -> set[str]:
    """The names of the settings that mean something in `config`."""
    always = {"problem", "optimizer", "epochs", *FIELDS_OF_PROBLEM[config.problem]}
    of_model = (*FIELDS_OF_FAMILY[config.family], *FIELDS_OF_SCHEDULE[config.schedule]) if config.learns else ()
    return always | {*FIELDS_OF_OPTIMIZER[config.optimizer], *of_model, *fields_of_pruning(config)}


def fields_of_pruning(config: TrainingConfig) -> tuple[str, ...]:
    """The names of the settings, all of them live, that a run which prunes has."""
    return FIELDS_OF_PRUNING[config.pruning] if config.learns else ()
