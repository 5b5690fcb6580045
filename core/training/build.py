"""The objective and the trainer a config asks for. Importing this module costs no TensorFlow; a trainer does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.objectives.linear_regression import START, LinearRegression
from core.objectives.objective import StatefulObjective
from core.objectives.surface_objective import SurfaceObjective
from core.objectives.surfaces import SURFACES
from core.optimizers.pruning import NONE
from core.optimizers.registry import OPTIMIZERS
from core.optimizers.schedules import SCHEDULES, rising
from core.training.batches import updates_per_epoch

if TYPE_CHECKING:
    import keras

    from core.config.training_config import TrainingConfig
    from core.objectives.objective import Objective, PlaneObjective
    from core.optimizers.schedules import Schedule
    from core.training.trainer import Trainer
    from core.training.update_loop import Program


def build_objective(config: TrainingConfig) -> PlaneObjective:
    """The objective that `config` describes; it costs no TensorFlow."""
    if config.problem == LinearRegression.name:
        start = _start(config, START)
        return LinearRegression(config.samples, config.noise, config.seed, start)
    surface = SURFACES[config.problem].with_settings(vars(config))
    return SurfaceObjective(surface, vars(config), _start(config, surface.start))


def _start(config: TrainingConfig, default: tuple[float, float]) -> tuple[float, float]:
    x = default[0] if config.start_x is None else config.start_x
    y = default[1] if config.start_y is None else config.start_y
    return x, y


def build_trainer(
    config: TrainingConfig, objective: Objective, program: Program | None = None, rise: float = 1.0
) -> Trainer:
    """A trainer of `objective` with the optimizer, batch size and seed of `config`, at its initial point.

    Where a model learns, the learning rate follows the config's schedule, gradients are clipped to its norm,
    and norms are recorded by layer. `program` is the kind of compiled program, by default the faster one. With a
    `rise` other than 1 the rate follows `rising(rise)` in the place of any schedule.
    """
    from core.training.trainer import Trainer

    rule = OPTIMIZERS[config.optimizer]
    optimizer = rule.build(vars(config))
    schedule = rising(rise) if rise != 1.0 else SCHEDULES[config.schedule if config.learns else "constant"]
    _schedule(optimizer, schedule, config, objective.n_examples)
    if config.learns:
        optimizer.global_clipnorm = config.clip_norm
    if isinstance(objective, StatefulObjective) and objective.needs_loss_scaling:
        optimizer = _with_loss_scaling(optimizer)
    trainer = Trainer(
        objective, optimizer, config.batch_size, seed=config.seed, slots=rule.slots, by_layer=config.learns,
        sparsity=config.sparsity if config.learns and config.pruning != NONE else None,
    )  # fmt: skip
    trainer.set_total(config.epochs * updates_per_epoch(objective.n_examples, config.batch_size))
    trainer.loop.only = program
    return trainer


def _with_loss_scaling(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """The optimizer as `compile` wraps it for a model with mixed_float16."""
    import keras

    return keras.optimizers.LossScaleOptimizer(optimizer)


def _schedule(
    optimizer: keras.optimizers.Optimizer, schedule: Schedule, config: TrainingConfig, n_examples: int
) -> None:
    """Puts `schedule` between the optimizer and its rate; a constant rate stays the variable it is."""
    if schedule.constant:
        return
    from core.optimizers.scheduled_rate import ScheduledRate

    per_epoch = updates_per_epoch(n_examples, config.batch_size)
    plan = schedule.plan(config.epochs * per_epoch, per_epoch, vars(config))
    optimizer.learning_rate = ScheduledRate(schedule, optimizer._learning_rate, plan)
