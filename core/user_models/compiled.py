"""What a person told `model.compile`, but for the optimizer: loss, loss weights, metrics and loss scaling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    import keras

OVERRIDES = ("train_step", "test_step", "compute_metrics", "make_train_function")


@dataclass(frozen=True)
class Compiled:
    """The loss and metrics of a model, as `compile` takes them; None for what was not said.

    `scales_loss` is False if the model has float16 in it and `compile` was told not to scale the loss.
    """

    loss: Any = None
    loss_weights: Any = None
    metrics: Any = None
    weighted_metrics: Any = None
    scales_loss: bool = True

    @classmethod
    def of(cls, model: keras.Model) -> Compiled:
        """What `model` was compiled with; nothing if it was not."""
        if not model.compiled:
            return cls()
        loss, metrics = model._compile_loss, model._compile_metrics
        return cls(
            model.loss,
            None if loss is None else loss._user_loss_weights,
            None if metrics is None else metrics._user_metrics,
            None if metrics is None else metrics._user_weighted_metrics,
            _scales_loss(model),
        )

    def with_loss(self, loss: Any) -> Compiled:
        """The same with another loss."""
        return replace(self, loss=loss)

    def apply(self, model: keras.Model) -> None:
        """Compiles `model` with these, so that it evaluates itself as the page does."""
        model.compile(
            optimizer="sgd",  # the page's optimizer trains it
            loss=self.loss,
            loss_weights=self.loss_weights,
            metrics=self.metrics,
            weighted_metrics=self.weighted_metrics,
            auto_scale_loss=self.scales_loss,
        )

    def metrics_of(self, model: keras.Model) -> Any:
        """Keras' own collection of the metrics of `model`, to be used by one probe; None where there are none."""
        from keras.src.trainers.compile_utils import CompileMetrics

        if not self.metrics and not self.weighted_metrics:
            return None
        return CompileMetrics(self.metrics, self.weighted_metrics, output_names=getattr(model, "output_names", None))


def refuse_own_steps(model: keras.Model) -> None:
    """Raises ConfigError if the model's class replaces a part of `fit` that is not run here."""
    import keras

    own = [name for name in OVERRIDES if getattr(type(model), name) is not getattr(keras.Model, name)]
    if own:
        raise ConfigError(
            _(
                "The model's class has a {method} of its own, which is not run here: put its loss into compute_loss, "
                "or train it with model.fit.",
                method=own[0],
            )
        )


def has_own_loss(model: keras.Model) -> bool:
    """True if `model`, which has just been called, computes its loss itself: in `compute_loss`, or by `add_loss` alone.

    Penalties are no loss, and a model that was not compiled has not been told to do without one.
    """
    import keras

    if type(model).compute_loss is not keras.Model.compute_loss:
        return True
    layers = [layer for layer in model._flatten_layers() if layer.activity_regularizer is None]
    return model.compiled and any(layer._losses for layer in layers)


def _scales_loss(model: keras.Model) -> bool:
    import keras

    wrapped = isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    return wrapped or model.dtype_policy.name != "mixed_float16"
