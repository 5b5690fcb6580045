"""What defines a run: one frozen `TrainingConfig`, each setting with its range, label and meaning.

Everything that sets up a run goes through here: sliders, number boxes and the page's URL. A page can
send any value whatever its slider's bounds, so a config checks itself when it is built, and an invalid
one cannot exist: the caller gets a `ConfigError` whose message is a sentence for the person at the page.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlencode

from core.config.suggested import suitable
from core.datasets.dataset import CSV, NOISE, SAMPLES, TRAIN_SHARE
from core.datasets.registry import DATASETS
from core.field import ConfigError, Field, Value
from core.models.family import DEEPEST, LARGEST, MODELS, SMALLEST, WIDEST, families_for
from core.number_format import shortest
from core.objectives.linear_regression import LinearRegression
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.optimizers.schedules import SCHEDULES

LONGEST_QUERY = 2000  # characters; every setting at its longest needs fewer than 1000

# The menu of problems, as (label, name).
PROBLEM_MENU = (
    (LinearRegression.label, "regression"),
    *((surface.label, name) for name, surface in SURFACES.items()),
)
OPTIMIZER_MENU = tuple((optimizer.label, name) for name, optimizer in OPTIMIZERS.items())
OPTIMIZER_NAMES = tuple(OPTIMIZERS)
LEARNING_MENU = (*((f"Data: {dataset.label}", name) for name, dataset in DATASETS.items()), ("Data: Your CSV", CSV))
FAMILY_MENU = tuple((family.label, name) for name, family in MODELS.items())
ACTIVATION_MENU = (("ReLU", "relu"), ("tanh", "tanh"), ("Sigmoid", "sigmoid"), ("GELU", "gelu"), ("ELU", "elu"))
NORMALIZATION_MENU = (("None", "none"), ("Batch", "batch"), ("Layer", "layer"))
SCHEDULE_MENU = tuple((schedule.label, name) for name, schedule in SCHEDULES.items())


def _setting(label: str, default: Value, kind: str, low: float = 0.0, high: float = 0.0, **more: Any) -> Any:
    """A dataclass field that carries its `Field`; FIELDS fills in the name from the attribute's."""
    meaning = Field("", label, default, cast(Any, kind), low, high, **more)
    return field(default=default, metadata={"field": meaning})


