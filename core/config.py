"""What defines a run: one frozen `TrainingConfig`, each setting with its range, label and meaning.

Everything that sets up a run goes through here: sliders, number boxes and the page's URL. A page can
send any value whatever its slider's bounds, so a config checks itself when it is built, and an invalid
one cannot exist: the caller gets a `ConfigError` whose message is a sentence for the person at the page.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlencode

from core.fields import ConfigError, Field, Value, format_number, shortest
from core.objectives import PROBLEM_MENU
from core.optimizers import OPTIMIZERS
from core.surfaces import SURFACES

__all__ = [
    "FIELDS",
    "FIELDS_OF_OPTIMIZER",
    "FIELDS_OF_PROBLEM",
    "OPTIMIZER_NAMES",
    "ConfigError",
    "Field",
    "TrainingConfig",
    "format_number",
]

LONGEST_QUERY = 2000  # characters; every setting at its longest needs fewer than 600

OPTIMIZER_MENU = tuple((optimizer.label, name) for name, optimizer in OPTIMIZERS.items())
OPTIMIZER_NAMES = tuple(OPTIMIZERS)


def _setting(label: str, default: Value, kind: str, low: float = 0.0, high: float = 0.0, **more: Any) -> Any:
    """A dataclass field that carries its `Field`; FIELDS fills in the name from the attribute's."""
    meaning = Field("", label, default, cast(Any, kind), low, high, **more)
    return field(default=default, metadata={"field": meaning})


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that defines a run. Values are parsed and checked when it is built.

    Raises ConfigError, one sentence about the first setting that is wrong. The defaults are the
    linear regression the page opens with; optimizer defaults are those of keras.optimizers.
    """

    # The settings read as a table: first what is legal, then what it means.
    # fmt: off
    problem: str = _setting("Problem", "regression", "choice", options=PROBLEM_MENU,
        help="What is minimised: a model's error or a known surface.")
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
    epochs: int = _setting("Epochs", 1000, "int", 1, 100_000_000, scale="log", live=True, slider_high=1e6,
        help="How many passes over the data the run makes before it stops.")
    batch_size: int = _setting("Batch size", 100, "int", 1, 10_000, scale="log", unit="points",
        help="How many points each update looks at; more than there are means all of them.")
    seed: int = _setting("Seed", 3, "int", 0, 2**31 - 1, slider_high=100,
        help="Which random data and batches are drawn; the same seed gives the same run.")
    # fmt: on

    def __post_init__(self) -> None:
        for name, setting in FIELDS.items():
            object.__setattr__(self, name, setting.parse(getattr(self, name)))

    def replace(self, **changes: object) -> Self:
        """The same config with some settings changed; raises ConfigError if a new value is not legal."""
        return replace(self, **cast(Any, changes))

    def changed(self, other: "TrainingConfig") -> set[str]:
        """The names of the settings in which the two configs differ."""
        return {name for name in FIELDS if getattr(self, name) != getattr(other, name)}

    def is_live_change(self, other: "TrainingConfig") -> bool:
        """Whether a run with this config can go on with the other: no structural setting differs."""
        return all(FIELDS[name].live for name in self.changed(other))

    def to_query(self) -> str:
        """The settings that are not at their default as a URL query, e.g. "optimizer=adam&seed=7".

        Without a leading "?", in declaration order, each number in the fewest digits that are exact.
        """
        changed = self.changed(TrainingConfig())
        values = ((name, getattr(self, name)) for name in FIELDS if name in changed)
        return urlencode([(name, v if isinstance(v, str) else shortest(v)) for name, v in values])

    @classmethod
    def from_query(cls, text: str) -> tuple["TrainingConfig", list[str]]:
        """The config a URL query describes, and one sentence for each setting that could not be used.

        Such settings stay at their default. Names that are no setting are ignored, since the URL also
        carries other programs' parameters. Of a repeated name the last counts.
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
        return cls(**cast(Any, good)), sentences


FIELDS: dict[str, Field] = {f.name: replace(f.metadata["field"], name=f.name) for f in fields(TrainingConfig)}

# Which settings matter for a choice: a page shows these and hides the rest.
_START = ("start_x", "start_y")
FIELDS_OF_PROBLEM: dict[str, tuple[str, ...]] = {
    "regression": ("samples", "noise", "batch_size", "seed", *_START),
    **{name: (*surface.parameters, *_START) for name, surface in SURFACES.items()},
}
FIELDS_OF_OPTIMIZER = {name: optimizer.fields for name, optimizer in OPTIMIZERS.items()}
