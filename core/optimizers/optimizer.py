"""An optimizer of the menu: its hyperparameters, how Keras builds it, and what each of its updates is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from core.field import ConfigError
from core.language import N_, _

if TYPE_CHECKING:
    import keras
    import numpy as np

    from core.field import Field


Hyper = Mapping[str, float]
Quantity = Literal["gradient", "momentum", "update"]  # what has a colour of its own


@dataclass(frozen=True)
class OptimizerState:
    """The values an optimizer knows when it takes a step; arrays are float64, one entry per parameter.

    `squares` are what its rule takes for the squares of the gradient, where these are others: see
    `core.training.looked_up`.
    """

    parameters: np.ndarray
    gradient: np.ndarray
    slots: Mapping[str, np.ndarray]  # the moments kept from earlier steps
    updates_done: int
    hyper: Hyper
    squares: np.ndarray | None = None

    @property
    def squared_gradient(self) -> np.ndarray:
        """The squares of the gradient, as the rule takes them."""
        return self.gradient**2 if self.squares is None else self.squares


@dataclass(frozen=True)
class UpdateTerms:
    """The parts of one update; arrays are float64, one entry per parameter."""

    update: np.ndarray
    momentum: np.ndarray | None = None  # the part of the update owed to earlier gradients
    preconditioner: np.ndarray | float = 1.0  # P in the update -rate * P * gradient
    numbers: Mapping[str, np.ndarray | float] = field(default_factory=dict)  # what the formula shows


@dataclass(frozen=True)
class Dynamics:
    """An optimizer on a quadratic as heavy-ball or Nesterov momentum, which decides its stability.

    With e the distance to the minimum along an eigenvector, a = rate_scale * learning_rate and q = 1 - a k:
    heavy ball e' = (1 + momentum - a k) e - momentum e_before;
    Nesterov e' = (1 + momentum) q e - momentum q e_before.
    """

    momentum: float = 0.0
    nesterov: bool = False
    rate_scale: float = 1.0


@dataclass(frozen=True)
class Pace:
    """The learning rates that suit an optimizer, beside those that are known of others.

    Attributes:
        model: its rate on a model, as a multiple of Adam's.
        surface: its rate on a line or surface, as a multiple of plain descent's.
        way: for an optimizer whose steps are about as long as its rate, whatever the gradient: its rate on a line or
            surface as a share of the way from the start to the minimum.

    Measured: the loss after 1000 updates on ten surfaces, and after 6 to 60 epochs on the spiral and the digits, at
    three or four rates each.
    """

    model: float = 1.0
    surface: float = 1.0
    way: float | None = None


@dataclass(frozen=True)
class OfKeras:
    """Makes an optimizer of keras.optimizers; Keras is imported when it is made. `fixed` are arguments that stay."""

    class_name: str
    fixed: Mapping[str, object]

    def __call__(self, learning_rate: float, **structural: float) -> keras.optimizers.Optimizer:
        """The optimizer with these settings; Python numbers, which stay as they are."""
        import keras

        return getattr(keras.optimizers, self.class_name)(learning_rate, **self.fixed, **structural)


def of_keras(class_name: str, **fixed: object) -> OfKeras:
    """Makes the optimizer called `class_name` in keras.optimizers."""
    return OfKeras(class_name, fixed)


def gradient_descent(hyper: Hyper) -> Dynamics:
    """The dynamics of plain gradient descent, also where each coordinate is scaled: e' = (1 - a k) e."""
    return Dynamics()


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    r"""An optimizer of the menu with all that the page knows of it.

    Attributes:
        label: its name in menus.
        source: who published it, and when.
        hyperparameters: its settings, the learning rate first. Those that are not `live` go to `make`.
        make: builds the Keras optimizer from the learning rate and, by name, the structural hyperparameters.
        slots: the moments it keeps for each parameter, by symbol: the attributes of the Keras optimizer that hold them.
        terms: its update rule in NumPy.
        rule: its formula in LaTeX.
        substituted: the formula of the next point, with \text{@symbol} where a live number goes: `theta`, `g`,
            `next`, a hyperparameter's name or one of the `numbers` of its terms.
        quantities: the colours of symbols in those formulas, beside the gradient `g` and the result `next`.
        dynamics: its behaviour on a quadratic; it returns None where there is no linear stability limit.
        threshold: in words, the eigenvalue above which its steps grow.
        without_limit: a sentence about its pace, for an optimizer without dynamics.
        proportional: the update is the learning rate times something without it.
        additive: the update is -learning_rate * gradient plus its momentum part.
        pace: the learning rates that suit it.
        preconditions: it scales each coordinate, so that the curvature it meets is that of the scaled ones.
    """

    label: str
    source: str
    hyperparameters: tuple[Field, ...]
    make: Callable[..., keras.optimizers.Optimizer]
    slots: Mapping[str, str] = field(default_factory=dict)
    terms: Callable[[OptimizerState], UpdateTerms]
    rule: str
    substituted: str
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    dynamics: Callable[[Hyper], Dynamics | None] = gradient_descent
    threshold: str = N_("stable below")
    without_limit: str = ""
    pace: Pace = Pace()
    proportional: bool = True
    additive: bool = False
    preconditions: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all its settings."""
        return tuple(setting.name for setting in self.hyperparameters)

    @property
    def live(self) -> tuple[Field, ...]:
        """The hyperparameters that can change while it runs."""
        return tuple(setting for setting in self.hyperparameters if setting.live)

    def code(self, settings: Hyper) -> str:
        """The Python expression that makes it with plain numbers; `settings` has a value for each of `names`.

        >>> from core.optimizers.registry import OPTIMIZERS
        >>> OPTIMIZERS["nesterov"].code({"learning_rate": 0.1, "momentum": 0.9})
        'keras.optimizers.SGD(learning_rate=0.1, momentum=0.9, nesterov=True)'

        Raises:
            ConfigError: It is no optimizer of Keras.
        """
        if not isinstance(self.make, OfKeras):
            raise ConfigError(_("{optimizer} is no optimizer of Keras, so no script is written.", optimizer=self.label))
        values = {name: settings[name] for name in self.names}
        named = values | {name: value for name, value in self.make.fixed.items() if name not in values}
        return f"keras.optimizers.{self.make.class_name}({', '.join(f'{n}={v!r}' for n, v in named.items())})"

    def build(self, settings: Hyper) -> keras.optimizers.Optimizer:
        """A fresh Keras optimizer whose live settings are variables, so that no change recompiles.

        `settings` has a value for each of `names`.
        """
        structural = {setting.name: settings[setting.name] for setting in self.hyperparameters if not setting.live}
        optimizer = self.make(settings["learning_rate"], **structural)
        for setting in self.live:
            if setting.name != "learning_rate":  # Keras keeps that one in a variable already
                setattr(optimizer, setting.name, _knob(setting.name, settings[setting.name]))
        return optimizer


def _knob(name: str, value: float) -> keras.Variable:
    """A variable that Keras' rules take for the number that they would have in its place.

    `if self.momentum != 0` is asked while tracing; a momentum of zero must still trace the branch with momentum. And
    1 - 0.999 is a thousandth for Keras, while 1 less the nearest float32 is 5e-5 of that more.
    """
    import keras
    import numpy as np

    class Knob(keras.Variable):
        def __init__(self, initializer: object, **more: object) -> None:
            self._exact = keras.Variable(_shortest(initializer), dtype="float64", trainable=False)
            super().__init__(initializer, **more)

        def assign(self, value: object) -> object:
            self._exact.assign(_shortest(value))
            return super().assign(value)

        def __rsub__(self, other: float) -> object:
            return keras.ops.cast(keras.ops.subtract(other, self._exact.value), self.dtype)

        def __ne__(self, other: object) -> bool:  # Keras returns a tensor here
            return True

        __hash__ = keras.Variable.__hash__

    def _shortest(number: object) -> float:
        """The number a person meant by a float32: 0.999 and not 0.99900001287."""
        return float(str(np.float32(keras.ops.convert_to_numpy(number))))

    return Knob(value, dtype="float32", trainable=False, name=name)