def _data_setting(meaning: Field, **changes: Any) -> Any:
    """A dataclass field for a setting that `Dataset.load` checks as well, so that both have one range."""
    return field(default=meaning.default, metadata={"field": replace(meaning, **changes)})


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that defines a run. Values are parsed and checked when it is built.

    Raises ConfigError, one sentence about the first setting that is wrong. The defaults are the
    linear regression the page opens with; optimizer defaults are those of keras.optimizers.
    """

    # The settings read as a table: first what is legal, then what it means.
    # fmt: off
    problem: str = _setting("Problem", "regression", "choice", options=(*PROBLEM_MENU, *LEARNING_MENU),
        help="What is minimised: a line's error, a known surface, or a model's error on data.")
    samples: int = _setting("Samples", 100, "int", 2, 10_000, scale="log", unit="points",
        help="How many points the data has.")
    noise: float = _setting("Noise", 1.0, "float", 0, 5,
        help="Width of the uniform noise that is added to each y.")
    condition: float = _setting("Condition number", 10.0, "float", 1, 1000, scale="log",
        help="How much steeper the bowl is along y than along x; the larger, the slower plain descent.")
    start_x: float | None = _setting("Start, first coordinate", None, "float", -1000, 1000,
        slider_low=-5, slider_high=5,
        help="Where the first parameter starts; empty means the problem's own start.")
    start_y: float | None = _setting("Start, second coordinate", None, "float", -1000, 1000,
        slider_low=-5, slider_high=5,
        help="Where the second parameter starts; empty means the problem's own start.")
    examples: int | None = _data_setting(SAMPLES, label="Examples", slider_high=None)
    data_noise: float = _data_setting(NOISE, label="Data noise")
    train_share: float = _data_setting(TRAIN_SHARE)
    family: str = _setting("Model", "mlp", "choice", options=FAMILY_MENU,
        help="The kind of model that learns from the data.")
    size: int = _setting("Model size", 1000, "int", SMALLEST, LARGEST, scale="log", unit="parameters",
        help="About how many parameters the model has; width and depth follow from it.")
    width: int | None = _setting("Width", None, "int", 1, WIDEST, empty="by size",
        help="Units of a layer, channels of the first stage or the transformer's dimension; empty means by size.")
    depth: int | None = _setting("Depth", None, "int", 1, DEEPEST, empty="by size",
        help="How many layers, stages or blocks the model has; empty means by size.")
    activation: str = _setting("Activation", "relu", "choice", options=ACTIVATION_MENU,
        help="The function that follows each hidden layer.")
    dropout: float = _setting("Dropout", 0.0, "float", 0, 0.9,
        help="The share of the hidden units that each update leaves out at random.")
    normalization: str = _setting("Normalization", "none", "choice", options=NORMALIZATION_MENU,
        help="Whether hidden values are scaled to mean 0 and variance 1, over the batch or over the layer.")
    l1: float = _setting("L1", 0.0, "float", 0, 1, slider_high=0.1,
        help="What the loss adds for each unit of the weights' absolute values.")
    l2: float = _setting("L2", 0.0, "float", 0, 1, slider_high=0.1,
        help="What the loss adds for each unit of the weights' squares.")
    optimizer: str = _setting("Optimizer", "sgd", "choice", options=OPTIMIZER_MENU,
        help="The rule that turns gradients into updates.")
    learning_rate: float = _setting("Learning rate", 0.01, "float", 1e-6, 10, scale="log", live=True,
        slider_low=1e-5,
        help="How far each update goes for a given gradient.")
    momentum: float = _setting("Momentum", 0.9, "float", 0, 0.999, live=True,
        help="The share of the last update that is kept in the next.")
    rho: float = _setting("Rho", 0.9, "float", 0, 0.9999, live=True,
        help="The share of the old mean of squared gradients that each step keeps.")
    beta_1: float = _setting("Beta 1", 0.9, "float", 0, 0.999, live=True,
        help="The share of the old mean gradient that each step keeps.")
    beta_2: float = _setting("Beta 2", 0.999, "float", 0, 0.99999, live=True,
        help="The share of the old second average that each step keeps.")
    epsilon: float = _setting("Epsilon", 1e-7, "float", 1e-12, 1, scale="log", live=True,
        help="A small number that keeps the division by the gradient's size finite.")
    weight_decay: float = _setting("Weight decay", 0.004, "float", 0, 1, live=True,
        help="The share of each parameter, times the learning rate, that every update takes away.")
    initial_accumulator_value: float = _setting("Initial accumulator", 0.1, "float", 0, 10,
        help="What the sum of squared gradients starts from.")
    schedule: str = _setting("Schedule", "constant", "choice", options=SCHEDULE_MENU,
        help="How the learning rate changes in the course of the run.")
    schedule_period: int = _setting("Step every", 10, "int", 1, 1000, scale="log", unit="epochs",
        help="After how many epochs the learning rate falls.")
    schedule_factor: float = _setting("Step factor", 0.5, "float", 0.01, 1,
        help="What the learning rate is multiplied by when it falls.")
    warmup_share: float = _setting("Warmup share", 0.1, "float", 0, 0.9,
        help="The share of the run in which the learning rate rises.")
    clip_norm: float | None = _setting("Clip norm", None, "float", 1e-6, 1e6, empty="off",
        help="The largest norm of the whole gradient, to which longer ones are cut; empty means any.")
    epochs: int = _setting("Epochs", 1000, "int", 1, 1_000_000_000, scale="log", live=True, slider_high=1e6,
        help="How many passes over the data the run makes before it stops.")
    batch_size: int = _setting("Batch size", 100, "int", 1, 10_000, scale="log", unit="examples",
        help="How many examples each update looks at; more than there are means all of them.")
    seed: int = _setting("Seed", 3, "int", 0, 2**31 - 1, slider_high=100,
        help="Which random data and batches are drawn; the same seed gives the same run.")
    # fmt: on

    def __post_init__(self) -> None:
        for name, setting in FIELDS.items():
            object.__setattr__(self, name, setting.parse(getattr(self, name)))
        fitting = families_for(self.problem)
        if fitting and self.family not in fitting:
            raise ConfigError(_misfit(self.problem, self.family))

    @property
    def learns(self) -> bool:
        """Whether a model learns from data; else a line or a surface is minimised."""
        return self.problem in DATASETS or self.problem == CSV

    def replace(self, **changes: object) -> Self:
        """The same config with some settings changed; raises ConfigError if a new value is not legal."""
        return replace(self, **cast(Any, changes))

    def changed(self, other: "TrainingConfig") -> set[str]:
        """The names of the settings in which the two configs differ."""
        return {name for name in FIELDS if getattr(self, name) != getattr(other, name)}

    def is_live_change(self, other: "TrainingConfig") -> bool:
        """Whether a run with this config can go on with the other: no structural setting differs."""
        return all(FIELDS[name].live for name in self.changed(other))

    @classmethod
    def suited_to(cls, problem: str) -> Self:
        """The config a problem starts with: what suits it, the defaults otherwise."""
        return cls(**cast(Any, {"problem": problem, **suitable(problem)}))

    def to_query(self) -> str:
        """The settings that differ from those the problem starts with as a URL query, e.g. "optimizer=adam&seed=7".

        Without a leading "?", the problem first unless it is the page's own, in declaration order, each
        number in the fewest digits that are exact.
        """
        changed = self.changed(self.suited_to(self.problem)) | ({"problem"} & self.changed(TrainingConfig()))
        values = ((name, getattr(self, name)) for name in FIELDS if name in changed)
        return urlencode([(name, _as_text(v)) for name, v in values])

    @classmethod
    def from_query(cls, text: str) -> tuple["TrainingConfig", list[str]]:
        """The config a URL query describes, and one sentence for each setting that could not be used.

        Such settings, and those it does not name, are as the problem starts with them. Names that are no
        setting are ignored, since the URL also carries other programs' parameters. Of a repeated name the
        last counts.
        """
        if len(text) > LONGEST_QUERY:
            return cls(), ["The link is too long to be read, so every setting is at its default."]
        good: dict[str, Value] = {}
        sentences = []
        for name, value in dict(parse_qsl(text.removeprefix("?"), keep_blank_values=True)).items():
            if name not in FIELDS:
                continue
            try:
                good[name] = FIELDS[name].parse(value)
            except ConfigError as error:
                sentences.append(str(error))
        suited = cls.suited_to(cast(str, good.pop("problem", FIELDS["problem"].default)))
        fitting = families_for(suited.problem)
        if fitting and good.get("family", suited.family) not in fitting:
            sentences.append(_misfit(suited.problem, cast(str, good.pop("family"))))
        return suited.replace(**good), sentences


FIELDS: dict[str, Field] = {f.name: replace(f.metadata["field"], name=f.name) for f in fields(TrainingConfig)}


def _misfit(problem: str, family: str) -> str:
    names = [MODELS[name].label for name in families_for(problem)]
    data = "your CSV" if problem == CSV else DATASETS[problem].label
    return f"Model {MODELS[family].label} cannot read {data}; choose one of {', '.join(names)}."


def _as_text(value: Value) -> str:
    """A value as a link writes it; an empty one, where the problem starts with a number, as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else shortest(value)
