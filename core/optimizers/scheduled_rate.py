"""A learning rate that follows a schedule inside the compiled loop, while its base stays live."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import keras
import tensorflow as tf

if TYPE_CHECKING:
    from core.optimizers.schedules import Plan, Schedule


class ScheduledRate(keras.optimizers.schedules.LearningRateSchedule):
    """base * factor(step): what a Keras optimizer asks for at each update, in the dtype of `base`.

    The `base` rate and the run's `total` number of updates are variables, so that no change recompiles.
    """

    def __init__(self, schedule: Schedule, base: keras.Variable, plan: Plan) -> None:
        super().__init__()
        self.schedule, self.base, self.plan = schedule, base, plan
        self.total = keras.Variable(plan.total, dtype="float64", trainable=False, name="total")

    def __call__(self, step: tf.Tensor | keras.Variable) -> tf.Tensor:
        """The learning rate of update `step`, a scalar."""
        plan = replace(self.plan, total=tf.convert_to_tensor(self.total.value))
        factor = self.schedule.factor(tf.cast(tf.convert_to_tensor(step), tf.float64), plan, tf)
        return tf.convert_to_tensor(self.base.value) * tf.cast(factor, self.base.dtype)
