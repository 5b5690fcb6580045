"""One new entry for each registry: a definition and a line, as a person who adds one would write them.

`register()` has to be called before TrainingConfig is imported: its settings are those of the registries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.field import Field
from core.models.family import MODELS, ModelFamily
from core.objectives.loss_surface import LossSurface
from core.objectives.surfaces import SURFACES
from core.optimizers.hyperparameters import LEARNING_RATE
from core.optimizers.optimizer import Dynamics, Optimizer, OptimizerState, UpdateTerms
from core.optimizers.registry import OPTIMIZERS
from core.optimizers.schedules import SCHEDULES, Plan, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras

    from core.models.spec import ModelSpec

# ---- an optimizer with a moment and a hyperparameter of its own

INERTIA = Field(
    name="inertia",
    label="Inertia",
    symbol=r"\iota",
    default=0.75,
    kind="float",
    low=0,
    high=0.99,
    live=True,
    help="The share of the old average of gradients that each step keeps.",
)


def _averaged_descent(learning_rate: float) -> keras.optimizers.Optimizer:
    import keras

    class AveragedDescent(keras.optimizers.Optimizer):
        def build(self, variables: list[keras.Variable]) -> None:
            super().build(variables)
            self.averages = [self.add_variable_from_reference(v, name="average") for v in variables]

        def update_step(self, gradient: Any, variable: keras.Variable, learning_rate: Any) -> None:
            average = self.averages[self._get_variable_index(variable)]
            mixed = self.inertia * average + (1 - self.inertia) * gradient
            self.assign(average, mixed)
            self.assign_sub(variable, learning_rate * mixed)

    return AveragedDescent(learning_rate)


def _averaged_terms(s: OptimizerState) -> UpdateTerms:
    carried = s.hyper["inertia"] * s.slots["s"]
    average = carried + (1 - s.hyper["inertia"]) * s.gradient
    rate = s.hyper["learning_rate"]
    return UpdateTerms(-rate * average, -rate * carried, numbers={"s_next": average})


def _averaged_dynamics(hyper: Mapping[str, float]) -> Dynamics:
    return Dynamics(hyper["inertia"], rate_scale=1 - hyper["inertia"])


AVERAGED_DESCENT = Optimizer(
    label="Averaged descent",
    source="Polyak and Juditsky, 1992",
    hyperparameters=(LEARNING_RATE, INERTIA),
    make=_averaged_descent,
    slots={"s": "averages"},
    terms=_averaged_terms,
    rule=r"s_{t+1} = \iota s_t + (1 - \iota) \nabla L, \quad \theta_{t+1} = \theta_t - \alpha s_{t+1}",
    substituted=r"\text{@theta} - \text{@learning_rate} \times \text{@s_next} = \text{@next}",
    quantities={"s": "momentum", "s_next": "momentum"},
    dynamics=_averaged_dynamics,
    threshold="2 (1 + ι) / ((1 − ι) learning rate)",
)

# ---- a schedule with a setting of its own

HALF_LIFE = Field(
    name="half_life",
    label="Half-life",
    default=4,
    kind="int",
    low=1,
    high=1000,
    unit="updates",
    help="After how many updates the learning rate is half of what it was.",
)


def _decay(step: Any, plan: Plan, xp: Any) -> Any:
    return 0.5 ** (step / plan.settings["half_life"])


EXPONENTIAL = Schedule(
    label="Exponential",
    factor=_decay,
    formula=r"\alpha_t = \alpha\, 2^{-t / h}",
    source="Li and Arora, An exponential learning rate schedule for deep learning, 2020",
    fields=(HALF_LIFE,),
)

# ---- a surface with a setting of its own

STEEPNESS = Field(
    name="steepness",
    label="Steepness",
    default=5.0,
    kind="float",
    low=1,
    high=100,
    help="How much the tray curves along y.",
)


def _tray(x: Any, y: Any, xp: Any, steepness: Any) -> Any:
    return 0.5 * (x * x + steepness * y * y)


TRAY = LossSurface(
    label="Tray",
    formula=r"L(x, y) = \frac{1}{2} (x^2 + s y^2)",
    source="this test, 2026",
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    minima=((0.0, 0.0),),
    minimum=0.0,
    start=(-2.0, 1.0),
    learning_rate=0.1,
    function=_tray,
    fields=(STEEPNESS,),
)

# ---- a model family


def _count_of_bottleneck(spec: ModelSpec) -> int:
    return (spec.features + 1) * spec.width + (spec.width + 1) * spec.outputs


def _bottleneck(spec: ModelSpec) -> keras.Model:
    import keras

    inputs = keras.Input(spec.input_shape)
    hidden = keras.layers.Dense(spec.width, "tanh")(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, keras.layers.Dense(spec.outputs)(hidden))


BOTTLENECK = ModelFamily(
    label="Bottleneck",
    source="this test, 2026",
    kinds=("points", "table"),
    count=_count_of_bottleneck,
    build=_bottleneck,
    settings=("size", "width"),
    depths=(1,),
)


def register() -> None:
    """Adds them all, a line each."""
    OPTIMIZERS["averaged"] = AVERAGED_DESCENT
    SCHEDULES["exponential"] = EXPONENTIAL
    SURFACES["tray"] = TRAY
    MODELS["bottleneck"] = BOTTLENECK
